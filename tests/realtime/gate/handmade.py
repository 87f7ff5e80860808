"""Updates made by hand, byte by byte, so that tests can say what no library would write."""

import json
from pathlib import Path

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from realtime.gate import Index, Rules, admit, parse
from realtime.gate.reader import write_text as text
from realtime.gate.reader import write_uint as uint

SCHEMA = json.loads((Path(__file__).parents[3] / "documents/schema.json").read_text("utf-8"))
RULES = Rules(SCHEMA)
ROOT = uint(1) + text("prosemirror")


def ref(client, clock):
    return uint(client) + uint(clock)


def child_of(client, clock):
    """Parent written as an id."""
    return uint(0) + ref(client, clock)


def item(kind, content, *, origin=None, right=None, parent=ROOT, sub=None):
    """One item; without neighbours its parent is written."""
    info = kind | (0x80 if origin else 0) | (0x40 if right else 0) | (0x20 if sub else 0)
    out = bytes((info,))
    if origin:
        out += ref(*origin)
    if right:
        out += ref(*right)
    if not origin and not right:
        out += parent + (text(sub) if sub else b"")
    return out + content


def element(name="paragraph", **where):
    return item(7, uint(3) + text(name), **where)


def xml_text(**where):
    return item(7, uint(6), **where)


def string(value, **where):
    return item(4, text(value), **where)


def mark(name, value, **where):
    return item(6, text(name) + text(json.dumps(value)), **where)


def attribute(name, value, parent):
    raw = b"\x77" + text(value) if isinstance(value, str) else b"\x7d" + uint(value)
    return item(8, uint(1) + raw, parent=parent, sub=name)


def deleted(length, **where):
    return item(1, uint(length), **where)


def collected(length):
    return b"\0" + uint(length)


def skip(length):
    return b"\x0a" + uint(length)


def update(sections, deletes=()):
    """`sections`: (client, clock, [structs]); `deletes`: (client, [(clock, length)])."""
    out = uint(len(sections))
    for client, clock, structs in sections:
        out += uint(len(structs)) + uint(client) + uint(clock) + b"".join(structs)
    out += uint(len(deletes))
    for client, ranges in deletes:
        out += uint(client) + uint(len(ranges))
        out += b"".join(uint(clock) + uint(length) for clock, length in ranges)
    return out


def paragraph(client, clock=0, words="hello", **where):
    """A paragraph with a text: clocks clock (element), clock+1 (text), clock+2… (words)."""
    return (
        client,
        clock,
        [
            element(**where),
            xml_text(parent=child_of(client, clock)),
            string(words, parent=child_of(client, clock + 1)),
        ],
    )


class Twin:
    """An index and a library's document, fed with the same updates."""

    def __init__(self):
        self.index = Index()
        self.doc = Doc()
        self.fragment = self.doc.get("prosemirror", type=XmlFragment)

    def enter(self, data, may_use=lambda client: True):
        admitted = admit(self.index, parse(data), RULES, may_use)
        if not admitted.is_empty:
            self.doc.apply_update(admitted.data)
        return admitted

    def clocks(self):
        return self.index.clocks()

    def text(self):
        return str(self.fragment)


def library_updates(random, edits=6):
    """Updates as the library writes them while somebody edits: paragraphs, marks, deletions, attributes."""
    doc = Doc()
    updates = []
    doc.observe(lambda event: updates.append(event.update))
    fragment = doc.get("prosemirror", type=XmlFragment)
    for number in range(edits):
        choice = random.random()
        count = len(fragment.children)
        if count < 2 or choice < 0.4:
            with doc.transaction():
                block = XmlElement("paragraph", {"id": f"block{number}"})
                fragment.children.insert(random.randint(0, count), block)
                words = XmlText()
                block.children.append(words)
                words.insert(0, "Rīga āž 🇵🇱 Київ")
                words.format(0, 4, {"strong": {}})  # bytes: "Rīg"
        elif choice < 0.7:
            block = fragment.children[random.randrange(count)]
            block.children[0].insert(0, random.choice(["x", "ņ", "🎉"]))
        elif choice < 0.85:
            words = fragment.children[random.randrange(count)].children[0]
            first = str(words.diff()[0][0])[0].encode() if words.diff() else b""
            if first:
                words.format(0, len(first), {"link": {"href": "https://example.org"}})
        else:
            del fragment.children[random.randrange(count)]
    return updates
