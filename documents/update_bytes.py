"""Just enough of the Yjs update format (version 1) to say who wrote in a row, and to erase words for good.

For bytes that the gate has let in; what is not understood raises BadUpdate and changes nothing. Erased words become
deleted content of the same length under the same ids: everything that refers to them still finds its place, and whoever
still has the words cannot bring them back, because those ids are taken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from documents.ydoc import BadUpdate

_GC, _DELETED, _STRING, _FORMAT, _TYPE, _ANY, _SKIP = 0, 1, 4, 6, 7, 8, 10
_HAS_ORIGIN, _HAS_RIGHT, _HAS_SUB = 0x80, 0x40, 0x20
_XML_ELEMENT = 3
# Values of attributes that have a fixed size in bytes, by their tag.
_FIXED = {127: 0, 126: 0, 124: 4, 123: 8, 122: 8, 121: 0, 120: 0}

Ranges = list[tuple[int, int]]


@dataclass(frozen=True)
class Piece:
    """One struct: whose, the first clock and how many, its bytes, and the words if it holds any.

    `head` are its bytes before the content, `right` is the id that it was put before, as bytes.
    """

    client: int
    clock: int
    length: int
    data: bytes
    words: str | None = None
    head: bytes = b""
    right: bytes = b""


@dataclass(frozen=True)
class Content:
    """An update, taken apart. `tail` is its list of deletions, as bytes."""

    sections: list[tuple[int, int, list[Piece]]]
    deletes: dict[int, Ranges]
    tail: bytes

    @property
    def clients(self) -> set[int]:
        """Client ids that wrote something here."""
        return {client for client, _clock, _pieces in self.sections}

    def words(self) -> Iterator[Piece]:
        """Return the structs that hold words."""
        for _client, _clock, pieces in self.sections:
            yield from (piece for piece in pieces if piece.words is not None)


class _Bytes:
    def __init__(self, data: bytes):
        self.data, self.pos = data, 0

    def uint(self) -> int:
        value = shift = 0
        while True:
            part = self.data[self.pos]
            self.pos += 1
            value |= (part & 127) << shift
            if part < 128:
                return value
            shift += 7

    def skip(self, count: int) -> None:
        self.pos += count
        if self.pos > len(self.data):
            raise IndexError

    def text(self) -> str:
        count = self.uint()
        self.skip(count)
        return self.data[self.pos - count : self.pos].decode()

    def id(self) -> bytes:
        start = self.pos
        self.uint()
        self.uint()
        return self.data[start : self.pos]

    def any(self) -> None:
        tag = self.data[self.pos]
        self.pos += 1
        if tag in _FIXED:
            self.skip(_FIXED[tag])
        elif tag == 125:
            self.uint()
        elif tag == 119:
            self.text()
        elif tag in (117, 118):
            for _number in range(self.uint()):
                if tag == 118:
                    self.text()
                self.any()
        else:
            raise ValueError(f"value {tag}")


def read(data: bytes) -> Content:
    """Take an update apart. Raises BadUpdate."""
    reader = _Bytes(data)
    sections = []
    try:
        for _section in range(reader.uint()):
            count, client, clock = reader.uint(), reader.uint(), reader.uint()
            first, pieces = clock, []
            for _number in range(count):
                pieces.append(_piece(reader, client, clock))
                clock += pieces[-1].length
            sections.append((client, first, pieces))
        tail = data[reader.pos :]
        deletes = _deletes(reader)
    except (IndexError, ValueError, RecursionError) as error:
        raise BadUpdate(_("This change could not be read.")) from error
    if reader.pos != len(data):
        raise BadUpdate(_("This change could not be read."))
    return Content(sections, deletes, tail)


def _piece(reader: _Bytes, client: int, clock: int) -> Piece:
    start = reader.pos
    info = reader.data[start]
    reader.pos += 1
    kind, right, words, length, body = info & 31, b"", None, 1, start
    if kind in (_GC, _SKIP):
        length = reader.uint()
    else:
        right = _references(reader, info)
        body = reader.pos
        if kind == _DELETED:
            length = reader.uint()
        elif kind == _STRING:
            words = reader.text()
            length = len(words.encode("utf-16-le")) // 2
        else:
            _skip_content(reader, kind)
    data = reader.data[start : reader.pos]
    return Piece(client, clock, length, data, words, reader.data[start:body], right)


def _references(reader: _Bytes, info: int) -> bytes:
    if info & _HAS_ORIGIN:
        reader.id()
    right = reader.id() if info & _HAS_RIGHT else b""
    if not info & (_HAS_ORIGIN | _HAS_RIGHT):
        if reader.uint():
            reader.text()
        else:
            reader.id()
        if info & _HAS_SUB:
            reader.text()
    return right


def _skip_content(reader: _Bytes, kind: int) -> None:
    if kind == _FORMAT:
        reader.text()
        reader.text()
    elif kind == _TYPE:
        if reader.uint() == _XML_ELEMENT:
            reader.text()
    elif kind == _ANY:
        if reader.uint() != 1:
            raise ValueError("array")
        reader.any()
    else:
        raise ValueError(f"content {kind}")


def _deletes(reader: _Bytes) -> dict[int, Ranges]:
    deletes: dict[int, Ranges] = {}
    for _section in range(reader.uint()):
        ranges = deletes.setdefault(reader.uint(), [])
        for _number in range(reader.uint()):
            start, length = reader.uint(), reader.uint()
            ranges.append((start, start + length))
    return deletes


def read_vector(data: bytes) -> dict[int, int]:
    """Return a state vector as clocks per client."""
    reader = _Bytes(data)
    return {reader.uint(): reader.uint() for _number in range(reader.uint())}


# --- erasing ----------------------------------------------------------------------------------


def erase(data: bytes, ranges: Mapping[int, Ranges]) -> bytes:
    """Return the update with the words in these ranges [start, end) of clocks per client made deleted content.

    Equal to `data` where it holds none of them. Raises BadUpdate.
    """
    content = read(data)
    if not content.clients & ranges.keys():
        return data
    out = bytearray(_uint(len(content.sections)))
    for client, clock, pieces in content.sections:
        parts: list[bytes] = []
        for piece in pieces:
            parts.extend(_without(piece, ranges.get(client, [])))
        out += _uint(len(parts)) + _uint(client) + _uint(clock) + b"".join(parts)
    return bytes(out + content.tail)


def _without(piece: Piece, ranges: Ranges) -> list[bytes]:
    """Return the bytes of a struct, cut where erasing begins and ends."""
    if piece.words is None:
        return [piece.data]
    units = piece.words.encode("utf-16-le")
    gone = [
        _whole_characters(units, max(start - piece.clock, 0), min(end - piece.clock, piece.length))
        for start, end in ranges
        if start < piece.clock + piece.length and end > piece.clock
    ]
    if not gone:
        return [piece.data]
    borders = sorted({0, piece.length, *(at for pair in gone for at in pair)})
    return [
        _part(piece, units, first, last, any(start <= first < end for start, end in gone))
        for first, last in pairwise(borders)
    ]


def _whole_characters(units: bytes, start: int, end: int) -> tuple[int, int]:
    """Widen a range so that it cuts no character of two units."""
    if start and _is_second_half(units, start):
        start -= 1
    if end * 2 < len(units) and _is_second_half(units, end):
        end += 1
    return start, end


def _is_second_half(units: bytes, at: int) -> bool:
    return 0xDC <= units[at * 2 + 1] <= 0xDF


def _part(piece: Piece, units: bytes, first: int, last: int, is_gone: bool) -> bytes:
    kind = _DELETED if is_gone else _STRING
    if is_gone:
        content = _uint(last - first)
    else:
        raw = units[first * 2 : last * 2].decode("utf-16-le").encode()
        content = _uint(len(raw)) + raw
    if first:
        # As Yjs cuts: the second part follows the first, and was put before what the whole was put before.
        flags = _HAS_ORIGIN | (_HAS_RIGHT if piece.right else 0)
        before = _uint(piece.client) + _uint(piece.clock + first - 1)
        return bytes((kind | flags,)) + before + piece.right + content
    return bytes((piece.head[0] & ~31 | kind,)) + piece.head[1:] + content


def _uint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(128 | value & 127)
        value >>= 7
    out.append(value)
    return bytes(out)
