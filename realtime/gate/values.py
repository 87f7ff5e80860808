"""Values inside updates: lib0's `any` (attributes) and JSON (marks), with bounded depth and size."""

import json
import math

from realtime.gate.errors import Refused
from realtime.gate.reader import Reader

MAX_DEPTH = 4
MAX_ELEMENTS = 200
MAX_STRING_BYTES = 8_192
MAX_JSON_BYTES = 16_384


def read_any(reader: Reader, depth: int = 0):
    """Return one `any` value as Python's. Only what attributes of our schema can be made of."""
    tag = reader.byte()
    simple = _SIMPLE.get(tag)
    if simple is not None:
        return simple(reader)
    if depth >= MAX_DEPTH:
        raise Refused("value_too_deep")
    if tag == 117:
        return [read_any(reader, depth + 1) for _ in range(reader.uint(MAX_ELEMENTS))]
    if tag == 118:
        return {
            reader.text(MAX_STRING_BYTES): read_any(reader, depth + 1)
            for _ in range(reader.uint(MAX_ELEMENTS))
        }
    raise Refused("unknown_value")


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise Refused("not_a_number")
    return number


_SIMPLE = {
    127: lambda reader: None,
    126: lambda reader: None,
    125: Reader.int,
    124: lambda reader: _finite(reader.float32()),
    123: lambda reader: _finite(reader.float64()),
    122: Reader.int64,
    121: lambda reader: False,
    120: lambda reader: True,
    119: lambda reader: reader.text(MAX_STRING_BYTES),
}


def read_json(text: str):
    """Return the value of a mark. Raises `Refused` for what is no JSON, too large or too deep."""
    if text in ("null", "{}", "true"):
        return _COMMON[text]
    if len(text) > MAX_JSON_BYTES or text.count("[") + text.count("{") > MAX_ELEMENTS:
        raise Refused("value_too_deep")
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused("not_json") from None


def _no_constant(name: str):
    raise ValueError(name)


_COMMON = {"null": None, "{}": {}, "true": True}
