"""Bytes of a Yjs update (version 1) to structs, in one bounded pass. Knows nothing of a particular document.

Only what a document of ours can hold is read: garbage-collected and deleted ranges, strings, marks, elements and
texts, and attribute values. Every other content type (JSON, binary, embeds, subdocuments, arrays, maps, moves, links)
is refused.
"""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from realtime.gate.errors import Refused
from realtime.gate.reader import MAX_CLIENT, MAX_CLOCK, Reader
from realtime.gate.values import read_any

# Content types of the format.
GC, DELETED, STRING, FORMAT, TYPE, ANY, SKIP = 0, 1, 4, 6, 7, 8, 10
# Y types that may be the content of a TYPE.
XML_ELEMENT, XML_TEXT = 3, 6

HAS_ORIGIN, HAS_RIGHT, HAS_SUB = 0x80, 0x40, 0x20
ROOT_PARENT = "root"
MAX_NAME_BYTES = 100
MAX_MARK_BYTES = 16_384
MAX_VALUES = 1_000

# Characters that take two units of UTF-16.
_WIDE = re.compile("[\U00010000-\U0010ffff]")

ID = tuple[int, int]


@dataclass(frozen=True)
class Limits:
    """How much one update may hold. Bytes are limited by the socket's frame size."""

    structs: int = 30_000
    clients: int = 1_000
    # A client that comes back sends all the deletions that it knows of.
    delete_ranges: int = 200_000
    # One struct can stand for this many deleted characters; costs nothing to hold, but clocks must not run away.
    deleted_length: int = 5_000_000


# For what is in the log already: rows join updates, snapshots whatever can be joined.
STORED = Limits(MAX_CLOCK, MAX_CLOCK, MAX_CLOCK, MAX_CLOCK)


class Struct:
    """One struct of an update. `start`, `body`, `stop` are offsets of its bytes, its content, and its end."""

    __slots__ = (
        "body",
        "clock",
        "info",
        "kind",
        "length",
        "origin",
        "pairs",
        "parent",
        "payload",
        "right",
        "start",
        "stop",
        "sub",
    )

    def __init__(self, clock: int, info: int, start: int):
        self.clock = clock
        self.info = info
        self.kind = info & 31
        self.start = start
        self.origin: ID | None = None
        self.right: ID | None = None
        self.parent: ID | str | None = None
        self.sub: str | None = None
        self.payload = None
        # Clocks of the first halves of surrogate pairs, if there are any.
        self.pairs: array | None = None
        self.length = 1
        self.body = self.stop = start


@dataclass
class ParsedUpdate:
    """Structs per client in the order of their clocks, and deleted ranges [start, end) per client."""

    data: bytes
    sections: dict[int, list[Struct]]
    deletes: dict[int, list[tuple[int, int]]]


def parse(data: bytes, limits: Limits | None = None) -> ParsedUpdate:
    """Read a whole update. Raises `Refused` unless every byte is understood."""
    limits = limits or Limits()
    reader = Reader(data)
    sections: dict[int, list[Struct]] = {}
    total = 0
    for _ in range(reader.uint(limits.clients)):
        count = reader.uint()
        total += count
        if total > limits.structs or count == 0:
            raise Refused("too_many_structs" if count else "empty_section")
        client = reader.uint(MAX_CLIENT)
        clock = reader.uint()
        if client in sections:
            raise Refused("client_twice")
        sections[client] = _structs(reader, clock, count, limits)
    deletes = _deletes(reader, limits)
    if reader.pos != reader.end:
        raise Refused("trailing_bytes")
    return ParsedUpdate(data, sections, deletes)


