"""Remembering when people were at a process."""

import datetime

from django.db import transaction

from cocreation.kernel import clock
from community.models import User
from processes.models import Process, ProcessVisit

# Who comes back within this time is still on the same visit: a reload does not wipe what is new.
PAUSE_MINUTES = 30
# A page opened again and again does not write each time.
TOUCH_SECONDS = 60


@transaction.atomic
def visit_record(*, user: User, process: Process) -> ProcessVisit:
    """Remember that a person opened a process they may read, and return the visit.

    The first time nothing is new. After a pause of 30 minutes what happened up to the end of the last visit counts as
    seen. Queries: one; three when something is written.
    """
    now = clock.now()
    visit = ProcessVisit.objects.filter(user=user, process=process).first()
    if visit is None:
        visit, _is_new = ProcessVisit.objects.get_or_create(
            user=user, process=process, defaults={"seen_at": now, "last_at": now}
        )
        return visit
    since = now - visit.last_at
    if since < datetime.timedelta(seconds=TOUCH_SECONDS):
        return visit
    if since >= datetime.timedelta(minutes=PAUSE_MINUTES):
        visit.seen_at = max(visit.seen_at, visit.last_at)
    visit.last_at = now
    visit.save(update_fields=["seen_at", "last_at"])
    return visit


@transaction.atomic
def visit_seen(*, actor: User, process: Process) -> None:
    """Mark everything that happened in a process until now as seen by the actor, who may read it."""
    now = clock.now()
    ProcessVisit.objects.update_or_create(
        user=actor, process=process, defaults={"seen_at": now, "last_at": now}
    )
