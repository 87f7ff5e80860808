"""Well-formed updates with random structure: whatever the gate lets in, the library can hold and the schema can bear."""

import base64
import faulthandler
import json
import random
import subprocess
from pathlib import Path

import pytest
from pycrdt import XmlElement, XmlFragment, XmlText

from documents import ydoc
from documents.schema import HEALED_CODES, validate
from realtime.gate import Index, Missing, Refused, learn, parse, parse_state_vector
from tests.realtime.gate.handmade import (
    RULES,
    Twin,
    attribute,
    child_of,
    collected,
    deleted,
    element,
    mark,
    string,
    update,
    xml_text,
)
from tests.realtime.server import NODE_MODULES, node

REPLAY = Path(__file__).parents[1] / "node" / "replay.cjs"
CLIENTS = [7, 8, 4_000_000_000]
NAMES = ["paragraph", "heading", "blockquote", "bullet_list", "list_item", "table", "table_row", "table_cell",
         "code_block", "image", "hard_break"]  # fmt: skip


@pytest.fixture(autouse=True)
def _a_hang_is_a_failure():
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


class Maker:
    """Makes random structs that refer to what is there, now and then to what is not."""

    def __init__(self, rng, twin):
        self.rng = rng
        self.twin = twin

    def some_id(self):
        client = self.rng.choice(CLIENTS)
        known = self.twin.index.next_clock(client)
        beyond = self.rng.random() < 0.03
        return client, self.rng.randrange(known + 1) if known and not beyond else known

    def some_type(self):
        """Mostly a living type, so that things may stand in it."""
        types = [
            (c, clock) for c, known in self.twin.index.clients.items() for clock in known.types
        ]
        return self.rng.choice(types) if types and self.rng.random() < 0.9 else self.some_id()

    def where(self):
        match self.rng.randrange(6):
            case 0:
                return {}
            case 1 | 2:
                return {"parent": child_of(*self.some_type())}
            case 3:
                return {"origin": self.some_id()}
            case 4:
                return {"right": self.some_id()}
            case _:
                return {"origin": self.some_id(), "right": self.some_id()}

    def struct(self):
        """Return (bytes, clocks)."""
        where = self.where()
        match self.rng.randrange(9):
            case 0 | 1:
                return element(self.rng.choice(NAMES), **where), 1
            case 2:
                return xml_text(**where), 1
            case 3 | 4:
                value = self.rng.choice(["x", "āž", "🎉 x"])
                return string(value, **where), len(value.encode("utf-16-le")) // 2
            case 5:
                name, value = self.rng.choice(
                    [("strong", {}), ("em", None), ("link", {"href": "tel:1"})]
                )
                return mark(name, value, **where), 1
            case 6:
                name, value = self.rng.choice(
                    [("id", "block1"), ("level", 3), ("alt", "a"), ("tight", 1)]
                )
                return attribute(name, value, child_of(*self.some_type())), 1
            case 7:
                length = self.rng.randrange(1, 4)
                return deleted(length, **where), length
            case _:
                return collected(1), 1

    def update(self):
        client = self.rng.choice(CLIENTS)
        clock = self.twin.index.next_clock(client) + self.rng.choice([0] * 30 + [1, -1])
        data, _length = self.struct()
        deletes = []
        if self.rng.random() < 0.2:
            target, at = self.some_id()
            deletes = [(target, [(at, self.rng.randrange(1, 4))])]
        return update([(client, max(0, clock), [data])] if self.rng.random() < 0.9 else [], deletes)


def begin():
    """Something to stand on: a paragraph with text, a list."""
    words = [element(), xml_text(parent=child_of(7, 0)), string("hello", parent=child_of(7, 1))]
    yield update([(7, 0, words)])
    yield update([(8, 0, [element("bullet_list"), element("list_item", parent=child_of(8, 0))])])


@pytest.mark.parametrize("seed", range(8))
def test_what_is_let_in_can_be_held_read_and_healed(seed):
    rng = random.Random(seed)
    for _ in range(25):
        twin = Twin()
        maker = Maker(rng, twin)
        for data in begin():
            twin.enter(data)
        entered = 0
        for _ in range(60):
            data = maker.update()
            try:
                entered += not twin.enter(data).is_empty
            except (Refused, Missing):
                continue
        known = dict(parse_state_vector(twin.doc.get_state()))
        assert known == twin.clocks()
        problems = validate(ydoc.doc_to_json(twin.doc, canonical=False))
        assert {problem.code for problem in problems} <= HEALED_CODES | {"attr_missing"}, problems
        assert entered > 3
        self_contained(twin)


def self_contained(twin):
    """The state is a sound update by itself: it is learnt whole and holds the same content."""
    state = twin.doc.get_update()
    index = Index()
    learn(index, parse(state), RULES)
    assert index.clocks() == twin.clocks()
    again = ydoc.document_from_updates(state, []).get("prosemirror", type=XmlFragment)
    assert joined(tree(again)) == joined(tree(twin.fragment))


def joined(value):
    """A tree in which neighbouring strings are one: how they are cut is no part of the text."""
    if not isinstance(value, list):
        return value
    out = []
    for part in map(joined, value):
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        else:
            out.append(part)
    return out


def tree(node):
    """The same shape as `node/replay.cjs` gives."""
    if isinstance(node, XmlText):
        return [str(insert) for insert, _marks in node.diff()]
    children = [tree(child) for child in node.children]
    if not isinstance(node, XmlElement):
        return children
    return [node.tag, [[name, whole(value)] for name, value in sorted(node.attributes)], children]


def whole(value):
    return int(value) if isinstance(value, float) and value.is_integer() else value


@pytest.mark.node
@pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)")
@pytest.mark.parametrize("seed", range(100, 104))
def test_the_browsers_library_makes_the_same_text_of_what_is_let_in(seed):
    rng = random.Random(seed)
    logs, twins = [], []
    for _ in range(50):
        twin = Twin()
        log = []
        for data in begin():
            log.append(twin.enter(data).data)
        maker = Maker(rng, twin)
        for _ in range(60):
            try:
                admitted = twin.enter(maker.update())
            except (Refused, Missing):
                continue
            if not admitted.is_empty:
                log.append(admitted.data)
        logs.append([base64.b64encode(data).decode() for data in log])
        twins.append(twin)
    done = subprocess.run(
        [node(), str(REPLAY)],
        cwd=NODE_MODULES.parent,
        input=json.dumps(logs),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    for twin, other in zip(twins, json.loads(done.stdout), strict=True):
        assert not other["pending"]
        assert dict(other["vector"]) == twin.clocks()
        assert joined(tree(twin.fragment)) == joined(other["tree"])
