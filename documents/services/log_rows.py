"""Writing the log's rows with as few statements as it takes. Only `updates.append` calls this.

Plain SQL and not the ORM, for a measured reason: a commit is on the way of every keystroke that others are to see, and
building three querysets and a model per row took ten times as long as the database needed for it all
(docs/performance.md).
"""

import datetime
import uuid
from dataclasses import dataclass

from django.db import connection

from cocreation.kernel.swift import execute, fetch_one
from documents.models import Document, DocumentHead, DocumentUpdate, UpdateKind
from documents.selectors.updates import checksum


@dataclass(frozen=True)
class NewRow:
    """One author's and connection's part of a batch."""

    data: bytes
    user_id: uuid.UUID | None
    connection_id: uuid.UUID | None = None
    kind: str = UpdateKind.EDIT


@dataclass(frozen=True)
class Advanced:
    """The head after it moved: its sequence, that of the newest snapshot, and what the document says of itself."""

    sequence: int
    snapshot_sequence: int
    closings: int
    generation: uuid.UUID
    is_removed: bool


_HEAD = DocumentHead._meta.db_table  # noqa: SLF001 - Django documents it
_DOCUMENT = Document._meta.db_table  # noqa: SLF001 - Django documents it
_UPDATE = DocumentUpdate._meta.db_table  # noqa: SLF001 - Django documents it

_ADVANCE = (
    f'UPDATE "{_HEAD}" SET sequence = sequence + %s, text_updated_at = %s WHERE document_id = %s '  # noqa: S608
    "RETURNING sequence, snapshot_sequence, closings"
)
# A statement of its own after the lock is held: under READ COMMITTED only that sees what another transaction, which
# held the lock before, did to the document.
_STANDING = f'SELECT generation, removed_at FROM "{_DOCUMENT}" WHERE id = %s'  # noqa: S608
_INSERT = (
    f'INSERT INTO "{_UPDATE}" '  # noqa: S608
    "(document_id, sequence, user_id, connection_id, kind, data, checksum, created_at) VALUES "
)
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s)"
# SQLite takes 999 variables in its oldest builds; a larger statement gains nothing measurable.
_ROWS_PER_STATEMENT = 100


def _uuid(value: uuid.UUID | None):
    """Return a UUID as this database stores it: SQLite has no type for it."""
    if value is None or connection.features.has_native_uuid_field:
        return value
    return value.hex


def head_advance(document_id: uuid.UUID, count: int, now: datetime.datetime) -> Advanced | None:
    """Lock the head, move it on by `count`, and return where it stands now; None when there is no such document.

    Inside a transaction: whoever does not like the answer rolls back. 2 statements.
    """
    key = _uuid(document_id)
    moved = fetch_one(_ADVANCE, (count, connection.ops.adapt_datetimefield_value(now), key))
    if moved is None:
        return None
    generation, removed_at = fetch_one(_STANDING, (key,))
    if not isinstance(generation, uuid.UUID):
        generation = uuid.UUID(generation)
    return Advanced(*moved, generation, removed_at is not None)


def rows_insert(
    document_id: uuid.UUID, first: int, rows: list[NewRow], now: datetime.datetime
) -> None:
    """Add `rows` with the sequence numbers from `first` on."""
    document = _uuid(document_id)
    created = connection.ops.adapt_datetimefield_value(now)
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        some = rows[start : start + _ROWS_PER_STATEMENT]
        values = []
        for sequence, row in enumerate(some, first + start):
            values += (
                document, sequence, _uuid(row.user_id), _uuid(row.connection_id),
                str(row.kind), row.data, checksum(row.data), created,
            )  # fmt: skip
        execute(_INSERT + ", ".join([_ROW] * len(some)), values)
