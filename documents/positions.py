"""Finding again the words a comment points to, in a text that has changed since.

The order is that of the W3C's Web Annotation selectors as DESIGN §5 uses them: the range in its block,
else the quote in its block, else the quote in the whole text, else orphaned. Yjs relative positions are
the browser's business. All offsets are UTF-16 units, as the browser counts.
"""

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from documents.schema import Block, Json, blocks
from documents.utf16 import index_from_utf16, utf16_from_index, utf16_slice

State = Literal["exact", "moved", "orphaned"]

# A quote shorter than this, found once in another block and with foreign neighbours, is a chance hit
# ("the"), not the passage.
MIN_LONE_QUOTE_CHARS = 12
# Neighbouring characters that must agree for a shorter quote to be believed in another block.
MIN_CONTEXT_CHARS = 4
# Places looked at for one quote: a quote that occurs more often says nothing about where it was.
MAX_CANDIDATES = 200
# Stands between blocks in the joined text; `schema.storable` keeps it out of texts.
_SEPARATOR = "\0"


@dataclass(frozen=True)
class Resolved:
    """Where a passage is now. For `orphaned` the block id is the old one and the range empty."""

    block_id: str | None
    start: int
    end: int
    state: State


@dataclass(frozen=True)
class _Selector:
    block_id: str | None
    start: int
    end: int
    quote: str
    prefix: str
    suffix: str


class PositionIndex:
    """The blocks of one text, ready for many selectors. Do not change the JSON while it is in use."""

    def __init__(self, doc_json: Json):
        self._blocks = [block for block in blocks(doc_json) if block.id]
        self._by_id: dict[str, Block] = {}
        for block in self._blocks:
            self._by_id.setdefault(block.id or "", block)
        self._joined: str | None = None
        self._starts: list[int] = []

    def resolve(self, selector: Mapping[str, Any]) -> Resolved:
        """Return where the passage is now; see `resolve`."""
        wanted = _selector(selector)
        block = self._by_id.get(wanted.block_id or "")
        if block and (found := _at_its_place(block, wanted)):
            return found
        if wanted.quote:
            if block and (found := _nearest_in_block(block, wanted)):
                return found
            if found := self._best_in_document(wanted):
                return found
        return Resolved(wanted.block_id, 0, 0, "orphaned")

    def _best_in_document(self, wanted: _Selector) -> Resolved | None:
        hits = [(_context(text, at, wanted), block, at) for block, text, at in self._hits(wanted)]
        if not hits or len(hits) >= MAX_CANDIDATES:
            return None
        hits.sort(key=lambda hit: -hit[0])
        best, block, at = hits[0]
        if len(hits) > 1 and hits[1][0] == best:
            return None
        if best < MIN_CONTEXT_CHARS and len(wanted.quote) < MIN_LONE_QUOTE_CHARS:
            return None
        return _moved(block, at, wanted)

    def _hits(self, wanted: _Selector) -> Iterator[tuple[Block, str, int]]:
        if self._joined is None:
            self._join()
        for position in _occurrences(self._joined or "", wanted.quote):
            number = bisect_right(self._starts, position) - 1
            block = self._blocks[number]
            yield block, block.text, position - self._starts[number]

    def _join(self) -> None:
        position = 0
        for block in self._blocks:
            self._starts.append(position)
            position += len(block.text) + 1
        self._joined = _SEPARATOR.join(block.text for block in self._blocks)


def _selector(source: Mapping[str, Any]) -> _Selector:
    return _Selector(
        block_id=source.get("block_id") or None,
        start=source.get("start") or 0,
        end=source.get("end") or 0,
        quote=(source.get("quote") or "").replace(_SEPARATOR, ""),
        prefix=source.get("prefix") or "",
        suffix=source.get("suffix") or "",
    )


def _at_its_place(block: Block, wanted: _Selector) -> Resolved | None:
    if not wanted.quote:
        # the whole block, or a place in it: the block is all that can be known
        end = min(max(wanted.end, wanted.start), block.length)
        return Resolved(block.id, min(wanted.start, end), end, "exact")
    if utf16_slice(block.text, wanted.start, wanted.end) == wanted.quote:
        return Resolved(block.id, wanted.start, wanted.end, "exact")
    return None


def _nearest_in_block(block: Block, wanted: _Selector) -> Resolved | None:
    """Choose the occurrence with the best neighbours; among equals the one nearest to the old place."""
    old = index_from_utf16(block.text, wanted.start)
    if old is None:
        old = min(wanted.start, len(block.text))
    best: tuple[int, int] | None = None
    chosen = -1
    for at in _occurrences(block.text, wanted.quote):
        score = (_context(block.text, at, wanted), -abs(at - old))
        if best is None or score > best:
            best, chosen = score, at
    return _moved(block, chosen, wanted) if best else None


def _occurrences(text: str, quote: str) -> Iterator[int]:
    position = text.find(quote)
    for _count in range(MAX_CANDIDATES):
        if position < 0:
            return
        yield position
        position = text.find(quote, position + 1)


def _context(text: str, at: int, wanted: _Selector) -> int:
    """Count the characters around the quote that are as they were: last of prefix, first of suffix."""
    before = text[max(0, at - len(wanted.prefix)) : at]
    end = at + len(wanted.quote)
    after = text[end : end + len(wanted.suffix)]
    return _common(reversed(before), reversed(wanted.prefix)) + _common(after, wanted.suffix)


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _moved(block: Block, at: int, wanted: _Selector) -> Resolved:
    start = utf16_from_index(block.text, at)
    end = utf16_from_index(block.text, at + len(wanted.quote))
    return Resolved(block.id, start, end, "moved")


_last = threading.local()


def resolve(doc_json: Json, selector: Mapping[str, Any]) -> Resolved:
    """Return where the passage of `selector` is in `doc_json` now.

    `selector`: block_id, start, end (UTF-16 units), quote, prefix, suffix; any may be missing. An
    empty quote means the block itself. States: `exact` (same block, same range, same words), `moved`
    (the words are elsewhere), `orphaned` (not found, or not for certain).
    The index of the last text is kept, so that many calls with the same object are cheap; the JSON
    must not be changed in place between calls.
    """
    if getattr(_last, "doc_json", None) is not doc_json:
        _last.index = PositionIndex(doc_json)
        _last.doc_json = doc_json
    return _last.index.resolve(selector)
