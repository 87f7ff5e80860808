"""Reading the activity log."""

import uuid

from django.db.models import QuerySet

from community.models import Activity


def activity_list(
    *,
    process_id: uuid.UUID | None = None,
    document_id: uuid.UUID | None = None,
    target_id: uuid.UUID | None = None,
) -> QuerySet[Activity]:
    """Return what happened at a place, newest first, with its actors. The caller has checked that the reader may.

    Queries: one, when evaluated.
    """
    places = {"process_id": process_id, "document_id": document_id, "target_id": target_id}
    chosen = {name: value for name, value in places.items() if value is not None}
    if not chosen:
        raise ValueError("say where: a process, a document or a target")
    return Activity.objects.filter(**chosen).select_related("actor").order_by("-created_at", "id")
