"""Comparing two states of a text: which blocks changed, and which words in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from documents import schema
from documents.schema import ATOM, BLOCK_ID, Json

Kind = Literal["added", "removed", "changed"]
Op = Literal["equal", "insert", "delete"]

# A word with its apostrophes and hyphens, a run of spaces, or one other sign.
_TOKEN = re.compile(r"\w+(?:['’\-]\w+)*|\s+|.", re.DOTALL)
# difflib's work grows with the product of both lengths: about a second at this many pairs of words.
_MAX_PAIRS = 4_000_000


@dataclass(frozen=True)
class BlockChange:
    """One block that differs. Equal texts mean that only its kind or its formatting changed."""

    block_id: str
    kind: Kind
    before_text: str
    after_text: str
    before_type: str | None = None
    after_type: str | None = None


def changed_blocks(before: Json, after: Json) -> list[BlockChange]:
    """Return what differs between two canonical JSONs, in reading order of the newer.

    A removed block stands after the block that it followed. A block that only changed its place is
    not reported. Blocks are matched by their id; those without one are not seen.
    """
    old, new = _identified(before), _identified(after)
    removed = _removed_after(old, new)
    changes = list(removed.pop(None, []))
    for block_id, (block_type, text, content) in new.items():
        if block_id not in old:
            changes.append(BlockChange(block_id, "added", "", text, None, block_type))
        elif old[block_id] != (block_type, text, content):
            was = old[block_id]
            changes.append(BlockChange(block_id, "changed", was[1], text, was[0], block_type))
        changes.extend(removed.pop(block_id, []))
    return changes


_Identified = dict[str, tuple[str, str, Any]]


def _identified(doc_json: Json) -> _Identified:
    found: _Identified = {}
    for node, _path in schema.walk(doc_json):
        attrs = node.get("attrs") or {}
        block_id = attrs.get(BLOCK_ID)
        if not isinstance(block_id, str) or block_id in found:
            continue
        others = {name: value for name, value in attrs.items() if name != BLOCK_ID}
        # a table's cells are blocks of their own
        content = node.get("content") if node["type"] != "table" else None
        text = _words(node) if node["type"] != "table" else ""
        found[block_id] = (node["type"], text, (others, content))
    return found


def _words(node: Json) -> str:
    return schema.plain_text(node) if ATOM in schema.inline_text(node) else schema.inline_text(node)


def _removed_after(old: _Identified, new: _Identified) -> dict[str | None, list[BlockChange]]:
    """Group the removed blocks by the surviving block before them (None: at the beginning)."""
    groups: dict[str | None, list[BlockChange]] = {}
    anchor = None
    for block_id, (block_type, text, _content) in old.items():
        if block_id in new:
            anchor = block_id
        else:
            change = BlockChange(block_id, "removed", text, "", block_type, None)
            groups.setdefault(anchor, []).append(change)
    return groups


def inline_diff(before_text: str, after_text: str) -> list[tuple[Op, str]]:
    """Return the difference by words: pairs of "equal", "insert" or "delete" and the text.

    Joining all but the inserts gives `before_text`, all but the deletes `after_text`. Texts too long
    to compare word by word are shown as replaced between their common ends.
    """
    old, new = _TOKEN.findall(before_text), _TOKEN.findall(after_text)
    head = _common_length(old, new)
    tail = _common_length(old[head:][::-1], new[head:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    parts = [("equal", old[:head])]
    parts += _middle(old[head:old_end], new[head:new_end])
    parts.append(("equal", old[old_end:]))
    return list(_joined(parts))


_Parts = list[tuple[Op, list[str]]]


def _middle(old: list[str], new: list[str]) -> _Parts:
    if len(old) * len(new) > _MAX_PAIRS:
        return [("delete", old), ("insert", new)]
    parts: _Parts = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            parts.append(("equal", old[old_start:old_end]))
        else:
            parts.append(("delete", old[old_start:old_end]))
            parts.append(("insert", new[new_start:new_end]))
    return _without_islands(parts)


def _without_islands(parts: _Parts) -> _Parts:
    """Take a lone space between two changes into them, so that a rewritten phrase reads as one."""
    result: _Parts = []
    for index, (op, tokens) in enumerate(parts):
        island = op == "equal" and 0 < index < len(parts) - 1 and "".join(tokens).isspace()
        if island:
            result += [("delete", tokens), ("insert", tokens)]
        else:
            result.append((op, tokens))
    return _grouped(result)


def _grouped(parts: _Parts) -> _Parts:
    """Put the deletions of one place before its insertions."""
    result: _Parts = []
    deleted: list[str] = []
    inserted: list[str] = []
    for op, tokens in [*parts, ("equal", [])]:
        if op == "delete":
            deleted = deleted + tokens
        elif op == "insert":
            inserted = inserted + tokens
        else:
            result += [("delete", deleted), ("insert", inserted), ("equal", tokens)]
            deleted, inserted = [], []
    return result


def _common_length(one: list[str], other: list[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _joined(parts: _Parts) -> Iterator[tuple[Op, str]]:
    last: Op | None = None
    text = ""
    for op, tokens in parts:
        if not tokens:
            continue
        if op == last:
            text += "".join(tokens)
            continue
        if last is not None:
            yield last, text
        last, text = op, "".join(tokens)
    if last is not None:
        yield last, text
