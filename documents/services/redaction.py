"""Erasing words for good: from the log, from versions, from quotes (DESIGN §5).

Rows stay, with who wrote them and when; the erased words in them become deleted content of the same length under the
same ids, so whoever still has them cannot bring them back. The generation is raised: every open editor loads anew.
Not erased: the values of attributes and marks (addresses of links, descriptions of pictures), and what people wrote
themselves in comments, which they or a coordinator remove there.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict, Invalid
from community.models import Notification, User
from documents import update_bytes, ydoc
from documents.models import (
    CommentDraft,
    Disposition,
    Document,
    DocumentClient,
    DocumentUpdate,
    Thread,
    Version,
)
from documents.schema import Block, blocks, normalise
from documents.selectors import texts
from documents.selectors import updates as update_selectors
from documents.selectors.updates import checksum
from documents.services.generations import generation_raise
from documents.services.locks import text_lock
from documents.update_bytes import Ranges
from documents.utf16 import utf16_from_index, utf16_length, utf16_slice

# What stands where a quote held erased words.
ERASED = "[…]"
# A quote that shares this many characters in a row with erased words holds some of them.
SHARED_CHARACTERS = 8
ROWS_AT_ONCE = 500
REASON_LENGTH = 500


@dataclass(frozen=True)
class Redacted:
    """What was done: rows changed, and how often the same words still stand elsewhere in the text."""

    rows: int
    elsewhere: int = 0


@transaction.atomic
def passage_redact(
    *,
    actor: User | None,
    document: Document,
    block_id: str,
    reason: str,
    quote: str = "",
    start: int | None = None,
    end: int | None = None,
) -> Redacted:
    """Erase a passage of one block: `quote`, or UTF-16 offsets [start, end); and what was cut from elsewhere like it.

    Copies of the words that were deleted before are erased with it; those that stand elsewhere in the text are counted.
    Raises Invalid (no reason, or one that repeats the words; a quote that is there twice), Conflict "words_gone".
    Emits document.updated; activity document.redacted. Locks the head.
    """
    text_lock(document.pk)
    content, _sequence = texts.document_content(document)
    block = next((block for block in blocks(content) if block.id == block_id), None)
    first, last = _place(block, quote, start, end)
    words = utf16_slice(block.text, first, last) or ""
    reason = _reason_checked(reason, words)
    state = ydoc.encode_state(update_selectors.document_load(document.pk))
    ranges = update_bytes.read(
        ydoc.words_delete_update(state, block_id=block_id, start=first, end=last)
    ).deletes
    elsewhere = _copies_add(document.pk, words, ranges)
    rows = _erase(actor, document, ranges, reason, _Erased([words]))
    return Redacted(rows, elsewhere)


@transaction.atomic
def author_redact(
    *, actor: User | None, document: Document, author_id: uuid.UUID, reason: str
) -> Redacted:
    """Erase every word that one person typed into a document. What others typed in between stays.

    Raises Invalid without a reason, Conflict "words_gone" when they wrote nothing here. Emits document.updated;
    activity document.redacted. Locks the head.
    """
    text_lock(document.pk)
    reason = _reason_checked(reason, "")
    owned = DocumentClient.objects.filter(document=document, user_id=author_id)
    clients = set(owned.values_list("client_id", flat=True))
    if not clients:
        raise Conflict(_("This person wrote nothing in this text."), "words_gone")
    runs = _runs(document.pk, clients)
    ranges = {
        client: [(clock, clock + utf16_length(words)) for clock, words in found]
        for client, found in runs.items()
    }
    erased = _Erased(
        words
        for found in runs.values()
        for _clock, words in found
        if len(words) >= SHARED_CHARACTERS
    )
    return Redacted(_erase(actor, document, ranges, reason, erased))


def _place(block: Block | None, quote: str, start: int | None, end: int | None) -> tuple[int, int]:
    """Return the UTF-16 offsets of a passage in a block."""
    gone = Conflict(_("These words are not in the text any more."), "words_gone")
    if block is None:
        raise gone
    if start is not None and end is not None:
        found = utf16_slice(block.text, start, end) if start < end else None
        if not found or (quote and found != quote):
            raise gone
        return start, end
    if not quote or quote not in block.text:
        raise gone
    if block.text.count(quote) > 1:
        raise Invalid(
            _("These words are there more than once. Say where they begin and end."), "ambiguous"
        )
    first = utf16_from_index(block.text, block.text.index(quote))
    return first, first + utf16_length(quote)


def _reason_checked(reason: str, words: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        message = _("Say in a few words why: it stays in the activity log.")
        raise Invalid(message, "reason", fields={"reason": [message]})
    if words.strip() and words.strip().casefold() in reason.casefold():
        message = _("Do not repeat the words that are to be erased.")
        raise Invalid(message, "reason", fields={"reason": [message]})
    return reason


# --- the log ------------------------------------------------------------------------------------


def _rows(document_id: uuid.UUID) -> Iterator[tuple[int, bytes]]:
    after = 0
    rows = DocumentUpdate.objects.filter(document_id=document_id).order_by("sequence")
    while portion := list(
        rows.filter(sequence__gt=after).values_list("sequence", "data")[:ROWS_AT_ONCE]
    ):
        for sequence, data in portion:
            yield sequence, bytes(data)
        after = portion[-1][0]


def _runs(document_id: uuid.UUID, clients: set[int] | None) -> dict[int, list[tuple[int, str]]]:
    """Return what client ids (all when None) ever typed, as (first clock, words), letters in a row joined."""
    typed: dict[int, list[tuple[int, str]]] = {}
    for _sequence, data in _rows(document_id):
        for piece in update_bytes.read(data).words():
            if clients is None or piece.client in clients:
                typed.setdefault(piece.client, []).append((piece.clock, piece.words))
    return {client: list(_joined(sorted(pieces))) for client, pieces in typed.items()}


def _joined(pieces: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    first, parts, after = 0, [], -1
    for clock, words in pieces:
        if clock != after and parts:
            yield first, "".join(parts)
            parts = []
        if not parts:
            first = clock
        parts.append(words)
        after = clock + utf16_length(words)
    if parts:
        yield first, "".join(parts)


def _copies_add(document_id: uuid.UUID, words: str, ranges: dict[int, Ranges]) -> int:
    """Add to `ranges` where the same words were typed in a row and deleted since; return how many others stand."""
    deleted: dict[int, set[tuple[int, int]]] = {}
    for _sequence, data in _rows(document_id):
        for client, found in update_bytes.read(data).deletes.items():
            deleted.setdefault(client, set()).update(found)
    elsewhere = 0
    length = utf16_length(words)
    for client, runs in _runs(document_id, None).items():
        gone = _merged(deleted.get(client, ()))
        chosen = _merged(ranges.get(client, ()))
        for clock, run in runs:
            for index in _occurrences(run, words):
                start = clock + utf16_from_index(run, index)
                if _covers(chosen, start, start + length):
                    continue
                if _covers(gone, start, start + length):
                    ranges.setdefault(client, []).append((start, start + length))
                else:
                    elsewhere += 1
    return elsewhere


def _occurrences(run: str, words: str) -> Iterator[int]:
    index = run.find(words)
    while index >= 0:
        yield index
        index = run.find(words, index + len(words))


def _merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    merged: Ranges = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _covers(merged: Ranges, start: int, end: int) -> bool:
    return any(first <= start and end <= last for first, last in merged)


def _erase(
    actor: User | None,
    document: Document,
    ranges: dict[int, Ranges],
    reason: str,
    erased: "_Erased",
) -> int:
    changed = 0
    for sequence, data in _rows(document.pk):
        left = update_bytes.erase(data, ranges)
        if left != data:
            changed += 1
            DocumentUpdate.objects.filter(document=document, sequence=sequence).update(
                data=left, checksum=checksum(left)
            )
    # Before the versions: snapshots of the old generation hold the words and must not be read any more.
    generation_raise(document_id=document.pk, reason=reason, actor=actor, verb="document.redacted")
    for version in document.versions.all():
        _version_renew(version)
    _quotes_clean(document, erased)
    return changed


def _version_renew(version: Version) -> None:
    """Make a version's state and text again from the log, as it is now."""
    loaded = update_selectors.document_load(version.document_id, until=version.sequence)
    version.state = ydoc.encode_state(loaded)
    version.content = normalise(ydoc.doc_to_json(loaded))
    version.content_hash = texts.content_hash(version.content)
    version.save(update_fields=["state", "content", "content_hash"])


