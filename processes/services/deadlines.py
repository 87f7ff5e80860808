"""Reminding people of days that come near: once per thing and day, and only those who may still see it."""

import datetime
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import formats, translation

from cocreation.kernel import clock
from cocreation.kernel.zones import zone_of
from community.models import User
from community.services.notifications import notify
from processes.models import Assignment, Node, NodeKind, NodeStatus, Process, ProcessStatus
from processes.paths import process_path, task_path
from processes.permissions.access import ProcessAccess, access_for_people
from processes.services.roles import coordinators

logger = logging.getLogger(__name__)

# Whole hours of a person's clock (of the process's, for who chose no zone) between which they are reminded. The job
# runs hourly: what a stopped worker missed at seven comes later in the day, never at night.
MORNING, EVENING = 7, 20
SOON_DAYS = 3
# Work that was overdue long before anybody was reminded stays quiet.
OVERDUE_DAYS_MAX = 7


def deadlines_remind() -> int:
    """Remind the people of all running processes with whom it is day; return how many were told.

    May run as often as one likes: `notify` tells each person each thing once. What fails in one process is logged
    and does not keep the others from being reminded.
    """
    told = 0
    now = clock.now()
    for process in Process.objects.filter(status=ProcessStatus.IN_PROGRESS).order_by("pk"):
        try:
            told += process_remind(process=process, now=now)
        except Exception:  # the rest of the country still wants its reminders
            logger.exception("reminders of process %s failed", process.pk)
    return told


@transaction.atomic
def process_remind(*, process: Process, now: datetime.datetime) -> int:
    """Remind the people of one process with whom it is day; return how many notifications are new.

    Days are counted by each person's own calendar: for somebody in Auckland it is tomorrow already.

    Tasks: those who do them (also through a team), when due within 3 days, tomorrow, and once they are overdue.
    Phases: coordinators of the process, 3 days before the end. What is finished or switched off is left out. A day
    that is moved is a new deadline.
    Emits: notifications task.due_soon, task.due_tomorrow, task.overdue, phase.ends_soon.
    Queries: 5, and those of `notify`, for any number of tasks.
    """
    if process.status == ProcessStatus.FINISHED:
        return 0
    # Somewhere on earth it is yesterday, and somewhere tomorrow.
    first = now.date() - datetime.timedelta(days=OVERDUE_DAYS_MAX + 1)
    last = now.date() + datetime.timedelta(days=SOON_DAYS + 1)
    due = list(_open_tasks(process).filter(ends_on__range=(first, last)))
    phases = _phases_ending(process, now.date(), last)
    if not due and not phases:
        return 0
    holders = _holders(due)
    leaders = coordinators(process) if phases else []
    people = {
        user.pk: user for user in [*leaders, *(u for found in holders.values() for u in found)]
    }
    accesses = access_for_people(people.values(), process)
    told = 0
    days = {user.pk: day for user in people.values() if (day := _day_of(user, process, now))}
    for task in due:
        for user in holders[task.pk]:
            kind = _kind(task.ends_on, days[user.pk]) if user.pk in days else ""
            if kind and accesses[user.pk].decide("document_read", task.pk):
                told += _tell_task(user, task, kind)
    for phase, end in phases:
        for user in leaders:
            if user.pk in days and 0 < (end - days[user.pk]).days <= SOON_DAYS:
                told += _tell_phase(user, phase, end, accesses[user.pk])
    return told


def _day_of(user: User, process: Process, now: datetime.datetime) -> datetime.date | None:
    """Return the date on a person's own calendar, None while it is night there."""
    there = now.astimezone(zone_of(user.time_zone, process.time_zone))
    return there.date() if MORNING <= there.hour < EVENING else None


def _open_tasks(process: Process):
    return Node.objects.filter(
        process=process,
        kind=NodeKind.TASK,
        ends_on__isnull=False,
        disabled_at=None,
        parent__disabled_at=None,
        parent__parent__disabled_at=None,
    ).exclude(status=NodeStatus.FINISHED)


def _kind(last: datetime.date, today: datetime.date) -> str:
    left = (last - today).days
    if left < 0:
        return "task.overdue" if left >= -OVERDUE_DAYS_MAX else ""
    if left == 0:
        # Who was reminded yesterday knows.
        return ""
    if left == 1:
        return "task.due_tomorrow"
    return "task.due_soon" if left <= SOON_DAYS else ""


def _phases_ending(
    process: Process, first: datetime.date, last: datetime.date
) -> list[tuple[Node, datetime.date]]:
    """Return the phases with open work that end within these days, with the day they end."""
    rows = _open_tasks(process).order_by().values("parent__parent").annotate(last=Max("ends_on"))
    below = {row["parent__parent"]: row["last"] for row in rows}
    phases = Node.objects.filter(pk__in=below)
    found = [(phase, phase.ends_on or below[phase.pk]) for phase in phases]
    return [(phase, end) for phase, end in found if first <= end <= last]


def _holders(tasks: Iterable[Node]) -> dict[uuid.UUID, list[User]]:
    """Return who does each task, of their own or through a team, each person once."""
    rows = Assignment.objects.filter(node__in=list(tasks)).select_related("user", "team")
    found: dict[uuid.UUID, dict[uuid.UUID, User]] = defaultdict(dict)
    for row in rows.prefetch_related("team__members__user"):
        people = [row.user] if row.user else [member.user for member in row.team.members.all()]
        found[row.node_id] |= {user.pk: user for user in people}
    return defaultdict(list, {node_id: list(users.values()) for node_id, users in found.items()})


def _tell_task(user: User, task: Node, kind: str) -> int:
    data = {"task": task.title, "process": task.process.title, "day": _in_words(task.ends_on, user)}
    done = notify(
        user=user,
        kind=kind,
        key=f"{kind}:{task.pk}:{task.ends_on.isoformat()}",
        data=data,
        url=task_path(task),
        process_id=task.process_id,
    )
    return int(done is not None)


def _tell_phase(user: User, phase: Node, last: datetime.date, access: ProcessAccess) -> int:
    if not access.decide("document_read", phase.pk):
        return 0
    done = notify(
        user=user,
        kind="phase.ends_soon",
        key=f"phase.ends_soon:{phase.pk}:{last.isoformat()}",
        data={"phase": phase.title, "process": phase.process.title, "day": _in_words(last, user)},
        url=process_path(phase.process),
        process_id=phase.process_id,
    )
    return int(done is not None)


def _in_words(day: datetime.date, user: User) -> str:
    """Return a day as the person reads it."""
    with translation.override(user.language):
        return formats.date_format(day, "DATE_FORMAT")
