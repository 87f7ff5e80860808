"""Whatever neighbours a writer names by hand: what the gate lets in, everybody puts in the same order."""

import base64
import json
import os
import random
import re
import subprocess
from pathlib import Path

import pytest
from pycrdt import Doc, XmlFragment

from realtime.gate import Admission, Index, Missing, Refused, admit, learn, parse
from tests.realtime.gate.handmade import (
    RULES,
    SCHEMA,
    Twin,
    attribute,
    child_of,
    deleted,
    element,
    item,
    mark,
    string,
    text,
    uint,
    update,
    xml_text,
)
from tests.realtime.gate.test_random_structs import joined, tree
from tests.realtime.server import NODE_MODULES, node

REPLAY = Path(__file__).parents[1] / "node" / "replay.cjs"
WRITERS = REPLAY.with_name("merging_writers.mjs")
A, B, C = 11, 22, 33
# Far more than CI does: FUZZ_ROUNDS=200
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "1"))


def stand():
    """A paragraph of A (clocks 0, 1 and then the words)."""
    return [
        update(
            [(A, 0, [element(), xml_text(parent=child_of(A, 0)),
                     string("ab", parent=child_of(A, 1))])]
        )
    ]  # fmt: skip


class Forger:
    """Several people who write structs by hand: any neighbours in the paragraph's text, or among the blocks."""

    def __init__(self, rng, clients=(A, B, C, 5)):
        self.rng = rng
        self.clients = clients
        self.twin = Twin()
        self.log = []  # (what it adds: client, from, to; what it needs: ids; the update)
        self.letters = iter("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" * 9)
        for data in stand():
            self.enter(data, A, [])

    def enter(self, data, client, needs):
        before = self.twin.index.next_clock(client)
        admitted = self.twin.enter(data)
        after = self.twin.index.next_clock(client)
        if not admitted.is_empty:
            self.log.append(((client, before, after), needs, admitted.data))

    def some(self, chance_of_none):
        if self.rng.random() < chance_of_none:
            return None
        client = self.rng.choice([c for c in self.clients if self.twin.index.next_clock(c)])
        return client, self.rng.randrange(self.twin.index.next_clock(client))

    def attempt(self):
        rng = self.rng
        client = rng.choice(self.clients)
        clock = self.twin.index.next_clock(client)
        origin, right = self.some(0.25), self.some(0.25)
        if clock and rng.random() < 0.25:
            origin = (client, clock - 1)
            last = self.twin.index.clients[client].last
            if last and rng.random() < 0.6:
                right = last[1]
        if rng.random() < 0.05:
            right = origin
        where = {"origin": origin, "right": right}
        parent = None
        if origin is None and right is None:
            parent = rng.choice([(A, 1), None])
            where = {"parent": child_of(*parent)} if parent else {}
        choice = rng.random()
        if choice < 0.6:
            word = "".join(next(self.letters) for _ in range(rng.choice([1, 1, 1, 2, 3])))
            struct = string(word, **where)
        elif choice < 0.7:
            struct = deleted(rng.randrange(1, 3), **where)
        elif choice < 0.75:
            struct = mark("strong", rng.choice([{}, None]), **where)
        elif choice < 0.8:
            parent, struct = (A, 0), attribute("id", f"block{clock}", child_of(A, 0))
        else:
            struct = element(**where)
        deletes = []
        if rng.random() < 0.1 and (target := self.some(0)) not in ((A, 0), (A, 1)):
            deletes = [(target[0], [(target[1], 1)])]
        needs = [i for i in (origin, right, parent, *((c, r[0][0]) for c, r in deletes)) if i]
        self.enter(update([(client, clock, [struct])], deletes), client, needs)

    def run(self, count):
        """Go on until `count` were let in; return how many were not."""
        refused = 0
        while len(self.log) < count:
            try:
                self.attempt()
            except (Refused, Missing):
                refused += 1
        return refused

    def shuffled(self):
        """The log in another order in which everything comes after what it needs."""
        waiting, clocks, out = list(self.log), {}, []
        while waiting:
            ready = [
                entry for entry in waiting
                if entry[0][1] == clocks.get(entry[0][0], 0)
                and all(clocks.get(c, 0) > clock for c, clock in entry[1])
            ]  # fmt: skip
            entry = self.rng.choice(ready)
            waiting.remove(entry)
            clocks[entry[0][0]] = entry[0][2]
            out.append(entry[2])
        return out


