"""Thousands of broken updates: never a hang, never anything but the gate's own answers, never a changed text."""

import base64
import faulthandler
import gc
import json
import os
import random
import subprocess
import time

import pytest

from realtime.gate import Missing, Refused, parse_state_vector
from tests.realtime.gate.handmade import (
    Twin,
    child_of,
    collected,
    deleted,
    element,
    item,
    library_updates,
    mark,
    string,
    uint,
    update,
    xml_text,
)
from tests.realtime.gate.test_order import REPLAY, WRITERS
from tests.realtime.gate.test_random_structs import joined, tree
from tests.realtime.server import NODE_MODULES, node

CASES = 2_000
# Far more than CI does: FUZZ_ROUNDS=200
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "1"))
# What one frame may cost, in seconds of this thread: reading, admitting and applying it.
BOUND = 0.05


@pytest.fixture(autouse=True)
def _a_hang_is_a_failure():
    # A hang inside the library cannot be interrupted: show where and give up the whole run.
    faulthandler.dump_traceback_later(120 * ROUNDS, exit=True)
    # As in a worker (`cocreation.asgi`): or a full collection of all of Django counts as a frame's cost.
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
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


@pytest.mark.parametrize("seed", range(4 * ROUNDS))
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
            started = time.thread_time()
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
            assert time.thread_time() - started < BOUND
    assert entered >= 5, "some broken updates are still sound: those are the interesting ones"


@pytest.mark.node
@pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)")
def test_broken_updates_of_editors_are_refused_or_mean_the_same_to_everybody():
    """Real work of several writers; again and again one of their updates comes broken first, then as it is."""
    rng = random.Random(os.environ.get("FUZZ_SEED", 17))
    stories = json.loads(run_node(WRITERS, "500", str(8 * ROUNDS)))
    logs, twins, entered = [], [], 0
    for story in stories:
        twin, log = Twin(), []
        sent = [base64.b64decode(data) for data in story["sent"]]
        for data in sent:
            tries = [broken(rng.choice([data, data, rng.choice(sent)]), rng) for _ in range(3)]
            for attempt in (*tries, data):
                admitted = attempted(twin, attempt)
                if admitted and not admitted.is_empty:
                    log.append(base64.b64encode(admitted.data).decode())
                    entered += attempt is not data
        logs.append(log)
        twins.append(twin)
    assert entered >= 8
    for twin, other in zip(twins, json.loads(run_node(REPLAY, data=json.dumps(logs))), strict=True):
        assert not other["pending"]
        assert dict(other["vector"]) == twin.clocks()
        assert joined(tree(twin.fragment)) == joined(other["tree"])


def attempted(twin, data):
    """Let it try; None when it was turned away, and then everything is as before."""
    clocks, before = twin.clocks(), twin.doc.get_state()
    started = time.thread_time()
    try:
        return twin.enter(data)
    except (Refused, Missing):
        assert twin.clocks() == clocks
        assert twin.doc.get_state() == before
        return None
    finally:
        assert time.thread_time() - started < BOUND


def run_node(script, *arguments, data=""):
    done = subprocess.run(
        [node(), str(script), *arguments],
        cwd=NODE_MODULES.parent,
        input=data,
        capture_output=True,
        text=True,
        timeout=120 * ROUNDS,
        check=True,
    )
    return done.stdout


A, B = 11, 22
MANY = 1_800
WORDS = [element(), xml_text(parent=child_of(A, 0)), string("x" * 6000, parent=child_of(A, 1))]
# At most 16 KB each: what is read and admitted at once. Larger frames go in slices (test_slices.py).
COSTLY = {
    "structs that go on": [string("y", origin=(A, 6001))]
    + [string("y", origin=(B, at)) for at in range(MANY)],
    "structs that go backwards": [string("y", right=(A, 2))]
    + [string("y", right=(B, at)) for at in range(MANY)],
    "structs at one place": [string("y", origin=(A, 2), right=(A, 3))] * MANY,
    "structs that cut": [
        string("y", origin=(A, 2 + 3 * at), right=(A, 3 + 3 * at)) for at in range(1_200)
    ],
    "elements": [element(origin=(A, 0))] + [element(origin=(B, at)) for at in range(1_000)],
    "collected": [collected(1)] * 8_000,
    "deleted": [deleted(1, origin=(A, 2))] + [deleted(1, origin=(B, at)) for at in range(MANY)],
    "marks with large values": [mark("link", {"href": "https:" + "x" * 1900}, origin=(A, 6001))]
    * 8,
    "a mark of brackets": [item(6, uint(4) + b"link" + uint(16_000) + b"[" * 16_000, right=(A, 2))],
    "a million, it says": None,
}


@pytest.mark.parametrize("name", COSTLY)
def test_no_frame_that_is_admitted_at_once_takes_long(name):
    twin = Twin()
    twin.enter(update([(A, 0, WORDS)]))
    structs = COSTLY[name]
    data = (
        update([(B, 0, structs)])
        if structs
        else uint(1) + uint(1_000_000) + uint(B) + uint(0) + collected(1) * 8_000 + uint(0)
    )
    assert len(data) <= 18_000
    attempted(twin, data)
    twin.enter(update([(A, 6002, [string("!", origin=(A, 6001))])]))


def test_structs_that_make_everybody_search_through_a_long_text_are_refused():
    """Each stands on a struct on which ten thousand others stand: the library passes all of them, again and again."""
    twin = Twin()
    twin.enter(update([(5, 0, [element(), xml_text(parent=child_of(5, 0)),
                               string("x", parent=child_of(5, 1))])]))  # fmt: skip
    for clock in range(3, 10_003, 2_000):
        marks = [
            mark("strong", [{}, None][at % 2], origin=(5, clock + at - 1)) for at in range(2_000)
        ]
        twin.enter(update([(5, clock, marks)]))
    searching = [string("y", origin=(5, 10 + at)) for at in range(1_000)]
    assert attempted(twin, update([(99, 0, searching)])) is None
    # A few of them are no harm, nor are as many where nothing is to be searched.
    assert attempted(twin, update([(99, 0, searching[:10])]))
    beside = [string("y", origin=(5, 10 + at), right=(5, 11 + at)) for at in range(20, 1_000)]
    assert attempted(twin, update([(98, 0, beside)]))


def test_values_that_make_everybody_search_through_former_ones_are_refused():
    twin = Twin()
    twin.enter(update([(5, 0, [element()])]))
    value = uint(1) + b"\x77" + uint(6) + b"block1"
    first = item(8, value, parent=child_of(5, 0), sub="id")
    for clock in range(1, 3_001, 100):
        later = [item(8, value, origin=(5, clock + at - 1)) for at in range(100)]
        twin.enter(update([(5, clock, [first, *later[1:]] if clock == 1 else later)]))
    assert attempted(twin, update([(99, 0, [first] * 400)])) is None
    assert attempted(twin, update([(99, 0, [first] * 10)]))


def test_random_bytes_are_refused():
    rng = random.Random(1)
    for _ in range(CASES * ROUNDS):
        data = rng.randbytes(rng.randrange(200))
        twin = Twin()
        try:
            twin.enter(data)
        except (Refused, Missing):
            continue
        assert twin.text() == ""
