"""Writing the activity log."""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from cocreation.kernel import clock
from cocreation.kernel.door import current_door
from community.models import Activity, User

# The lines of the log are never changed, so what is loaded as the past must be dated when it is written.
_moment: ContextVar[datetime.datetime | None] = ContextVar("moment", default=None)


@contextmanager
def activity_dated(moment: datetime.datetime) -> Iterator[None]:
    """Date the lines that are written inside: for content that is loaded as if it had happened before (the demo)."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def activity_record(
    *,
    actor: User | None,
    verb: str,
    target_type: str,
    target_id: uuid.UUID,
    target_label: str = "",
    process_id: uuid.UUID | None = None,
    document_id: uuid.UUID | None = None,
    details: dict | None = None,
) -> Activity:
    """Write one line of the activity log.

    `verb` is stable and past tense ("task.finished"); the sentence is made when it is shown, in the reader's
    language. `actor` None means the system. `details` holds plain values only. The door is what the request or the
    job said (cocreation/kernel/door.py).
    """
    return Activity.objects.create(
        actor=actor if actor is not None and actor.is_authenticated else None,
        verb=verb,
        target_type=target_type,
        target_id=target_id,
        target_label=target_label[:300],
        process_id=process_id,
        document_id=document_id,
        details=details or {},
        via=current_door(),
        created_at=_moment.get() or clock.now(),
    )
