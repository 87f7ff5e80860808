"""Writing the activity log."""

import uuid

from community.models import Activity, User


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
    language. `actor` None means the system. `details` holds plain values only.
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
    )
