"""Reading the activity log."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet

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
    return Activity.objects.filter(**chosen).select_related("actor").order_by("-created_at", "-id")


@dataclass(frozen=True)
class Place:
    """A place in the log: the line that was read up to, whatever is added at the other end. Written into addresses."""

    at: datetime.datetime
    ident: uuid.UUID

    def __str__(self):
        micros = (self.at - EPOCH) // datetime.timedelta(microseconds=1)
        return f"{micros}.{self.ident.hex}"

    @classmethod
    def of(cls, row: Activity) -> "Place":
        """Return the place of a line."""
        return cls(row.created_at, row.pk)

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Return the place that `str` wrote, None for anything else."""
        micros, _dot, ident = text.partition(".")
        try:
            return cls(EPOCH + datetime.timedelta(microseconds=int(micros)), uuid.UUID(ident))
        except (ValueError, OverflowError):
            return None


EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def activity_before(rows: QuerySet[Activity], place: Place | None) -> QuerySet[Activity]:
    """Return the lines that are older than a place (all without one), newest first; cut it where it is enough."""
    rows = rows.order_by("-created_at", "-id")
    if place is None:
        return rows
    # The first condition alone lets the database begin at the place in its index.
    older = Q(created_at__lt=place.at) | Q(id__lt=place.ident)
    return rows.filter(older, created_at__lte=place.at)


def activity_after(rows: QuerySet[Activity], place: Place | None) -> QuerySet[Activity]:
    """Return the lines that are newer than a place (all without one), oldest first; cut it where it is enough."""
    rows = rows.order_by("created_at", "id")
    if place is None:
        return rows
    newer = Q(created_at__gt=place.at) | Q(id__gt=place.ident)
    return rows.filter(newer, created_at__gte=place.at)
