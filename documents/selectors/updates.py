"""Reading the log of a text: loading it, what came after a sequence, the heads that open rooms poll."""

import logging
import uuid
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cocreation.kernel.errors import NotFound, Unavailable
from documents import ydoc
from documents.models import (
    Document,
    DocumentClient,
    DocumentHead,
    DocumentSnapshot,
    DocumentUpdate,
)

logger = logging.getLogger(__name__)

# Rows of one query when a room fills a gap; a larger gap takes several rounds.
GAP_ROWS = 1_000


class BrokenLog(Unavailable):
    """A row of the log is damaged or missing: the text must not be shown or edited as if it were whole."""

    default_code = "broken_log"


@dataclass(frozen=True)
class LogRow:
    """One row of the log. `user_id` is None for the server's own."""

    sequence: int
    user_id: uuid.UUID | None
    connection_id: uuid.UUID | None
    data: bytes


@dataclass(frozen=True)
class StoredText:
    """All that makes a text: a state at `snapshot_sequence`, the rows after it, and whose client ids are whose."""

    document_id: uuid.UUID
    process_id: uuid.UUID
    generation: uuid.UUID
    schema_version: int
    snapshot_sequence: int
    snapshot: bytes | None
    rows: list[LogRow]
    clients: dict[int, uuid.UUID | None]

    @property
    def sequence(self) -> int:
        """The sequence of the last row (0: nothing was written yet)."""
        return self.rows[-1].sequence if self.rows else self.snapshot_sequence


@dataclass(frozen=True)
class RoomHead:
    """What an open room compares itself with. A new generation or a removed document closes it."""

    sequence: int
    generation: uuid.UUID
    access_epoch: int
    is_removed: bool


def checksum(data: bytes) -> int:
    """Return the CRC-32 that is stored beside each row and snapshot."""
    return zlib.crc32(data)


def text_load(document_id: uuid.UUID, *, until: int | None = None) -> StoredText:
    """Return the stored text, up to and including sequence `until` (everything when None). 4 queries.

    Raises NotFound, and BrokenLog when a row is missing or damaged. A damaged snapshot is passed over.
    """
    document = Document.objects.filter(pk=document_id).first()
    if document is None:
        raise NotFound(_("There is no such document."))
    snapshot = _snapshot(document, until)
    start = snapshot.sequence if snapshot else 0
    rows = DocumentUpdate.objects.filter(document_id=document_id, sequence__gt=start)
    if until is not None:
        rows = rows.filter(sequence__lte=until)
    clients = DocumentClient.objects.filter(document_id=document_id)
    return StoredText(
        document_id=document.pk,
        process_id=document.process_id,
        generation=document.generation,
        schema_version=document.schema_version,
        snapshot_sequence=start,
        snapshot=bytes(snapshot.state) if snapshot else None,
        rows=_rows(document_id, rows, start),
        clients=dict(clients.values_list("client_id", "user_id")),
    )


def _snapshot(document: Document, until: int | None) -> DocumentSnapshot | None:
    """Return the newest sound snapshot of this generation."""
    snapshots = DocumentSnapshot.objects.filter(document=document, generation=document.generation)
    if until is not None:
        snapshots = snapshots.filter(sequence__lte=until)
    for snapshot in snapshots.order_by("-sequence")[:3]:
        if checksum(bytes(snapshot.state)) == snapshot.checksum:
            return snapshot
    return None


def _rows(document_id: uuid.UUID, queryset, after: int) -> list[LogRow]:
    """Return rows in order. Raises BrokenLog for a gap or a wrong checksum."""
    rows = []
    for sequence, user_id, connection_id, data, stored in (
        queryset.order_by("sequence")
        .values_list("sequence", "user_id", "connection_id", "data", "checksum")
        .iterator(chunk_size=GAP_ROWS)
    ):
        row = LogRow(sequence, user_id, connection_id, bytes(data))
        if sequence != after + 1 or checksum(row.data) != stored:
            logger.error(
                "document %s is damaged at row %s; look at it with: manage.py verify_documents --document %s",
                document_id,
                after + 1,
                document_id,
            )
            raise BrokenLog(_("This text is damaged in the store. An operator must look at it."))
        after = sequence
        rows.append(row)
    return rows


def rows_after(document_id: uuid.UUID, sequence: int, *, limit: int = GAP_ROWS) -> list[LogRow]:
    """Return the next rows after `sequence`, at most `limit`. Raises BrokenLog. 1 query."""
    rows = DocumentUpdate.objects.filter(document_id=document_id, sequence__gt=sequence)
    return _rows(document_id, rows.filter(sequence__lte=sequence + limit), sequence)


def document_load(document_id: uuid.UUID, *, until: int | None = None) -> ydoc.Doc:
    """Return the text as it is in the log, up to sequence `until` (everything when None). 4 queries.

    Raises NotFound, BrokenLog.
    """
    stored = text_load(document_id, until=until)
    return ydoc.document_from_updates(stored.snapshot, [row.data for row in stored.rows])


def closings_of(document_id: uuid.UUID) -> int:
    """Return how often the phase of a document closed over it. Raises NotFound. 1 query."""
    closings = DocumentHead.objects.filter(document_id=document_id).values_list("closings").first()
    if closings is None:
        raise NotFound(_("There is no such document."))
    return closings[0]


def room_heads(document_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, RoomHead]:
    """Return where each document stands, with the epoch of rights of its process, in one query.

    A document that is gone is missing.
    """
    heads = DocumentHead.objects.filter(document_id__in=set(document_ids)).values_list(
        "document_id",
        "sequence",
        "document__generation",
        "document__process__access_epoch",
        "document__removed_at",
    )
    return {
        document_id: RoomHead(sequence, generation, epoch, removed_at is not None)
        for document_id, sequence, generation, epoch, removed_at in heads
    }
