"""The days of a process or a person as a calendar shows them: tasks and phases that the person may see."""

import datetime
from dataclasses import dataclass

from django.db.models import Max, Min, Q
from django.db.models.functions import Coalesce

from processes.models import Node, NodeKind, Process
from processes.permissions import access_for
from processes.permissions.access import access_preload
from processes.selectors.processes import processes_visible_to
from processes.selectors.task_lists import tasks_visible_to
from processes.selectors.tree import process_tree, walk


@dataclass(frozen=True)
class CalendarItem:
    """A phase or task with its days, both inclusive. `changed_at` (UTC): of it or of what its days follow from."""

    node: Node
    starts_on: datetime.date
    ends_on: datetime.date
    status: str
    changed_at: datetime.datetime


def calendar_of_process(process: Process, user) -> list[CalendarItem]:
    """Return the dated phases and tasks of a process that the person may read. Queries: those of `process_tree`."""
    items = []
    for part in walk(process_tree(process, user, with_disabled=False)):
        first, last = part.starts_on or part.ends_on, part.ends_on or part.starts_on
        if part.kind == NodeKind.OBJECTIVE or part.is_passage or not first:
            continue
        changed = max(below.node.updated_at for below in walk([part]))
        items.append(CalendarItem(part.node, first, last, part.status, changed))
    return items


def calendar_of_person(user) -> list[CalendarItem]:
    """Return the dated tasks given to a person or their teams, and the phases of the processes they take part in.

    Only what they may read now; nothing of finished processes. Queries: fixed, but for processes where the person has
    roles on branches (see `tasks_visible_to`).
    """
    mine = list(processes_visible_to(user, mine=True, status="in_progress"))
    by_id = {process.pk: process for process in mine}
    access_preload(user, mine)
    dated = Q(starts_on__isnull=False) | Q(ends_on__isnull=False)
    tasks = tasks_visible_to(user, mine=True).filter(dated, *_on(), process__in=by_id)
    items = []
    for task in tasks:
        task.process = by_id[task.process_id]
        first, last = task.starts_on or task.ends_on, task.ends_on or task.starts_on
        items.append(CalendarItem(task, first, last, task.status, task.updated_at))
    return [*_phases(user, by_id), *items]


def _on() -> tuple[Q, ...]:
    return (Q(parent__disabled_at=None), Q(parent__parent__disabled_at=None))


def _phases(user, by_id: dict) -> list[CalendarItem]:
    seen = tasks_visible_to(user).filter(*_on(), process__in=by_id).order_by()
    rows = seen.values("parent__parent").annotate(
        first=Min(Coalesce("starts_on", "ends_on")),
        last=Max(Coalesce("ends_on", "starts_on")),
        changed=Max("updated_at"),
    )
    below = {row["parent__parent"]: row for row in rows}
    phases = Node.objects.filter(kind=NodeKind.PHASE, process__in=by_id, disabled_at=None)
    items = []
    for phase in phases.order_by("process_id", "order"):
        phase.process = by_id[phase.process_id]
        row = below.get(phase.pk, {})
        first = phase.starts_on or row.get("first") or phase.ends_on
        last = phase.ends_on or row.get("last") or phase.starts_on
        if first and access_for(user, phase.process).decide("document_read", phase):
            changed = max(phase.updated_at, row.get("changed") or phase.updated_at)
            items.append(CalendarItem(phase, first, max(first, last), "", changed))
    return items
