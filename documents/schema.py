"""The one schema of documents as Python sees it: check, bring to canonical form, read.

The canonical JSON is what ProseMirror's `toJSON()` gives: every declared attribute present, marks in
schema order, equal neighbouring texts merged, no empty `content` or `marks`. No Django models here.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid
from documents.schema_check import (
    HEALED_CODES,
    SchemaProblem,
    is_allowed_href,
    is_block_id,
    validate,
)
from documents.schema_rules import BLOCK_ID, DECLARATION, MAX_DEPTH, Json, MarkRule, NodeRule
from documents.utf16 import utf16_length

__all__ = [
    "ATOM",
    "BLOCK_ID",
    "HEALED_CODES",
    "MAX_DEPTH",
    "ROOT_NAME",
    "SCHEMA_VERSION",
    "Block",
    "Json",
    "SchemaProblem",
    "blocks",
    "empty_document",
    "inline_text",
    "is_allowed_href",
    "is_block_id",
    "normalise",
    "plain_text",
    "storable",
    "validate",
    "walk",
    "with_block_ids",
]

SCHEMA_VERSION: int = DECLARATION.version
# Name of the Y.XmlFragment that holds the text.
ROOT_NAME: str = DECLARATION.root
# Stands for one inline atom (image, hard break) in the text of a block, as in the browser.
ATOM = "\ufffc"
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Block:
    """An identified block as comments and diffs see it; `length` in UTF-16 units."""

    id: str | None
    type: str
    text: str
    length: int
    path: tuple[int, ...]


# --- canonical form ---------------------------------------------------------------------------


def normalise(doc_json: Json) -> Json:
    """Return the canonical form (a new object); what the schema does not know stays for `validate`.

    Characters that no store takes are replaced, see `storable`.
    Raises Invalid("too_deep") for more than `MAX_DEPTH` levels.
    """
    doc = _normal_node(doc_json, None, 0)
    if not doc.get("content"):
        doc["content"] = [_normal_node({"type": "paragraph"}, None, 0)]
    return doc


def _normal_node(node: Json, parent: NodeRule | None, depth: int) -> Json:
    if depth > MAX_DEPTH:
        raise Invalid(
            _("The text is nested too deeply: at most %(levels)s levels are possible.")
            % {"levels": MAX_DEPTH},
            "too_deep",
        )
    name = node["type"]
    rule = DECLARATION.nodes.get(name)
    if name == "text":
        return _normal_text(node, parent)
    result: Json = {"type": name}
    attrs = _normal_attributes(rule, node.get("attrs")) if rule else node.get("attrs")
    if attrs:
        result["attrs"] = attrs
    content = [_normal_node(child, rule, depth + 1) for child in node.get("content") or []]
    # an empty text between two equal ones must not keep them apart
    content = [child for child in content if child["type"] != "text" or child["text"]]
    if content:
        result["content"] = _merge_texts(content)
    return result


def _normal_text(node: Json, parent: NodeRule | None) -> Json:
    result: Json = {"type": "text", "text": storable(node.get("text") or "")}
    if marks := _normal_marks(node.get("marks") or [], parent):
        result["marks"] = marks
    return result


def storable(text: str) -> str:
    """Replace what neither UTF-8, PostgreSQL nor XML takes (control signs, lone surrogates).

    Each is one UTF-16 unit and becomes one (a space or U+FFFD), so that all offsets stay.
    """
    if not _UNSTORABLE.search(text):
        return text
    return _UNSTORABLE.sub(lambda m: " " if m[0].isspace() else "\ufffd", text)


def _normal_marks(marks: Iterable[Json], parent: NodeRule | None) -> list[Json]:
    kept: dict[str, Json] = {}
    unknown = []
    for mark in marks:
        rule = DECLARATION.marks.get(mark["type"])
        if rule is None:
            unknown.append(mark)
        elif mark["type"] not in kept and (parent is None or rule.name in parent.allowed_marks):
            attrs = _normal_attributes(rule, mark.get("attrs"))
            kept[rule.name] = {"type": rule.name, **({"attrs": attrs} if attrs else {})}
    ordered = sorted(kept.values(), key=lambda mark: DECLARATION.marks[mark["type"]].rank)
    return _without_conflict(ordered) + unknown


def _without_conflict(marks: list[Json]) -> list[Json]:
    """Where an exclusive mark meets others, keep what carries information (a link's address)."""
    exclusive = [mark for mark in marks if DECLARATION.marks[mark["type"]].exclusive]
    if not exclusive or len(marks) == 1:
        return marks
    informative = [mark for mark in marks if "attrs" in mark]
    if informative:
        return [mark for mark in marks if mark not in exclusive]
    return exclusive[:1]


def _normal_attributes(rule: NodeRule | MarkRule, attrs: Json | None) -> Json:
    given = attrs or {}
    result = {}
    for name, attribute in rule.attributes.items():
        if name in given:
            value = given[name]
            result[name] = storable(value) if isinstance(value, str) else value
        elif not attribute.required:
            result[name] = attribute.default
    if isinstance(rule, NodeRule) and rule.identified:
        result[BLOCK_ID] = given.get(BLOCK_ID)
    return result


def _merge_texts(content: list[Json]) -> list[Json]:
    """Join neighbouring texts with the same marks (in one go: there can be a million of them)."""
    merged: list[Json] = []
    for (is_text, marks), group in groupby(content, _text_key):
        if not is_text:
            merged.extend(group)
        else:
            text = "".join(node["text"] for node in group)
            merged.append({"type": "text", "text": text, **({"marks": marks} if marks else {})})
    return merged


def _text_key(node: Json) -> tuple[bool, Any]:
    return node["type"] == "text", node.get("marks")


def with_block_ids(doc_json: Json, *, seed: str) -> Json:
    """Return a copy in which every identified block has an id of its own.

    The first block with an id keeps it; a block without one, and every later duplicate, gets one
    made from `seed` and its place, the same each time. Give a seed that changes with the text
    (document id and sequence), so that a new block never inherits the id of a deleted one.
    """
    used = {block_id for block_id in _ids(doc_json) if is_block_id(block_id)}
    return _node_with_ids(doc_json, seed, (), used, set())


def _ids(doc_json: Json) -> Iterator[Any]:
    for node, _path in walk(doc_json):
        yield (node.get("attrs") or {}).get(BLOCK_ID)


def _node_with_ids(
    node: Json, seed: str, path: tuple[int, ...], used: set[str], seen: set[str]
) -> Json:
    rule = DECLARATION.nodes.get(node["type"])
    result = dict(node)
    if rule and rule.identified:
        attrs = node.get("attrs") or {}
        block_id = attrs.get(BLOCK_ID)
        if not is_block_id(block_id) or block_id in seen:
            block_id = _new_id(seed, path, used)
        seen.add(block_id)
        used.add(block_id)
        result["attrs"] = {**attrs, BLOCK_ID: block_id}
    if rule and not rule.holds_inline and node.get("content"):
        result["content"] = [
            _node_with_ids(child, seed, (*path, index), used, seen)
            for index, child in enumerate(node["content"])
        ]
    return result


def _new_id(seed: str, path: tuple[int, ...], used: set[str]) -> str:
    attempt = 0
    while True:
        material = f"{seed}/{'.'.join(map(str, path))}/{attempt}".encode()
        digest = hashlib.blake2b(material, digest_size=9).digest()
        block_id = urlsafe_b64encode(digest).decode()
        if block_id not in used:
            return block_id
        attempt += 1


def empty_document() -> Json:
    """Return the document that a new text starts as: one empty paragraph with an id."""
    return with_block_ids(normalise({"type": "doc"}), seed="empty")


# --- reading ----------------------------------------------------------------------------------


def walk(node: Json) -> Iterator[tuple[Json, tuple[int, ...]]]:
    """Yield the node and everything in it, in reading order, each with its path of child indexes."""
    stack: list[tuple[Json, tuple[int, ...]]] = [(node, ())]
    while stack:
        current, path = stack.pop()
        yield current, path
        children = current.get("content") or []
        stack.extend((child, (*path, i)) for i, child in reversed(list(enumerate(children))))


def inline_text(block: Json) -> str:
    """Return the text of a text block; an image or a hard break counts as one U+FFFC."""
    return "".join(
        child["text"] if child["type"] == "text" else ATOM for child in block.get("content") or []
    )


def blocks(doc_json: Json, *, text_only: bool = True) -> Iterator[Block]:
    """Yield the identified blocks in reading order.

    With `text_only` only those that hold text themselves (paragraph, heading, code block);
    otherwise rules and tables too, with an empty text.
    """
    for node, path in walk(doc_json):
        rule = DECLARATION.nodes.get(node["type"])
        if rule is None or not rule.identified or (text_only and not rule.holds_inline):
            continue
        text = inline_text(node) if rule.holds_inline else ""
        block_id = (node.get("attrs") or {}).get(BLOCK_ID)
        yield Block(block_id, rule.name, text, utf16_length(text), path)


def plain_text(node: Json) -> str:
    """Return the words: one line per text block, hard breaks as line breaks, images as their alt."""
    lines = []
    for current, _path in walk(node):
        rule = DECLARATION.nodes.get(current["type"])
        if rule and rule.holds_inline:
            lines.append(_block_words(current))
    return "\n".join(lines)


def _block_words(block: Json) -> str:
    words = ""
    has_image = False
    for child in block.get("content") or []:
        if child["type"] == "text":
            words += child["text"]
        elif child["type"] == "hard_break":
            words += "\n"
        else:
            # words of their own, not grown together with their neighbours
            alt = (child.get("attrs") or {}).get("alt")
            words += f" {alt} " if alt else " "
            has_image = True
    return words.strip(" ") if has_image else words
