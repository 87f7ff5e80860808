"""The shared document: the only module that imports pycrdt.

Translates between Yjs updates and the canonical JSON of `documents.schema`. It trusts what it is given:
hostile updates must have passed the gate before they come here, because some make reading hang for ever.

Facts of pycrdt that are handled here and nowhere else: text offsets are UTF-8 bytes, numbers come back
as floats, attributes come in random order, and errors of many kinds (a panic is no `Exception`).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pycrdt
from django.utils.translation import gettext as _
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from cocreation.kernel.errors import Invalid
from documents import schema
from documents.schema import Json

__all__ = [
    "BadUpdate",
    "Doc",
    "apply",
    "doc_to_json",
    "document_from_updates",
    "encode_state",
    "json_to_update",
    "merge",
    "new_doc",
    "state_vector",
    "update_from_state",
    "words_delete_update",
    "words_replace_update",
    "words_with_ids",
]

# Larger client ids do not survive JavaScript's arithmetic: Yjs draws 32-bit ones.
_MAX_CLIENT_ID = 2**32 - 1
_WORDS_AT_ONCE = 200


class BadUpdate(Invalid):
    """These bytes are no update or cannot be applied; the document may have changed: rebuild it."""

    default_code = "bad_update"


def _guarded(call, *arguments):
    """Call pycrdt; whatever it raises becomes BadUpdate."""
    try:
        return call(*arguments)
    except Exception as error:
        raise BadUpdate(_("This change could not be read.")) from error
    except BaseException as error:
        # a panic in the Rust code derives from BaseException, as Ctrl-C does
        if type(error).__name__ == "PanicException":
            raise BadUpdate(_("This change could not be read.")) from error
        raise


def new_doc(*, client_id: int | None = None) -> Doc:
    """Return an empty document; `client_id` only where the server itself will write."""
    doc = Doc(client_id=client_id)
    _root(doc)
    return doc


def _root(doc: Doc) -> XmlFragment:
    return doc.get(schema.ROOT_NAME, type=XmlFragment)


def document_from_updates(state: bytes | None, updates: Iterable[bytes]) -> Doc:
    """Return the document that a stored state and the updates after it make.

    Raises BadUpdate when one of them cannot be applied.
    """
    doc = new_doc()
    with doc.transaction():
        if state:
            _guarded(doc.apply_update, state)
        for update in updates:
            _guarded(doc.apply_update, update)
    return doc


def apply(doc: Doc, update: bytes) -> None:
    """Apply one update. Raises BadUpdate; then the document is in doubt and must be rebuilt."""
    _guarded(doc.apply_update, update)


def encode_state(doc: Doc, since: bytes | None = None) -> bytes:
    """Return one update with all that the state vector `since` lacks (everything when None).

    Pending parts (whose predecessors are missing) are not in it: never store an update that has any.
    """
    return _guarded(doc.get_update, since)


def state_vector(doc: Doc) -> bytes:
    """Return the encoded state vector: how much of each client's work the document has."""
    return doc.get_state()


def merge(updates: Iterable[bytes]) -> bytes:
    """Return one update that stands for all of them; nothing is dropped, also not what is pending."""
    return _guarded(pycrdt.merge_updates, *updates)


def update_from_state(update: bytes, since: bytes) -> bytes:
    """Return that part of `update` which the state vector `since` lacks."""
    return _guarded(pycrdt.get_update, update, since)


# --- reading ----------------------------------------------------------------------------------


def doc_to_json(doc: Doc, *, canonical: bool = True) -> Json:
    """Return the text as JSON, in canonical form.

    With `canonical=False` exactly what is stored, for checking it: unknown attributes stay and
    missing ones are missing. Raises Invalid("too_deep").
    """
    with doc.transaction():
        content = _children_json(_root(doc), 1)
    raw: Json = {"type": "doc", **({"content": content} if content else {})}
    return schema.normalise(raw) if canonical else raw


def _children_json(parent: XmlFragment | XmlElement, depth: int) -> list[Json]:
    if depth > schema.MAX_DEPTH:
        raise Invalid(_("The text is nested too deeply."), "too_deep")
    content: list[Json] = []
    for child in parent.children:
        if isinstance(child, XmlText):
            content.extend(_texts_json(child))
        elif isinstance(child, XmlElement):
            content.append(_element_json(child, depth))
        else:
            content.append({"type": "fragment"})
    return content


