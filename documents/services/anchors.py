"""From what a browser says about a passage to an anchor we can stand by.

A comment is never lost and never shows a quote that the text does not contain: the quote is taken from our own text
wherever the passage is found, and a passage that is not found becomes its block, else the whole document.
"""

import re
import uuid

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid
from documents.models import Document
from documents.positions import resolve
from documents.schema import Block, Json, blocks
from documents.utf16 import utf16_length, utf16_slice

QUOTE_LIMIT = 4000
CONTEXT_LENGTH = 32
BASE64 = re.compile(r"^[A-Za-z0-9+/=_-]{0,400}$")


def anchor_fields(document: Document, content: Json, sequence: int, anchor: dict | None) -> dict:
    """Return the model fields of an anchor, checked against the present text.

    `anchor`: {"block_id", "start", "end" (UTF-16), "quote", "prefix", "suffix", "relative_start", "relative_end",
    "generation"}, all optional; empty means the whole document. Raises Invalid for values of a wrong kind.
    """
    anchor = _checked(anchor or {})
    base = {"generation": document.generation, "sequence": sequence}
    if not anchor["block_id"] and not anchor["quote"]:
        return base
    by_id = {block.id: block for block in blocks(content)}
    found = resolve(
        content,
        {key: anchor[key] for key in ("block_id", "start", "end", "quote", "prefix", "suffix")},
    )
    if found.state == "orphaned":
        block = by_id.get(anchor["block_id"])
        if block is None:
            return base
        return {**base, **_passage(block, 0, block.length)}
    relative = {}
    if anchor["generation"] in ("", str(document.generation)):
        relative = {key: anchor[key] for key in ("relative_start", "relative_end")}
    return {**base, **_passage(by_id[found.block_id], found.start, found.end), **relative}


def _passage(block: Block, start: int, end: int) -> dict:
    length = utf16_length(block.text)
    return {
        "block_id": block.id,
        "start": start,
        "end": end,
        "quote": (utf16_slice(block.text, start, end) or "")[:QUOTE_LIMIT],
        "prefix": utf16_slice(block.text, max(0, start - CONTEXT_LENGTH), start) or "",
        "suffix": utf16_slice(block.text, end, min(end + CONTEXT_LENGTH, length)) or "",
    }


def _checked(anchor: dict) -> dict:
    if not isinstance(anchor, dict):
        raise Invalid(_("The passage that you chose could not be read. Choose it again."), "anchor")
    texts = (
        "block_id",
        "quote",
        "prefix",
        "suffix",
        "relative_start",
        "relative_end",
        "generation",
    )
    result = {key: anchor.get(key) or "" for key in texts}
    numbers = {key: anchor.get(key) or 0 for key in ("start", "end")}
    good = (
        all(isinstance(value, str) for value in result.values())
        and all(type(value) is int and 0 <= value < 2**31 for value in numbers.values())
        and numbers["start"] <= numbers["end"]
        and all(BASE64.match(result[key]) for key in ("relative_start", "relative_end"))
        and len(result["block_id"]) <= 40
        and (not result["generation"] or _is_uuid(result["generation"]))
    )
    if not good:
        raise Invalid(_("The passage that you chose could not be read. Choose it again."), "anchor")
    result["quote"] = result["quote"][: 4 * QUOTE_LIMIT]
    return {**result, **numbers}


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True
