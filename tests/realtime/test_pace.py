"""The tick: at once while it costs little, then pauses that nobody notices, longer ones only to save the worker."""

import pytest

from realtime.pace import Pace


def pace(**changes):
    values = {
        "easy_share": 0.1,
        "easy_pause": 0.012,
        "hard_share": 0.5,
        "longest_pause": 0.3,
        "credit": 0.005,
    }
    return Pace(**(values | changes))


def run(pace, cost, every, seconds=5.0):
    """Rounds of `cost` seconds as soon as the pace allows, asked for `every` seconds; return the waits of the last half."""
    now, waits = 0.0, []
    while now < seconds:
        wait = pace.wait(now)
        now += wait + cost
        waits.append((now, wait))
        pace.spent(cost, now)
        now = max(now, now + every - cost - wait) if wait + cost < every else now
    return [wait for at, wait in waits if at > seconds / 2]


def test_an_idle_room_answers_at_once():
    assert pace().wait(100.0) == 0


def test_rounds_below_the_easy_share_never_wait():
    assert max(run(pace(), cost=0.0005, every=0.010)) == 0


def test_a_burst_within_the_credit_passes_at_once():
    busy = pace()
    for number in range(9):
        assert busy.wait(number * 0.0005) == 0
        busy.spent(0.0005, number * 0.0005)


def test_a_busy_room_pauses_as_long_as_nobody_notices():
    waits = run(pace(), cost=0.002, every=0.003)
    assert max(waits) == pytest.approx(0.012)
    assert min(waits) > 0.008


def test_a_costly_round_leaves_half_of_the_time_to_others():
    waits = run(pace(), cost=0.05, every=0.01)
    assert min(waits) == pytest.approx(0.05)


def test_no_pause_is_longer_than_the_longest():
    assert max(run(pace(), cost=2.0, every=0.01, seconds=20)) == pytest.approx(0.3)


def test_after_a_rush_the_room_is_soon_as_quick_as_before():
    busy = pace()
    for number in range(1000):
        busy.spent(0.002, number * 0.003)
    busy.spent(0.0005, 3.2)
    assert busy.wait(3.2) == 0