def _element_json(element: XmlElement, depth: int) -> Json:
    node: Json = {"type": element.tag or ""}
    if attrs := {name: _json_value(value) for name, value in sorted(element.attributes)}:
        node["attrs"] = attrs
    if content := _children_json(element, depth + 1):
        node["content"] = content
    return node


def _texts_json(text: XmlText) -> list[Json]:
    nodes: list[Json] = []
    for chunk, formatting in text.diff():
        if not isinstance(chunk, str):
            # y-prosemirror writes none; `validate` refuses the type
            nodes.append({"type": "embed"})
            continue
        node: Json = {"type": "text", "text": chunk}
        if formatting:
            node["marks"] = [_mark_json(name, formatting[name]) for name in sorted(formatting)]
        nodes.append(node)
    return nodes


def _mark_json(name: str, value: Any) -> Json:
    if isinstance(value, dict) and value:
        return {"type": name, "attrs": _json_value(value)}
    return {"type": name}


def _json_value(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_json_value(item) for item in value]
    if isinstance(value, dict):
        return {key: _json_value(item) for key, item in sorted(value.items())}
    return value


# --- writing ----------------------------------------------------------------------------------


def json_to_update(doc_json: Json, *, client_id: int) -> bytes:
    """Return the update that makes an empty document hold `doc_json`.

    Everything is written under `client_id`, in the same order each time, so that two workers that
    seed the same text with the same id make one text and not two. `client_id`: 1 … 2**32-1.
    """
    if not 0 < client_id <= _MAX_CLIENT_ID:
        raise ValueError("client_id must be between 1 and 2**32-1")
    doc = new_doc(client_id=client_id)
    with doc.transaction():
        _write_children(_root(doc), schema.normalise(doc_json).get("content", []))
    return doc.get_update()


def _write_children(parent: XmlFragment | XmlElement, nodes: list[Json]) -> None:
    run: list[Json] = []
    for node in nodes:
        if node["type"] == "text":
            run.append(node)
            continue
        _write_texts(parent, run)
        run = []
        element = XmlElement(node["type"])
        parent.children.append(element)
        # one by one: given together, pycrdt writes them in random order
        for name, value in node.get("attrs", {}).items():
            if value is not None:
                element.attributes[name] = value
        _write_children(element, node.get("content", []))
    _write_texts(parent, run)


def _write_texts(parent: XmlFragment | XmlElement, run: list[Json]) -> None:
    """Write neighbouring text nodes as one XmlText, as y-prosemirror does."""
    if not run:
        return
    text = XmlText()
    parent.children.append(text)
    start = 0
    for node in run:
        # pycrdt counts UTF-8 bytes
        end = start + len(node["text"].encode())
        first, *others = node.get("marks", []) or [None]
        text.insert(start, node["text"], _formatting(first) if first else {})
        for mark in others:
            text.format(start, end, _formatting(mark))
        start = end


def _formatting(mark: Json) -> dict[str, Json]:
    return {mark["type"]: mark.get("attrs", {})}


# --- editing ----------------------------------------------------------------------------------


def words_replace_update(
    state: bytes, *, block_id: str, old: str, new: str, client_id: int
) -> bytes | None:
    """Return the smallest update that makes `old` into `new` within one block, or None when it is not there.

    What stays the same at both ends of the words is not touched, so that others may go on typing in it. New words
    take the formatting of what stands before them. Only words within one run of text (no picture or line break in
    between) are found.
    """
    doc = new_doc(client_id=client_id)
    apply(doc, state)
    before = doc.get_state()
    with doc.transaction():
        element = _element_with_id(_root(doc), block_id)
        for text in element.children if element is not None else ():
            if isinstance(text, XmlText) and _replace_in(text, old, new):
                return doc.get_update(before)
    return None


