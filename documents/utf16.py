"""Counting text the way the browser does.

JavaScript counts UTF-16 code units, Python code points: an emoji is 2 there and 1 here. Every range
that is stored or sent (comment anchors, highlights) is in UTF-16 units; slicing happens in code points.
"""

# Last character that is one UTF-16 unit.
_LAST_SINGLE = "\uffff"


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 units."""
    if text.isascii():
        return len(text)
    return len(text) + sum(char > _LAST_SINGLE for char in text)


def is_single_unit(text: str) -> bool:
    """Say whether every character is one UTF-16 unit, so that both ways of counting agree."""
    return text.isascii() or max(text) <= _LAST_SINGLE


def index_from_utf16(text: str, units: int) -> int | None:
    """Turn an offset in UTF-16 units into an index into `text`.

    None when the offset lies outside the text or in the middle of a surrogate pair.
    """
    if units < 0:
        return None
    if is_single_unit(text):
        return units if units <= len(text) else None
    counted = 0
    for index, char in enumerate(text):
        if counted >= units:
            return index if counted == units else None
        counted += 2 if char > _LAST_SINGLE else 1
    return len(text) if counted == units else None


def utf16_from_index(text: str, index: int) -> int:
    """Turn an index into `text` into an offset in UTF-16 units."""
    return utf16_length(text[:index])


def utf16_slice(text: str, start: int, end: int) -> str | None:
    """Return the text between two UTF-16 offsets; None when they do not fit the text."""
    first, last = index_from_utf16(text, start), index_from_utf16(text, end)
    if first is None or last is None or first > last:
        return None
    return text[first:last]
