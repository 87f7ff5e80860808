"""Thousands of broken updates: never a hang, never anything but the gate's own answers, never a changed text."""

import faulthandler
import random
import time

import pytest

from realtime.gate import Missing, Refused, parse_state_vector
from tests.realtime.gate.handmade import Twin, library_updates

CASES = 2_000


@pytest.fixture(autouse=True)
def _a_hang_is_a_failure():
    # A hang inside the library cannot be interrupted: show where and give up the whole run.
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def broken(data, rng):
    """Return `data` with a few bytes changed, cut out, doubled or taken from elsewhere."""
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        at = rng.randrange(len(out)) if out else 0
        match rng.randrange(6):
            case 0:
                out[at : at + 1] = bytes((rng.randrange(256),))
            case 1:
                out[at : at + 1] = bytes((out[at] ^ (1 << rng.randrange(8)),)) if out else b""
            case 2:
                del out[at : at + rng.randrange(1, 9)]
            case 3:
                out[at:at] = out[at : at + rng.randrange(1, 40)]
            case 4:
                start = rng.randrange(len(data))
                out[at : at + 4] = data[start : start + rng.randrange(1, 12)]
            case 5:
                out[at : at + 1] = rng.choice(
                    [b"\0", b"\x7f", b"\xff", b"\x80\x01", b"\xff\xff\xff\xff\x0f"]
                )
    return bytes(out)


@pytest.mark.parametrize("seed", range(4))
def test_broken_updates_never_hang_raise_or_leave_anything_pending(seed):
    rng = random.Random(seed)
    entered = 0
    for _ in range(CASES // 4):
        updates = library_updates(rng, edits=6)
        twin = Twin()
        for data in updates[:-1]:
            twin.enter(data)
        before, clocks = twin.text(), twin.clocks()
        for _ in range(4):
            data = broken(updates[-1] if rng.random() < 0.7 else rng.choice(updates), rng)
            started = time.perf_counter()
            try:
                admitted = twin.enter(data)
            except (Refused, Missing):
                assert twin.clocks() == clocks
                assert twin.text() == before
            else:
                # Whatever got in can be read, and nothing of it waits for something else.
                entered += not admitted.is_empty
                before, clocks = twin.text(), twin.clocks()
                known = dict(parse_state_vector(twin.doc.get_state()))
                assert known == {client: clock for client, clock in clocks.items() if clock}
            assert time.perf_counter() - started < 1
    assert entered >= 5, "some broken updates are still sound: those are the interesting ones"


def test_random_bytes_are_refused():
    rng = random.Random(1)
    for _ in range(CASES):
        data = rng.randbytes(rng.randrange(200))
        twin = Twin()
        try:
            twin.enter(data)
        except (Refused, Missing):
            continue
        assert twin.text() == ""
