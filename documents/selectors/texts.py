"""Reading the text of a document out of its log."""

import hashlib
import json

from django.core.cache import cache

from documents import ydoc
from documents.models import Document, DocumentHead
from documents.schema import Json, blocks, normalise
from documents.selectors import updates

CACHE_SECONDS = 600


def document_content(document: Document) -> tuple[Json, int]:
    """Return the committed text as canonical JSON and its sequence.

    Queries: one for the head; when this sequence was not read lately, those of loading the log.
    """
    sequence = DocumentHead.objects.values_list("sequence", flat=True).get(document_id=document.pk)
    key = f"text:{document.pk}:{document.generation}:{sequence}"
    content = cache.get(key)
    if content is None:
        loaded = updates.document_load(document.pk)
        content = normalise(ydoc.doc_to_json(loaded))
        cache.set(key, content, CACHE_SECONDS)
    return content, sequence


def document_content_at(document: Document, sequence: int) -> Json:
    """Return the text as it stood at `sequence` (replays the log up to there)."""
    return normalise(ydoc.doc_to_json(updates.document_load(document.pk, until=sequence)))


def document_state(document: Document) -> tuple[bytes, Json, int]:
    """Return state, canonical JSON and sequence of one and the same moment, for a version."""
    sequence = DocumentHead.objects.values_list("sequence", flat=True).get(document_id=document.pk)
    loaded = updates.document_load(document.pk, until=sequence)
    return ydoc.encode_state(loaded), normalise(ydoc.doc_to_json(loaded)), sequence


def content_hash(content: Json) -> str:
    """Return the SHA-256 of canonical JSON, by which two versions are known to be equal."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def block_text(content: Json, block_id: str) -> str | None:
    """Return the text of one block, or None when there is no such block."""
    return next((block.text for block in blocks(content) if block.id == block_id), None)