def text_of(updates):
    doc = Doc()
    fragment = doc.get("prosemirror", type=XmlFragment)
    for data in updates:
        doc.apply_update(data)
    return str(fragment)


@pytest.mark.parametrize("seed", range(40 * ROUNDS))
def test_what_is_let_in_has_one_order_however_it_arrives(seed):
    rng = random.Random(seed)
    forger = Forger(rng)
    assert forger.run(rng.choice([20, 30, 40])) > 0
    words = forger.twin.text()
    vectors = [forger.twin.clocks()]
    for _ in range(4):
        other = forger.shuffled()
        assert text_of(other) == words
        index = Index()
        for data in other:
            learn(index, parse(data), RULES)
        vectors.append(index.clocks())
    assert all(vector == vectors[0] for vector in vectors)


@pytest.mark.node
@pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)")
def test_the_browsers_library_and_ours_put_forged_structs_in_the_same_order():
    rng = random.Random(4711)
    logs, texts = [], []
    for _ in range(60 * ROUNDS):
        forger = Forger(rng)
        forger.run(rng.choice([12, 25, 40]))
        for log in ([entry[2] for entry in forger.log], forger.shuffled(), forger.shuffled()):
            logs.append([base64.b64encode(data).decode() for data in log])
            texts.append(forger.twin)
    done = subprocess.run(
        [node(), str(REPLAY)],
        cwd=NODE_MODULES.parent,
        input=json.dumps(logs),
        capture_output=True,
        text=True,
        timeout=60 * ROUNDS,
        check=True,
    )
    for twin, other in zip(texts, json.loads(done.stdout), strict=True):
        assert not other["pending"]
        assert joined(other["tree"]) == joined(tree(twin.fragment))


@pytest.mark.node
@pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)")
@pytest.mark.parametrize("script", ["merging_writers.mjs", "merging_editors.mjs"])
def test_nothing_that_honest_writers_send_is_refused(script):
    schema = [json.dumps(SCHEMA)] if script == "merging_editors.mjs" else []
    done = subprocess.run(
        [node(), str(REPLAY.with_name(script)), *schema, "0", str(20 * ROUNDS)],
        cwd=NODE_MODULES.parent,
        capture_output=True,
        text=True,
        timeout=60 * ROUNDS,
        check=True,
    )
    for story in json.loads(done.stdout):
        twin = Twin()
        for data in story["sent"]:
            twin.enter(base64.b64decode(data))
        assert plain(twin.text()) == plain(story["text"])


def plain(xml):
    return re.sub("<[^>]*>", "", xml)


def test_former_values_of_an_attribute_in_one_struct_are_let_in_and_cut():
    twin = Twin()
    twin.enter(stand()[0])
    two, three = (
        item(8, uint(count) + b"".join(b"\x77" + text(f"block{n}") for n in range(count)),
             parent=child_of(A, 0), sub="id")
        for count in (2, 3)
    )  # fmt: skip
    twin.enter(update([(B, 0, [two])]))
    admitted = twin.enter(update([(B, 0, [three])]))
    assert parse(admitted.data).sections[B][0].payload == ["block2"]
    assert twin.text() == '<paragraph id="block2">ab</paragraph>'
    with pytest.raises(Refused, match="attribute_not_allowed"):
        twin.enter(update([(C, 0, [item(8, uint(2) + b"\x77\1<" + b"\x77\1a",
                                        parent=child_of(A, 0), sub="id")])]))  # fmt: skip


