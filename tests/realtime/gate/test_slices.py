"""Large changes are admitted in slices: others get their turn, the order is kept, and half of one is never seen."""

import asyncio
import sys
import uuid

import pytest

from realtime import text as text_module
from realtime.gate import STORED, Refused, parse
from realtime.gate.encode import MANY_STRUCTS
from realtime.text import RoomText
from tests.realtime.gate.handmade import (
    Twin,
    child_of,
    collected,
    element,
    string,
    update,
    xml_text,
)

# The package's `admit` is the function.
admit_module = sys.modules["realtime.gate.admit"]
A, B = 11, 22
WRITER = uuid.uuid4()


def room_text():
    return RoomText(uuid.uuid4(), uuid.uuid4(), 0, {})


def many(count, last=()):
    """Paragraphs, one after the other: nothing that could be joined."""
    blocks = [element()] + [element(origin=(A, number)) for number in range(count - 1)]
    return update([(A, 0, [*blocks, *last])])


@pytest.fixture(autouse=True)
def _short_slices(monkeypatch):
    monkeypatch.setattr(text_module, "SLICE_SECONDS", 0)


async def test_a_large_change_gives_others_their_turn_and_ends_the_same():
    text, other = room_text(), room_text()
    turns = 0
    task = asyncio.ensure_future(text.admit_in_slices(parse(many(3000)), WRITER))
    while not task.done():
        # Nothing of it is told to anybody before it is through.
        assert text.vector() == b"\0"
        turns += 1
        await asyncio.sleep(0)
    admitted, _seconds = task.result()
    assert turns >= 10
    assert admitted.data == other.admit(parse(many(3000)), WRITER).data
    assert text.vector() == other.vector()
    assert text.owners == {A: WRITER}


async def test_a_large_change_that_is_refused_at_its_end_leaves_nothing():
    text = room_text()
    with pytest.raises(Refused, match="node_not_allowed"):
        await text.admit_in_slices(parse(many(2000, [element("script")])), WRITER)
    assert text.vector() == b"\0"
    assert (text.owners, text.size_bytes, list(text.index.kinds)) == ({}, 0, [0])
    text.admit(parse(many(3)), WRITER)


async def test_a_large_change_whose_writer_goes_away_half_way_leaves_nothing():
    text = room_text()

    async def admit():
        async with text.turn:
            await text.admit_in_slices(parse(many(3000)), WRITER)

    task = asyncio.ensure_future(admit())
    for _ in range(4):
        await asyncio.sleep(0)
    assert text.index.clients
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not text.turn.locked()
    assert not text.index.clients
    text.admit(parse(many(3)), WRITER)


def test_very_many_structs_that_go_on_are_stored_as_one():
    letters = [string("ž", origin=(A, number + 1)) for number in range(1, 5 * MANY_STRUCTS)]
    first = [element(), xml_text(parent=child_of(A, 0)), string("a", parent=child_of(A, 1))]
    twin, plain = Twin(), Twin()
    admitted = twin.enter(update([(A, 0, first + letters)]))
    plain.enter(update([(A, 0, first)]))
    for at in range(0, len(letters), 400):
        plain.enter(update([(A, at + 3, letters[at : at + 400])]))
    assert twin.text() == plain.text()
    assert twin.clocks() == plain.clocks()
    assert twin.doc.get_state() == plain.doc.get_state()
    assert len(parse(admitted.data).sections[A]) < 20
    assert twin.enter(admitted.data).is_empty


def test_what_the_log_holds_is_read_however_large_it_has_become():
    # Two admitted changes that a snapshot joins into one struct longer than any single change may bring.
    twin = Twin()
    for clock in (0, 5_000_000):
        twin.enter(update([(A, clock, [collected(5_000_000)])]))
    state = twin.doc.get_update()
    with pytest.raises(Refused):
        parse(state)
    assert parse(state, STORED).sections[A][0].length == 10_000_000


def test_deletions_that_come_backwards_are_passed_on_in_order():
    twin = Twin()
    words = string("x" * 2000, parent=child_of(A, 1))
    twin.enter(update([(A, 0, [element(), xml_text(parent=child_of(A, 0)), words])]))
    ranges = [(2 + at, 1) for at in range(1998, 0, -2)]
    admitted = twin.enter(update([], [(A, ranges)]))
    assert admitted.parts.deletes[A] == sorted((start, start + 1) for start, _ in ranges)
    assert parse(admitted.data).deletes[A] == admitted.parts.deletes[A]
    assert twin.text().count("x") == 1001


def test_very_many_new_deletions_are_refused_and_known_ones_let_in():
    twin = Twin()
    twin.enter(update([(A, 0, [collected(200_000)])]))
    ranges = [(at * 3, 1) for at in range(20_000)]
    with pytest.raises(Refused, match="too_costly"):
        twin.enter(update([], [(A, ranges)]))
    known = update([], [(A, ranges[:10_000])])
    twin.enter(known)
    assert twin.enter(known).is_empty


def test_cutting_what_is_chopped_up_already_is_refused_when_it_moves_too_much(monkeypatch):
    twin = Twin()
    words = string("x" * 9_000, parent=child_of(A, 1))
    twin.enter(update([(A, 0, [element(), xml_text(parent=child_of(A, 0)), words])]))
    twin.enter(update([], [(A, [(5_002 + 2 * at, 1) for at in range(1_000)])]))
    cuts = [string("y", origin=(A, 10 + at), right=(A, 11 + at)) for at in range(0, 1000, 2)]
    goes_on = [string("y", origin=(A, 10), right=(A, 11))]
    goes_on += [string("y", origin=(B, at), right=(A, 11)) for at in range(500)]
    deletes = [(A, [(10 + 2 * at, 1) for at in range(500)])]
    monkeypatch.setattr(admit_module, "MAX_MOVED", 500_000)
    for costly in (update([(B, 0, cuts)]), update([], deletes)):
        with pytest.raises(Refused, match="too_costly"):
            twin.enter(costly)
    twin.enter(update([(B, 0, goes_on)]))
    monkeypatch.undo()
    twin.enter(update([], deletes))
