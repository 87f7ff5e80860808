"""What happened in a process, as far as a person may see it: filters, and whole as a file."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from community.models import Activity, User
from community.selectors import activity_list
from processes.models import Asset, Process
from processes.permissions import ProcessAccess, access_for

# Kinds of things that happen, by the beginnings of their verbs.
KINDS = {
    "plan": ("phase.", "objective.", "task.", "node.", "checklist."),
    "texts": ("document.", "asset."),
    "comments": ("thread.", "comment."),
    "people": ("role.", "team.", "invitation", "join_request."),
    "process": ("process.", "story.", "contribution.", "points."),
}
# Details that name another part of the plan: not for who does not see all of it.
REFERRING = frozenset(
    {
        "because_of",
        "requires",
        "waits_for",
        "source",
        "task",
        "from_parent",
        "to_parent",
    }
)
SEARCH_MAX_WORDS = 8


@dataclass(frozen=True)
class ActivityFilter:
    """What the log can be narrowed by; empty means all. `node` takes everything below with it; days are inclusive."""

    person: uuid.UUID | None = None
    kind: str = ""
    node: uuid.UUID | None = None
    document: uuid.UUID | None = None
    search: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None


def process_activity(
    user, process: Process, wanted: ActivityFilter | None = None
) -> QuerySet[Activity]:
    """Return what happened in a process, newest first, without what happened in branches that the person may not see.

    The caller has checked activity_read. Queries: one when evaluated; 2 before for who sees only a part, 2 for `node`.
    """
    wanted = wanted or ActivityFilter()
    access = access_for(user, process)
    rows = activity_list(process_id=process.pk)
    if hidden := _hidden(access):
        rows = rows.exclude(_at(process, hidden))
    if wanted.node:
        rows = rows.filter(_at(process, _below(access, wanted.node)))
    if wanted.document:
        rows = rows.filter(document_id=wanted.document)
    if wanted.person:
        rows = rows.filter(actor_id=wanted.person)
    if wanted.kind in KINDS:
        beginnings = Q()
        for beginning in KINDS[wanted.kind]:
            beginnings |= Q(verb__startswith=beginning)
        rows = rows.filter(beginnings)
    for word in wanted.search.split()[:SEARCH_MAX_WORDS]:
        rows = rows.filter(target_label__icontains=word)
    if wanted.since:
        rows = rows.filter(created_at__gte=_begin(wanted.since))
    if wanted.until:
        rows = rows.filter(created_at__lt=_begin(wanted.until + datetime.timedelta(days=1)))
    return rows


def activity_people(user, process: Process) -> QuerySet[User]:
    """Return who did something in a process that the person may see, by name: for the filter. Queries: as the log."""
    actors = process_activity(user, process).order_by().values("actor")
    return User.objects.filter(pk__in=actors).order_by("name", "email")


def sees_all(user, process: Process) -> bool:
    """Tell whether no part of the plan is hidden from a person; else nothing that names other parts is shown."""
    return not _hidden(access_for(user, process))


def shown_details(details: dict, *, is_whole: bool) -> dict:
    """Return the details of a line for who sees the whole plan, or only a part of it."""
    if is_whole:
        return details
    return {name: value for name, value in details.items() if name not in REFERRING}


def _hidden(access: ProcessAccess) -> set[uuid.UUID]:
    # Only a role on a branch can take away from what the process gives.
    if not any(row.node_id for row in access.rows):
        return set()
    return {pk for pk in access.tree if not access.can_see(pk)}


def _below(access: ProcessAccess, top: uuid.UUID) -> set[uuid.UUID]:
    found, size = {top}, 0
    while len(found) > size:
        size = len(found)
        found |= {pk for pk, row in access.tree.items() if row.parent_id in found}
    return found


def _at(process: Process, nodes: set[uuid.UUID]) -> Q:
    """Return the condition that a line is about one of these nodes, or about what lies in them."""
    lying = list(
        Asset.objects.filter(task__in=nodes, task__process=process).values_list("pk", "object_id")
    )
    targets = nodes | {pk for pk, _object in lying}
    texts = {object_id for _pk, object_id in lying if object_id}
    # `document_id` may be empty: its lines must not fall out of an exclusion.
    in_texts = Q(document_id__isnull=False, document_id__in=texts)
    return Q(target_id__in=targets) | in_texts | Q(target_type="document", target_id__in=texts)


def _begin(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