# --- quotes -------------------------------------------------------------------------------------


class _Erased:
    """The erased words, to be recognised in quotes."""

    def __init__(self, pieces: Iterable[str]):
        size = SHARED_CHARACTERS
        self.short: set[str] = set()
        self.grams: set[str] = set()
        for piece in pieces:
            if len(piece) < size:
                self.short.add(piece)
            self.grams.update(piece[at : at + size] for at in range(len(piece) - size + 1))

    def is_in(self, text: str) -> bool:
        """Whether a text holds some of them, or is a part of them."""
        size = SHARED_CHARACTERS
        return (
            any(piece in text for piece in self.short)
            or any(text[at : at + size] in self.grams for at in range(len(text) - size + 1))
            or (0 < len(text) < size and any(text in gram for gram in self.grams))
        )

    def clean(self, text: str) -> str:
        """Return the text, or the mark in its place."""
        return ERASED if self.is_in(text) else text


def _quotes_clean(document: Document, erased: _Erased) -> None:
    for model in (Thread, CommentDraft):
        for row in model.objects.filter(document=document):
            fields = {
                name: erased.clean(getattr(row, name)) for name in ("quote", "prefix", "suffix")
            }
            model.objects.filter(pk=row.pk).update(**fields)
    for disposition in Disposition.objects.filter(thread__document=document):
        changes = [
            {
                **change,
                **{
                    name: erased.clean(change[name])
                    for name in ("quote", "before")
                    if change.get(name)
                },
            }
            for change in disposition.changes
        ]
        Disposition.objects.filter(pk=disposition.pk).update(changes=changes)
    told = Notification.objects.filter(url__startswith=f"/documents/{document.pk}/")
    for notification in told.iterator():
        if quote := notification.data.get("quote"):
            data = {**notification.data, "quote": erased.clean(quote)}
            Notification.objects.filter(pk=notification.pk).update(data=data)
