"""Updates as an editor makes them while somebody types, and what a client that received them shows."""

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

ROOT_NAME = "prosemirror"
NOTHING = b"\0\0"


def letters(client_id: int, count: int) -> Iterator[bytes]:
    """Yield `count` updates: first a paragraph with its first letter, then a letter each."""
    doc = Doc(client_id=client_id)
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    with doc.transaction():
        fragment = doc.get(ROOT_NAME, type=XmlFragment)
        paragraph = fragment.children.append(XmlElement("paragraph"))
        text = paragraph.children.append(XmlText("a"))
    for number in range(1, count):
        text.insert(number, "abcdefghijklmnopqrstuvwxyz "[number % 27])
        yield updates.pop(0)
    yield updates.pop(0)


def whole_text(updates: Iterable[bytes]) -> bytes:
    """Return one update that says the same as these."""
    return applied(updates).get_update()


def applied(updates: Iterable[bytes]) -> Doc:
    """Return a document with these updates in it."""
    doc = Doc()
    with doc.transaction():
        for update in updates:
            if update != NOTHING:
                doc.apply_update(update)
    return doc


def shown(doc: Doc) -> str:
    """Return the tree that a reader sees, as XML."""
    return str(doc.get(ROOT_NAME, type=XmlFragment))


def captured(file: Path) -> dict[int, list[bytes]]:
    """Return the updates that the load core kept, by the number of the client that sent or received them."""
    data, at, found = file.read_bytes(), 0, {}
    while at + 8 <= len(data):
        client, length = struct.unpack_from("<II", data, at)
        found.setdefault(client, []).append(data[at + 8 : at + 8 + length])
        at += 8 + length
    return found


def clocks(doc: Doc) -> dict[int, int]:
    """Return how many clocks a document has of each client id."""
    numbers, value, shift = [], 0, 0
    for byte in doc.get_state():
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    return dict(zip(numbers[1::2], numbers[2::2], strict=True))


def texts_agree(file: Path, documents: int) -> tuple[bool, int]:
    """Return whether the sampled clients of each document show the same text, and the length of the longest."""
    by_document: dict[int, set[str]] = {}
    for client, updates in captured(file).items():
        by_document.setdefault(client % documents, set()).add(shown(applied(updates)))
    longest = max((len(text) for texts in by_document.values() for text in texts), default=0)
    return bool(by_document) and all(len(texts) == 1 for texts in by_document.values()), longest
