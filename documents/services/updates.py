"""The only way into the log of a text.

Everything that changes a text is a row here before anybody else sees it. The head row's lock makes numbers gapless; in
the same transaction client ids are bound to their users and the caller may look at rows it has not seen yet.
"""

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, NotFound
from cocreation.kernel.faults import fault_point
from cocreation.kernel.jobs import enqueue_on_commit
from cocreation.kernel.swift import swift_transaction
from community.models import User
from documents import ydoc
from documents.models import (
    Document,
    DocumentClient,
    DocumentHead,
    DocumentSnapshot,
)
from documents.selectors import updates
from documents.selectors.updates import LogRow, checksum
from documents.services import log_rows
from documents.services.log_rows import Advanced, NewRow

# Snapshots are never the truth; the last few are kept so that a damaged one costs time only.
SNAPSHOTS_KEPT = 2
# Databases bound the values of one statement.
BOUND_AT_ONCE = 500
# So that a sweep after a long failure of the jobs does not fill their queue.
SWEEP_MAX = 200
# A text that was not changed for so long is taken to be left.
QUIET = datetime.timedelta(minutes=10)


@dataclass(frozen=True)
class Appended:
    """What an append did: its sequences [first, last], and the rows of others that came before it."""

    first: int
    last: int
    missed: list[LogRow] = field(default_factory=list)
    is_snapshot_due: bool = False


def append(
    *,
    document_id: uuid.UUID,
    generation: uuid.UUID,
    base_sequence: int,
    rows: list[NewRow],
    clients: Mapping[int, uuid.UUID | None],
    check_missed: Callable[[list[LogRow]], None] | None = None,
    closings: int | None = None,
) -> Appended:
    """Add `rows` to the log, in this order, with the next sequence numbers.

    `clients` are client ids used for the first time, with their users. `base_sequence` is the last row that the caller
    knows: rows that came after it (or none) are returned, and given to `check_missed` first, which may raise to stop.
    Raises NotFound (gone), Conflict "generation" (the text was replaced), Conflict "client_taken" (a client id
    belongs to somebody else), Conflict "closed_meanwhile" (its phase closed after the caller, who knows of `closings`,
    saw that they may write; None: the server's own). Locks the head row. The caller enqueues the snapshot when one is
    due.
    """
    # Binding writes with the ORM, which wants a transaction of its own kind.
    with transaction.atomic() if clients else swift_transaction():
        now = clock.now()
        head = log_rows.head_advance(document_id, len(rows), now)
        if head is None or head.is_removed:
            raise NotFound(_("There is no such document any more."))
        if head.generation != generation:
            raise Conflict(_("This text was replaced. Reload the page."), "generation")
        if closings is not None and head.closings != closings:
            raise Conflict(_("The phase closed meanwhile."), "closed_meanwhile")
        before = head.sequence - len(rows)
        missed: list[LogRow] = []
        if before > base_sequence:
            missed = updates.rows_after(document_id, base_sequence, limit=before - base_sequence)
        if check_missed:
            check_missed(missed)
        if clients:
            _bind(document_id, clients)
        log_rows.rows_insert(document_id, before + 1, rows, now)
        fault_point("log.before_commit")
    return Appended(before + 1, head.sequence, missed, _is_snapshot_due(head, len(rows)))


def _is_snapshot_due(head: Advanced, added: int) -> bool:
    """Whether these rows crossed a multiple of the interval, so that each is asked for once."""
    every = settings.DOCUMENT_SNAPSHOT_EVERY_ROWS
    since = head.sequence - head.snapshot_sequence
    return since // every > (since - added) // every


def _bind(document_id: uuid.UUID, clients: Mapping[int, uuid.UUID | None]) -> None:
    """Bind client ids to users: the first who uses one has it. Raises Conflict "client_taken"."""
    # Another worker may bind the same id at the same time: the constraint decides, reading back tells.
    DocumentClient.objects.bulk_create(
        (
            DocumentClient(document_id=document_id, client_id=client_id, user_id=user_id)
            for client_id, user_id in clients.items()
        ),
        ignore_conflicts=True,
    )
    client_ids = list(clients)
    portions = (
        client_ids[start : start + BOUND_AT_ONCE]
        for start in range(0, len(client_ids), BOUND_AT_ONCE)
    )
    taken = [
        client_id
        for some in portions
        for client_id, user_id in DocumentClient.objects.filter(
            document_id=document_id, client_id__in=some
        ).values_list("client_id", "user_id")
        if clients[client_id] != user_id
    ]
    if taken:
        raise Conflict(
            _("This change was made under somebody else's mark."),
            "client_taken",
            details={"clients": taken},
        )