def words_delete_update(state: bytes, *, block_id: str, start: int, end: int) -> bytes:
    """Return the update that deletes UTF-16 offsets [start, end) of one block's text, an inline atom counting one.

    Only words are deleted, no atoms. Its list of deletions says under which ids the words stand.
    """
    doc = document_from_updates(state, [])
    made: list[bytes] = []
    subscription = doc.observe(lambda event: made.append(event.update))
    with doc.transaction():
        element = _element_with_id(_root(doc), block_id)
        at = 0
        for child in list(element.children) if element is not None else ():
            if not isinstance(child, XmlText):
                at += 1
                continue
            plain = "".join(
                chunk if isinstance(chunk, str) else " " for chunk, _marks in child.diff()
            )
            units = plain.encode("utf-16-le")
            first, last = max(start - at, 0), min(end - at, len(units) // 2)
            if first < last:
                # pycrdt counts UTF-8 bytes
                before = len(units[: first * 2].decode("utf-16-le").encode())
                inside = len(units[first * 2 : last * 2].decode("utf-16-le").encode())
                del child[before : before + inside]
            at += len(units) // 2
    doc.unobserve(subscription)
    return merge(made) if made else b"\0\0"


def words_with_ids(state: bytes, pattern: re.Pattern) -> Iterator[tuple[str, bytes]]:
    """Yield every match of `pattern` within one run of text, with an update that deletes it: its list of deletions
    says under which ids the characters stand (and may name marks that end there). The state itself is left alone.
    """
    doc = document_from_updates(state, [])
    made: list[bytes] = []
    subscription = doc.observe(lambda event: made.append(event.update))
    for text in _texts(_root(doc)):
        plain = "".join(chunk if isinstance(chunk, str) else " " for chunk, _marks in text.diff())
        found = list(_in_bytes(pattern, plain))
        # From the end, so that what is before stays where it was.
        for first in range(
            (len(found) - 1) // _WORDS_AT_ONCE * _WORDS_AT_ONCE, -1, -_WORDS_AT_ONCE
        ):
            # Every cut in a long run walks over it: a blank cuts off a short one, to be cut up by itself.
            text.insert(found[first][1], " ")
            for match, start, end in reversed(found[first : first + _WORDS_AT_ONCE]):
                made.clear()
                with doc.transaction():
                    del text[start + 1 : end + 1]
                yield match, merge(made)
    doc.unobserve(subscription)


def _in_bytes(pattern: re.Pattern, plain: str) -> Iterator[tuple[str, int, int]]:
    """Yield every match with where it begins and ends, as pycrdt counts: in UTF-8 bytes."""
    at = end = 0
    for match in pattern.finditer(plain):
        start = end + len(plain[at : match.start()].encode())
        at, end = match.end(), start + len(match.group().encode())
        yield match.group(), start, end


def _texts(parent: XmlFragment | XmlElement) -> Iterator[XmlText]:
    for child in list(parent.children):
        if isinstance(child, XmlText):
            yield child
        elif isinstance(child, XmlElement):
            yield from _texts(child)


def _element_with_id(parent: XmlFragment | XmlElement, block_id: str) -> XmlElement | None:
    for child in parent.children:
        if isinstance(child, XmlElement):
            if dict(child.attributes).get(schema.BLOCK_ID) == block_id:
                return child
            if (found := _element_with_id(child, block_id)) is not None:
                return found
    return None


def _replace_in(text: XmlText, old: str, new: str) -> bool:
    chunks = [(chunk, marks) for chunk, marks in text.diff() if isinstance(chunk, str)]
    plain = "".join(chunk for chunk, _marks in chunks)
    at = plain.find(old)
    if at < 0:
        return False
    prefix = _common_length(old, new)
    suffix = _common_length(old[prefix:][::-1], new[prefix:][::-1])
    # pycrdt counts UTF-8 bytes
    first = len(plain[: at + prefix].encode())
    last = first + len(old[prefix : len(old) - suffix].encode())
    if added := new[prefix : len(new) - suffix]:
        # without attributes pycrdt would write plain words into bold ones
        text.insert(last, added, _marks_before(chunks, at + prefix))
    if last > first:
        del text[first:last]
    return True


def _common_length(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _marks_before(chunks: list[tuple[str, Any]], index: int) -> dict[str, Any]:
    """Return the formatting of the character before `index`, at the beginning of the one after it."""
    position = 0
    for chunk, marks in chunks:
        position += len(chunk)
        if position >= max(index, 1):
            return marks or {}
    return {}