def _structs(reader: Reader, clock: int, count: int, limits: Limits) -> list[Struct]:
    structs = []
    # Reading each struct takes at least one byte, so this ends with the bytes whatever `count` says.
    for _ in range(count):
        start = reader.pos
        struct = Struct(clock, reader.byte(), start)
        kind = struct.kind
        if kind in (GC, SKIP):
            if struct.info != kind:
                raise Refused("unknown_flags")
            struct.body = reader.pos
            struct.length = reader.uint(limits.deleted_length if kind == GC else MAX_CLOCK)
        else:
            _references(reader, struct)
            struct.body = reader.pos
            content = _CONTENT.get(kind)
            if content is None:
                raise Refused("unknown_content", str(kind))
            content(reader, struct, limits)
        if struct.length < 1:
            raise Refused("empty_struct")
        struct.stop = reader.pos
        clock += struct.length
        if clock > MAX_CLOCK:
            raise Refused("number_too_large")
        structs.append(struct)
    return structs


def _references(reader: Reader, struct: Struct) -> None:
    info = struct.info
    if info & HAS_ORIGIN:
        struct.origin = (reader.uint(MAX_CLIENT), reader.uint())
    if info & HAS_RIGHT:
        struct.right = (reader.uint(MAX_CLIENT), reader.uint())
    if info & (HAS_ORIGIN | HAS_RIGHT):
        return
    named = reader.uint(1)
    if named:
        # The name of the root is compared later; a document has just one.
        struct.parent = ROOT_PARENT
        struct.payload = reader.text(MAX_NAME_BYTES)
    else:
        struct.parent = (reader.uint(MAX_CLIENT), reader.uint())
    if named and struct.payload != "prosemirror":
        raise Refused("unknown_root")
    struct.payload = None
    if info & HAS_SUB:
        struct.sub = reader.text(MAX_NAME_BYTES)


def _deleted(reader: Reader, struct: Struct, limits: Limits) -> None:
    struct.length = reader.uint(limits.deleted_length)


def _string(reader: Reader, struct: Struct, limits: Limits) -> None:
    struct.payload = text = reader.text()
    if text.isascii():
        struct.length = len(text)
        return
    pairs = [match.start() for match in _WIDE.finditer(text)]
    struct.length = len(text) + len(pairs)
    if pairs:
        clock = struct.clock
        struct.pairs = array("q", [clock + at + number for number, at in enumerate(pairs)])


def _format(reader: Reader, struct: Struct, limits: Limits) -> None:
    struct.payload = (reader.text(MAX_NAME_BYTES), reader.text(MAX_MARK_BYTES))


def _type(reader: Reader, struct: Struct, limits: Limits) -> None:
    kind = reader.uint()
    if kind == XML_ELEMENT:
        struct.payload = reader.text(MAX_NAME_BYTES)
    elif kind != XML_TEXT:
        raise Refused("unknown_type", str(kind))


def _any(reader: Reader, struct: Struct, limits: Limits) -> None:
    # Yjs joins the former values of an attribute, which an editor keeps for its undo, into one struct.
    struct.length = reader.uint(MAX_VALUES)
    struct.payload = [read_any(reader) for _ in range(struct.length)]


_CONTENT = {DELETED: _deleted, STRING: _string, FORMAT: _format, TYPE: _type, ANY: _any}


def _deletes(reader: Reader, limits: Limits) -> dict[int, list[tuple[int, int]]]:
    deletes: dict[int, list[tuple[int, int]]] = {}
    total = 0
    for _ in range(reader.uint()):
        client = reader.uint(MAX_CLIENT)
        count = reader.uint()
        total += count
        if total > limits.delete_ranges or client in deletes:
            raise Refused("too_many_deletes" if client not in deletes else "client_twice")
        deletes[client] = ranges = []
        for _ in range(count):
            clock, length = reader.uint(), reader.uint()
            if length < 1 or clock + length > MAX_CLOCK:
                raise Refused("empty_delete" if length < 1 else "number_too_large")
            ranges.append((clock, clock + length))
    return deletes


def parse_state_vector(data: bytes, most: int = MAX_CLOCK) -> Iterator[tuple[int, int]]:
    """Return the (client, clock) pairs of a state vector, all read. Raises `Refused`, also for more than `most`."""
    reader = Reader(data)
    count = reader.uint(most)
    if count > len(data):
        raise Refused("truncated")
    pairs = [(reader.uint(MAX_CLIENT), reader.uint()) for _ in range(count)]
    if reader.pos != reader.end:
        raise Refused("trailing_bytes")
    return iter(pairs)