@transaction.atomic
def server_update_append(
    *, document: Document, user: User | None, kind: str, data: bytes, client_id: int
) -> int:
    """Add an update that the server itself made, under a client id of its own, and return its sequence.

    For a document that is open, rooms find the row by polling within two seconds. Emits the job that makes a snapshot
    when one is due.
    """
    head = DocumentHead.objects.select_for_update().get(document=document)
    appended = append(
        document_id=document.pk,
        generation=document.generation,
        base_sequence=head.sequence,
        rows=[NewRow(data=data, user_id=user.pk if user else None, kind=kind)],
        clients={client_id: None},
    )
    if appended.is_snapshot_due:
        snapshot_request(document.pk)
    return appended.last


def snapshot_request(document_id: uuid.UUID) -> None:
    """Ask for a snapshot in the background."""
    enqueue_on_commit("documents.snapshot_make", document_id=document_id)


def snapshot_make(*, document_id: uuid.UUID) -> int | None:
    """Store the whole state at the present end of the log and return its sequence; None when there is nothing new.

    Idempotent. The rows stay: they are the history and the authorship. Reading happens outside any lock; only the
    last step is a transaction, so that nobody who writes waits for it.
    """
    stored = updates.text_load(document_id)
    if stored.sequence == stored.snapshot_sequence:
        return None
    doc = ydoc.document_from_updates(stored.snapshot, [row.data for row in stored.rows])
    state = ydoc.encode_state(doc)
    with transaction.atomic():
        # Without its key: rows of the log are checked to point at it when they are committed, with the head locked, and
        # would wait for this transaction, which wants the head at its end.
        documents = Document.objects.select_for_update(no_key=True)
        document = documents.filter(pk=document_id).first()
        if document is None or document.generation != stored.generation:
            return None
        fault_point("snapshot.before_row")
        DocumentSnapshot.objects.update_or_create(
            document=document,
            sequence=stored.sequence,
            defaults={
                "generation": stored.generation,
                "state": state,
                "checksum": checksum(state),
                "created_at": clock.now(),
            },
        )
        fault_point("snapshot.before_head")
        DocumentHead.objects.filter(
            document=document, snapshot_sequence__lt=stored.sequence
        ).update(snapshot_sequence=stored.sequence)
        _forget_old_snapshots(document)
    return stored.sequence


def snapshots_renew(*, document_id: uuid.UUID, wrong: Iterable[int]) -> int:
    """Throw away the snapshots at these sequences, make one from the rows, and return how many were thrown away."""
    with transaction.atomic():
        head = DocumentHead.objects.select_for_update().get(document_id=document_id)
        snapshots = DocumentSnapshot.objects.filter(document_id=document_id)
        count, _models = snapshots.filter(sequence__in=list(wrong)).delete()
        left = snapshots.aggregate(last=Max("sequence"))["last"] or 0
        DocumentHead.objects.filter(pk=head.pk).update(snapshot_sequence=left)
    snapshot_make(document_id=document_id)
    return count


def snapshots_sweep() -> int:
    """Ask for the snapshots that are overdue because their job was lost, and for those of texts that nobody types in
    any more and that have a tenth of the interval to replay; return how many. For a job that comes round.
    """
    every = settings.DOCUMENT_SNAPSHOT_EVERY_ROWS
    is_quiet = Q(text_updated_at__lt=clock.now() - QUIET)
    overdue = (
        DocumentHead.objects.annotate(since=F("sequence") - F("snapshot_sequence"))
        .filter(Q(since__gte=every) | is_quiet & Q(since__gt=every // 10))
        .order_by("-since")
        .values_list("document_id", flat=True)[:SWEEP_MAX]
    )
    for document_id in overdue:
        snapshot_request(document_id)
    return len(overdue)


def _forget_old_snapshots(document: Document) -> None:
    kept = document.snapshots.order_by("-sequence").values_list("pk", flat=True)[:SNAPSHOTS_KEPT]
    document.snapshots.exclude(pk__in=list(kept)).delete()
