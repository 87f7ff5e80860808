"""Leaving one process, and what happens to roles, teams and tasks of a person who closes their account."""

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict
from community.models import User
from processes.models import (
    Assignment,
    Invitation,
    JoinRequest,
    Process,
    ProcessRole,
    ProcessVisit,
    TeamMember,
)
from processes.services.changes import access_changed, process_lock, record
from processes.services.grants import grants_sync
from processes.services.roles import coordinator_demand


@transaction.atomic
def person_forget(user: User) -> None:
    """Take the person out of all processes: roles, teams, tasks, requests, invitations.

    The last coordinator cannot leave a running process (`personal_obstacles`); a finished one may be left without.
    Emits: access.changed to each process.
    """
    rows = (
        ProcessRole.objects.filter(user=user).values_list("process_id", flat=True),
        TeamMember.objects.filter(user=user).values_list("team__process_id", flat=True),
    )
    ids = sorted({process_id for found in rows for process_id in found})
    processes: list[Process] = [process_lock(ident) for ident in ids]
    ProcessRole.objects.filter(user=user).delete()
    TeamMember.objects.filter(user=user).delete()
    Assignment.objects.filter(user=user).delete()
    JoinRequest.objects.filter(user=user).delete()
    ProcessVisit.objects.filter(user=user).delete()
    user.process_drafts.all().delete()
    user.certificates.all().delete()
    Invitation.objects.filter(email__iexact=user.email).delete()
    for process in processes:
        grants_sync(process, [user.pk])
        access_changed(process)


@transaction.atomic
def process_leave(*, actor: User, process: Process) -> None:
    """Take oneself out of a process: all roles, teams and tasks there. What one wrote stays.

    Raises: Conflict (codes "not_in_process", "last_coordinator"). Emits: access.changed; activity process.left.
    """
    locked = process_lock(process)
    roles = ProcessRole.objects.filter(process=locked, user=actor)
    memberships = TeamMember.objects.filter(team__process=locked, user=actor)
    if not roles.exists() and not memberships.exists():
        raise Conflict(_("You do not take part in this process."), "not_in_process")
    roles.delete()
    memberships.delete()
    Assignment.objects.filter(node__process=locked, user=actor).delete()
    grants_sync(locked, [actor.pk])
    coordinator_demand(locked)
    record(actor, "process.left", locked)
    access_changed(locked)
    process.access_epoch = locked.access_epoch
