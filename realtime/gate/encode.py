"""Writing updates: what is left of a trimmed one, and several admitted ones as one.

Merging is ours and not the library's: admitted parts of one client follow each other without a gap, so joining them is
joining bytes, and nothing can be picked from the wrong of two overlapping updates.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from realtime.gate.index import Ranges
from realtime.gate.parse import ANY, DELETED, GC, HAS_ORIGIN, HAS_RIGHT, STRING, Struct
from realtime.gate.reader import Reader, write_text, write_uint
from realtime.gate.values import read_any

# From so many structs on a section is made smaller.
MANY_STRUCTS = 500
NOTHING = b"\0\0"


@dataclass
class Section:
    """Consecutive structs of one client: first clock, how many structs, their bytes."""

    clock: int
    count: int
    data: bytes


@dataclass
class Parts:
    """The content of an update, taken apart: sections and deleted ranges per client."""

    sections: dict[int, Section] = field(default_factory=dict)
    deletes: dict[int, Ranges] = field(default_factory=dict)


def section_of(data: bytes, client: int, structs: list[Struct], known: int) -> Section | None:
    """Return the section of the structs from clock `known` on; None when there are none.

    A struct that begins before `known` is cut; its second half says that it follows the first.
    """
    kept = [struct for struct in structs if struct.clock + struct.length > known]
    if not kept:
        return None
    first = kept[0]
    if first.clock >= known:
        return Section(first.clock, len(kept), data[first.start : kept[-1].stop])
    rest = data[first.stop : kept[-1].stop]
    return Section(known, len(kept), _second_half(data, client, first, known - first.clock) + rest)


def _second_half(data: bytes, client: int, struct: Struct, offset: int) -> bytes:
    """Return the bytes of a struct without its first `offset` clocks. Only those of several clocks are ever cut."""
    left = struct.length - offset
    if struct.kind == GC:
        return bytes((GC,)) + write_uint(left)
    out = bytearray((struct.kind | HAS_ORIGIN | (struct.info & HAS_RIGHT),))
    out += write_uint(client) + write_uint(struct.clock + offset - 1)
    if struct.right:
        out += write_uint(struct.right[0]) + write_uint(struct.right[1])
    if struct.kind == DELETED:
        return bytes(out + write_uint(left))
    if struct.kind == ANY:
        reader = Reader(data, struct.body)
        reader.uint()
        for _ in range(offset):
            read_any(reader)
        return bytes(out + write_uint(left) + data[reader.pos : struct.stop])
    # Clocks count units of UTF-16. A surrogate pair that is cut becomes U+FFFD, as in Yjs.
    units = struct.payload.encode("utf-16-le")[offset * 2 :]
    return bytes(out + write_text(units.decode("utf-16-le", errors="replace")))


def joined(data: bytes, client: int, section: Section, structs: list[Struct]) -> Section:
    """Return a section with what goes on and on as one struct; the first stays as it is (it may have been cut).

    It says the same in fewer bytes, and Yrs takes time in the square to join very many itself.
    """
    rest = structs[-1].stop - structs[0].stop
    chunks = [section.data[: len(section.data) - rest]]
    at = 1
    while at < len(structs):
        last = at + 1
        while (
            last < len(structs)
            and last - at < MANY_STRUCTS
            and _goes_on(client, structs[last - 1], structs[last])
        ):
            last += 1
        chunks.append(_as_one(data, structs[at:last]))
        at = last
    return Section(section.clock, len(chunks), b"".join(chunks))


def _goes_on(client: int, before: Struct, struct: Struct) -> bool:
    if struct.kind != before.kind or struct.kind not in (GC, DELETED, STRING):
        return False
    return struct.kind == GC or (
        struct.origin == (client, struct.clock - 1) and struct.right == before.right
    )


def _as_one(data: bytes, structs: list[Struct]) -> bytes:
    first = structs[0]
    if len(structs) == 1:
        return data[first.start : first.stop]
    head = data[first.start : first.body]
    if first.kind == STRING:
        return head + write_text("".join(struct.payload for struct in structs))
    return head + write_uint(sum(struct.length for struct in structs))


def encode(parts: Parts) -> bytes:
    """Return the update made of these parts. Higher client ids come first, as Yjs writes them."""
    out = bytearray(write_uint(len(parts.sections)))
    for client in sorted(parts.sections, reverse=True):
        section = parts.sections[client]
        out += write_uint(section.count) + write_uint(client) + write_uint(section.clock)
        out += section.data
    deletes = {client: ranges for client, ranges in parts.deletes.items() if ranges}
    out += write_uint(len(deletes))
    for client in sorted(deletes, reverse=True):
        out += write_uint(client) + write_uint(len(deletes[client]))
        for start, end in deletes[client]:
            out += write_uint(start) + write_uint(end - start)
    return bytes(out)


def merge(all_parts: Iterable[Parts]) -> bytes:
    """Return one update with the content of several, admitted in this order."""
    merged = Parts()
    chunks: dict[int, list[Section]] = {}
    for parts in all_parts:
        for client, section in parts.sections.items():
            chunks.setdefault(client, []).append(section)
        for client, ranges in parts.deletes.items():
            merged.deletes.setdefault(client, []).extend(ranges)
    for client, sections in chunks.items():
        merged.sections[client] = Section(
            sections[0].clock,
            sum(section.count for section in sections),
            b"".join(section.data for section in sections),
        )
    for ranges in merged.deletes.values():
        ranges.sort()
    return encode(merged)
