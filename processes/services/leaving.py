"""What happens to roles, teams and tasks of a person who closes their account."""

from django.db import transaction

from community.models import User
from processes.models import Assignment, Invitation, JoinRequest, Process, ProcessRole, TeamMember
from processes.services.changes import access_changed, process_lock
from processes.services.grants import grants_sync


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
    Invitation.objects.filter(email__iexact=user.email).delete()
    for process in processes:
        grants_sync(process, [user.pk])
        access_changed(process)
