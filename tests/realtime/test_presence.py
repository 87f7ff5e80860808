"""Who is here, across workers: readers are summed, the people of a silent worker leave and come back."""

import json

import pytest

from realtime.neighbours import Neighbours
from realtime.presence import NOBODY, READERS_CLIENT, Presence

A, B = 1001, 1002
HERE = '{"cursor":1}'


def readers(presence):
    entry = presence.entries.get(READERS_CLIENT)
    return 0 if entry is None or entry.state == NOBODY else json.loads(entry.state)["readers"]


def states(presence):
    return {client: entry.state for client, entry in presence.present().items()}


def test_readers_of_all_workers_are_summed_and_those_of_a_silent_one_are_taken_off():
    presence = Presence()
    presence.count_readers(2, now=1)
    presence.hear_readers("w1", 3, now=2)
    presence.hear_readers("w2", 4, now=2)
    presence.hear_readers("w1", 5, now=3)
    assert readers(presence) == 11
    presence.lose_worker("w2", now=4)
    assert readers(presence) == 7
    presence.count_readers(0, now=5)
    presence.hear_readers("w1", 0, now=6)
    assert readers(presence) == 0


def test_other_workers_hear_our_own_number_of_readers_once_and_not_their_own():
    presence = Presence()
    presence.hear_readers("w1", 3, now=1)
    assert presence.take_own(presence.take_changed()) == {}
    presence.count_readers(2, now=2)
    (own,) = presence.take_own(presence.take_changed()).values()
    assert json.loads(own.state) == {"readers": 2}
    presence.hear_readers("w1", 4, now=3)
    assert presence.take_own(presence.take_changed()) == {}
    assert [json.loads(entry.state) for entry in presence.own().values()] == [{"readers": 2}]


def test_a_number_of_readers_comes_with_a_clock_that_grows_from_worker_to_worker():
    """A browser that moves to a worker that has counted less often must take its number."""
    old, new = Presence(), Presence()
    for number in range(1, 50):
        old.count_readers(number, now=number)
    new.count_readers(1, now=1)
    # Seconds since a fixed day: those that counted fifty times in one second are fifty seconds ahead, at most.
    assert old.entries[READERS_CLIENT].clock - new.entries[READERS_CLIENT].clock <= 50


def test_the_people_of_a_silent_worker_leave_and_come_back_under_the_same_clock():
    presence = Presence()
    presence.put(A, 7, HERE, "w1", 1)
    presence.put(B, 3, HERE, "w2", 1)
    presence.take_changed()
    presence.lose_worker("w1", now=2)
    assert states(presence) == {B: HERE}
    told = presence.take_changed()
    # The same clock: y-protocols takes that for leaving, and the next clock for coming back.
    assert (told[A].clock, told[A].state) == (7, NOBODY)
    assert presence.take_own(told) == {}, "each worker notices by itself"
    assert presence.put(A, 7, HERE, "w1", 3)
    assert states(presence) == {A: HERE, B: HERE}


def test_who_has_left_does_not_come_back_under_the_same_clock():
    presence = Presence()
    owner = object()
    presence.put(A, 7, HERE, owner, 1)
    presence.leave(owner, 2)
    assert not presence.put(A, 7, HERE, owner, 3)
    assert presence.gone(A)
    assert not presence.gone(B)


def test_only_whoever_speaks_for_a_client_id_is_made_to_speak_up():
    presence = Presence()
    mine, other = object(), object()
    presence.put(A, 7, HERE, mine, 1)
    assert presence.doubt(A, mine)[A].state == NOBODY
    assert presence.doubt(A, mine)[A].clock == 7
    assert presence.doubt(A, other) == {}
    assert presence.doubt(None, mine) == {}
    assert states(presence) == {A: HERE}, "nothing has changed here"


@pytest.mark.parametrize("state", ["null", "[]", "{}", '{"readers":"x"}', "{", '{"readers":-5}'])
def test_nonsense_about_readers_counts_as_none(state):
    from realtime.presence import readers_in

    assert readers_in(state) == 0


def test_a_worker_that_is_silent_for_too_long_is_gone_once_and_noticed_when_it_is_back():
    neighbours = Neighbours(silent_seconds=5)
    assert not neighbours.hear("w1", 0.0)
    assert not neighbours.hear("w2", 4.0)
    assert neighbours.gone(4.9) == []
    assert neighbours.gone(5.0) == ["w1"]
    assert neighbours.gone(5.1) == []
    assert neighbours.hear("w1", 6.0)
    assert not neighbours.hear("w1", 6.1)
    assert set(neighbours.gone(20.0)) == {"w1", "w2"}
