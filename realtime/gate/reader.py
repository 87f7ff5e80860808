"""Reading bytes without ever running past their end or building something unbounded."""

import struct as binary

from realtime.gate.errors import Refused

# Client ids are 32 bits in Yjs, 53 in newer Yrs: JavaScript's largest exact integer.
MAX_CLIENT = 2**53 - 1
# Yrs keeps clocks in 32 bits; one bit less leaves room for every sum of a clock and a length.
MAX_CLOCK = 2**31 - 1

_FLOAT32 = binary.Struct(">f")
_FLOAT64 = binary.Struct(">d")
_INT64 = binary.Struct(">q")


class Reader:
    """A position in bytes. Every method raises `Refused("truncated")` at the end."""

    __slots__ = ("data", "end", "pos")

    def __init__(self, data: bytes, pos: int = 0, end: int | None = None):
        self.data = data
        self.pos = pos
        self.end = len(data) if end is None else end

    def byte(self) -> int:
        """Return the next byte."""
        pos = self.pos
        if pos >= self.end:
            raise Refused("truncated")
        self.pos = pos + 1
        return self.data[pos]

    def uint(self, limit: int = MAX_CLOCK) -> int:
        """Return an unsigned integer in lib0's 7-bit groups, at most `limit`."""
        data, pos, end = self.data, self.pos, self.end
        value = shift = 0
        while True:
            if pos >= end:
                raise Refused("truncated")
            part = data[pos]
            pos += 1
            value |= (part & 127) << shift
            if part < 128:
                break
            shift += 7
            # Eight groups hold 56 bits: more than any number we accept, and no endless shifting.
            if shift > 56:
                raise Refused("number_too_long")
        if value > limit:
            raise Refused("number_too_large")
        self.pos = pos
        return value

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes."""
        pos = self.pos
        if length > self.end - pos:
            raise Refused("truncated")
        self.pos = pos + length
        return self.data[pos : pos + length]

    def blob(self) -> bytes:
        """Return bytes that are preceded by their length."""
        return self.take(self.uint())

    def text(self, limit: int | None = None) -> str:
        """Return a string of UTF-8 preceded by its length in bytes (at most `limit`), without U+0000.

        U+0000 cannot be stored as text by PostgreSQL, and no editor writes it.
        """
        length = self.uint()
        if limit is not None and length > limit:
            raise Refused("string_too_long")
        raw = self.take(length)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("not_utf8") from None
        if "\0" in text:
            raise Refused("nul_character")
        return text

    def skip_text(self, limit: int) -> None:
        """Pass over a string without looking at it."""
        length = self.uint()
        if length > limit:
            raise Refused("string_too_long")
        self.take(length)

    def int(self) -> int:
        """Return a signed integer of lib0 (first byte: continue, sign, six bits)."""
        part = self.byte()
        value, negative, shift = part & 63, part & 64, 6
        while part & 128:
            part = self.byte()
            value |= (part & 127) << shift
            shift += 7
            if shift > 62:
                raise Refused("number_too_long")
        return -value if negative else value

    def float32(self) -> float:
        """Return a 32-bit float."""
        return _FLOAT32.unpack(self.take(4))[0]

    def float64(self) -> float:
        """Return a 64-bit float."""
        return _FLOAT64.unpack(self.take(8))[0]

    def int64(self) -> int:
        """Return a 64-bit integer."""
        return _INT64.unpack(self.take(8))[0]


def write_uint(value: int) -> bytes:
    """Return `value` in lib0's 7-bit groups."""
    if value < 128:
        return bytes((value,))
    out = bytearray()
    while value > 127:
        out.append(128 | value & 127)
        value >>= 7
    out.append(value)
    return bytes(out)


def write_text(text: str) -> bytes:
    """Return `text` as UTF-8 preceded by its length in bytes."""
    raw = text.encode("utf-8")
    return write_uint(len(raw)) + raw
