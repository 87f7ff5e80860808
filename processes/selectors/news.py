"""What changed in processes since a person was last there: counted by thing, only what they may see."""

import datetime
import functools
import operator
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from community.models import Activity
from processes import news_places
from processes.models import Asset, Node, NodeKind, Process, ProcessVisit
from processes.news_places import Place
from processes.permissions import access_for
from processes.permissions.access import access_preload

# More than this is a long absence: the newest are counted, all of them are on the page of activity.
ROWS_MAX = 2000
# What says more once than each time: these are counted per text.
PER_TEXT = {"thread.created": "comments", "comment.created": "comments"}
# What belongs to the process as a whole and to no place in it.
WHOLE = {"process", "team", "story"}
QUIET = {
    "process.exported", "role.granted", "role.revoked", "invitation.created",
    "checklist.point_moved", "checklist.point_restored", "checklist.unticked",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One line of news. `what` is a verb of the log, or "comments"; `label` names the thing; `count` how often."""

    what: str
    label: str
    count: int
    last_at: datetime.datetime
    target_type: str
    target_id: uuid.UUID | None
    details: dict


def news_of(user, processes: Iterable[Process]) -> dict[uuid.UUID, list[Change]]:
    """Return the news of each process that a signed-in person was at before, newest first, without their own doings.

    Only of processes whose activity they may read, and of places that they may see. Queries: at most 5, for any number
    of processes.
    """
    processes = [process for process in processes if process is not None]
    visits = _visits(user, processes)
    known = [process for process in processes if process.pk in visits]
    if not known:
        return {}
    access_preload(user, known)
    readable = {
        process.pk: process
        for process in known
        if access_for(user, process).decide("activity_read")
    }
    rows = _rows(user, {pk: visits[pk] for pk in readable})
    places = _places(rows)
    nodes = _nodes(rows, places)
    found: dict[uuid.UUID, list[Activity]] = defaultdict(list)
    for row in rows:
        if _is_seen(user, readable[row.process_id], row, places, nodes):
            found[row.process_id].append(row)
    return {pk: _changes(listed, places) for pk, listed in found.items()}


def _visits(user, processes: list[Process]) -> dict[uuid.UUID, datetime.datetime]:
    if not user.is_authenticated or not processes:
        return {}
    rows = ProcessVisit.objects.filter(user=user, process__in=processes)
    return dict(rows.values_list("process_id", "seen_at"))


def _rows(user, since: dict[uuid.UUID, datetime.datetime]) -> list[Activity]:
    if not since:
        return []
    later = functools.reduce(
        operator.or_, (Q(process_id=pk, created_at__gt=at) for pk, at in since.items())
    )
    rows = Activity.objects.filter(later).exclude(actor=user).exclude(verb__in=QUIET)
    return list(rows.order_by("-created_at", "pk")[:ROWS_MAX])


def _places(rows: list[Activity]) -> dict[uuid.UUID, Place]:
    """Return where the things are that the log speaks of: texts (told by the higher app) and what tasks hold."""
    assets = Asset.objects.filter(pk__in={r.target_id for r in rows if r.target_type == "asset"})
    found = {row.pk: Place(row.task_id, row.title, row.removed_at) for row in assets}
    return found | news_places.find({row.document_id for row in rows if row.document_id})


def _nodes(rows: list[Activity], places: dict[uuid.UUID, Place]) -> dict[uuid.UUID, Node]:
    ids = {row.target_id for row in rows if row.target_type in NodeKind.values}
    ids |= {place.task_id for place in places.values()}
    if not ids:
        return {}
    found = Node.objects.filter(pk__in=ids).select_related("parent__parent")
    return {node.pk: node for node in found}


def _is_seen(user, process: Process, row: Activity, places: dict, nodes: dict) -> bool:
    """A line is told where its place can be found and seen; what lies nowhere we know is not told."""
    if row.target_type in WHOLE:
        return True
    if row.target_type in NodeKind.values:
        node = nodes.get(row.target_id)
    else:
        place = places.get(row.document_id) or places.get(row.target_id)
        is_gone = place is not None and place.removed_at and not row.verb.endswith("removed")
        node = nodes.get(place.task_id) if place is not None and not is_gone else None
    return node is not None and access_for(user, process).can_see(node)


def _changes(rows: list[Activity], places: dict[uuid.UUID, Place]) -> list[Change]:
    """Put together what happened to one thing in one way; the newest row speaks for all."""
    groups: dict[tuple, list[Activity]] = {}
    for row in rows:
        what = PER_TEXT.get(row.verb, row.verb)
        about = row.document_id if what != row.verb else row.target_id
        groups.setdefault((what, about), []).append(row)
    return [
        Change(
            what=what,
            label=_label(what, listed[0], places),
            count=len(listed),
            last_at=listed[0].created_at,
            target_type="document" if what in PER_TEXT.values() else listed[0].target_type,
            target_id=about,
            details=listed[0].details,
        )
        for (what, about), listed in groups.items()
    ]


def _label(what: str, row: Activity, places: dict[uuid.UUID, Place]) -> str:
    place = places.get(row.document_id) if what in PER_TEXT.values() else None
    return place.title if place is not None else row.target_label