CROSSED = {
    "the right one stands far to the right": ((A, 2), (A, 5)),
    "the beginning, and one in the middle": (None, (A, 4)),
}


@pytest.mark.parametrize("name", CROSSED)
def test_neighbours_that_never_stood_beside_each_other_are_refused(name):
    twin = Twin()
    twin.enter(update([(A, 0, [element(), xml_text(parent=child_of(A, 0)),
                               string("hello", parent=child_of(A, 1))])]))  # fmt: skip
    origin, right = CROSSED[name]
    with pytest.raises(Refused, match="neighbours_crossed"):
        twin.enter(update([(B, 0, [string("x", origin=origin, right=right)])]))
    twin.enter(update([(B, 0, [string("x", origin=(A, 2), right=(A, 3))])]))
    # What others put between them meanwhile does not part them.
    twin.enter(update([(C, 0, [string("y", origin=(A, 2), right=(A, 3))])]))
    assert twin.text() == "<paragraph>hxyello</paragraph>"


def test_what_was_brought_back_may_stand_between_one_and_the_same():
    twin = Twin()
    twin.enter(stand()[0])
    # Yjs writes this when it brings back words in pieces: the piece before is all that it finds to either side.
    twin.enter(update([(B, 0, [mark("em", {}, origin=(A, 3)), string("x", origin=(B, 0)),
                               string("yz", origin=(B, 1), right=(B, 1))])]))  # fmt: skip
    assert twin.text() == "<paragraph>ab<em>xyz</em></paragraph>"
    # In the midst of words that were written in one go it means one thing here and another there.
    with pytest.raises(Refused, match="neighbours_crossed"):
        twin.enter(update([(C, 0, [string("q", origin=(A, 3), right=(A, 3))])]))
    # Also when they are deleted by now.
    snapshot = Index()
    twin.enter(update([], [(A, [(3, 1)])]))
    learn(snapshot, parse(twin.doc.get_update()), RULES)
    with pytest.raises(Refused, match="neighbours_crossed"):
        admit(snapshot, parse(update([(C, 0, [string("q", origin=(A, 3), right=(A, 3))])])),
              RULES, lambda client: True)  # fmt: skip


@pytest.mark.parametrize("seed", range(10 * ROUNDS))
def test_going_on_is_a_shortcut_and_nothing_else(seed, monkeypatch):
    """Typing that is let in without looking at its neighbours again ends the same as when they are looked at."""
    forger = Forger(random.Random(seed))
    forger.run(30)
    log = [entry[2] for entry in forger.log]
    quick, slow = Index(), Index()
    for data in log:
        with monkeypatch.context() as patch:
            admitted = admit(quick, parse(data), RULES, lambda client: True)
            patch.setattr(Admission, "_goes_on", staticmethod(lambda client, known, struct: False))
            again = admit(slow, parse(data), RULES, lambda client: True)
        assert (admitted.data, admitted.refers) == (again.data, again.refers)
    assert quick.clocks() == slow.clocks()
    assert quick.kinds == slow.kinds
    assert quick.deleted == slow.deleted
    for client, known in quick.clients.items():
        other = slow.clients[client]
        assert known.pairs == other.pairs
        assert [known.code_at(clock) for clock in range(known.next)] == [
            other.code_at(clock) for clock in range(known.next)
        ]
        assert len(known.starts) <= len(other.starts)


def test_an_attribute_with_a_right_neighbour_is_refused():
    twin = Twin()
    twin.enter(stand()[0])
    twin.enter(update([(B, 0, [attribute("id", "block1", child_of(A, 0))])]))
    latest = update([(C, 0, [attribute_beside(right=(B, 0))])])
    with pytest.raises(Refused, match="neighbours_crossed"):
        twin.enter(latest)
    twin.enter(update([(C, 0, [attribute_beside(origin=(B, 0))])]))
    assert twin.text() == '<paragraph id="block2">ab</paragraph>'


def attribute_beside(**where):
    return item(8, uint(1) + b"\x77" + text("block2"), **where)
