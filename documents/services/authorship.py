"""Counting whose words a text is made of. Only jobs count: a long text takes a moment, and nobody should wait."""

import datetime
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q

from cocreation.kernel import clock
from cocreation.kernel.jobs import enqueue_on_commit
from cocreation.kernel.zones import zone_of
from documents import update_bytes, ydoc
from documents.authorship import Owners, Span, words_by_owner
from documents.models import (
    AuthorCount,
    AuthorDay,
    Document,
    DocumentHead,
    DocumentUpdate,
    TextCount,
    UpdateKind,
)
from documents.selectors import updates
from documents.services.documents import SERVER_CLIENT_ID

# A text that is being written is counted again after this long, not with each word.
AGAIN_AFTER = datetime.timedelta(minutes=10)
# So that a sweep after a long failure of the jobs does not fill their queue.
SWEEP_MAX = 200


def authors_count(*, document_id: uuid.UUID) -> int | None:
    """Count whose words a text holds now, store it and return how many there are; None when it was counted less than
    ten minutes ago or nothing changed. Idempotent. Raises NotFound, BrokenLog.
    """
    before = TextCount.objects.filter(document_id=document_id).first()
    if before is not None and before.counted_at > clock.now() - AGAIN_AFTER:
        return None
    stored = updates.text_load(document_id)
    if before and (before.sequence, before.generation) == (stored.sequence, stored.generation):
        return None
    doc = ydoc.document_from_updates(stored.snapshot, [row.data for row in stored.rows])
    owners = Owners(stored.clients, {SERVER_CLIENT_ID: _written_for(document_id)})
    counts = words_by_owner(ydoc.encode_state(doc), owners)
    after = before.sequence if before and before.generation == stored.generation else 0
    with transaction.atomic():
        # Two jobs for one text come one by one; as for snapshots, nobody who writes waits for the lock.
        Document.objects.select_for_update(no_key=True).get(pk=document_id)
        AuthorCount.objects.filter(document_id=document_id).delete()
        AuthorCount.objects.bulk_create(
            AuthorCount(document_id=document_id, user_id=user_id, words=words)
            for user_id, words in counts.items()
        )
        _days_add(document_id, after, stored.sequence)
        TextCount.objects.update_or_create(
            document_id=document_id,
            defaults={
                "generation": stored.generation,
                "sequence": stored.sequence,
                "words": counts.total(),
                "counted_at": clock.now(),
            },
        )
    return counts.total()


def _written_for(document_id: uuid.UUID) -> list[Span]:
    """Return what the server wrote on somebody's behalf: small edits by REST, not first texts and imports."""
    rows = DocumentUpdate.objects.filter(
        document_id=document_id,
        kind=UpdateKind.EDIT,
        connection_id__isnull=True,
        user_id__isnull=False,
    ).order_by("sequence")
    return sorted(_spans(rows.values_list("user_id", "data")))


def _spans(rows: Iterable) -> Iterable[Span]:
    for user_id, data in rows:
        for client, start, pieces in update_bytes.read(bytes(data)).sections:
            if client == SERVER_CLIENT_ID:
                yield start, start + sum(piece.length for piece in pieces), user_id


def _days_add(document_id: uuid.UUID, after: int, until: int) -> None:
    """Note on which days people wrote in the rows after a sequence. Rows are read without what they hold."""
    zone = Document.objects.values_list("process__time_zone", flat=True).get(pk=document_id)
    rows = DocumentUpdate.objects.filter(
        document_id=document_id,
        sequence__gt=after,
        sequence__lte=until,
        user_id__isnull=False,
        kind=UpdateKind.EDIT,
    ).values_list("user_id", "created_at")
    days = {
        (user_id, at.astimezone(zone_of(zone)).date())
        for user_id, at in rows.iterator(chunk_size=2_000)
    }
    AuthorDay.objects.bulk_create(
        (AuthorDay(document_id=document_id, user_id=user, day=day) for user, day in days),
        ignore_conflicts=True,
    )


def authors_sweep() -> int:
    """Ask for counts of texts that changed since they were counted, ten minutes ago or longer; return how many."""
    is_new = Q(document__count__isnull=True)
    is_changed = Q(document__count__sequence__lt=F("sequence")) | ~Q(
        document__count__generation=F("document__generation")
    )
    is_due = Q(document__count__counted_at__lte=clock.now() - AGAIN_AFTER)
    heads = DocumentHead.objects.filter(is_new | is_changed & is_due, document__removed_at=None)
    oldest = F("document__count__counted_at").asc(nulls_first=True)
    found = list(heads.order_by(oldest, "pk").values_list("pk", flat=True)[:SWEEP_MAX])
    for document_id in found:
        enqueue_on_commit("documents.authors_count", document_id=document_id)
    return len(found)
