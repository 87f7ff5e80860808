"""Requests to take part in a process that is open to join."""

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid
from community.models import User
from community.services.notifications import notify
from processes.models import JoinRequest, JoinRequestStatus, Process, ProcessRole, Role, Team
from processes.paths import join_requests_path, process_path
from processes.permissions import decide_grant, require
from processes.permissions.roles import RANK
from processes.services.changes import process_changed, process_lock, record
from processes.services.roles import leaders, role_write
from processes.services.teams import team_member_write, team_rank_demand
from processes.validation import check, text


@transaction.atomic
def join_request_create(*, actor: User, process: Process, reason: str) -> JoinRequest:
    """Ask to take part. Needs: join_request_create. Raises: Conflict (code "waiting") while one waits, Invalid.

    Emits: process.updated; notifications to coordinators and facilitators; activity join_request.created.
    """
    process_lock(process)
    if JoinRequest.objects.filter(
        process=process, user=actor, status=JoinRequestStatus.WAITING
    ).exists():
        raise Conflict(_("You have asked already. A coordinator will answer you."), "waiting")
    request = JoinRequest(process=process, user=actor, reason=text(reason, one_line=False))
    check(request)
    request.save(force_insert=True)
    record(actor, "join_request.created", process, actor.display_name)
    process_changed(process)
    for leader in leaders(process):
        notify(
            user=leader,
            kind="join_request.created",
            key=f"join_request:{request.pk}",
            data={
                "actor": actor.display_name,
                "process": process.title,
                "reason": request.reason,
            },
            url=join_requests_path(process),
            process_id=process.pk,
        )
    return request


@transaction.atomic
def join_request_decide(
    *,
    actor: User,
    request: JoinRequest,
    accept: bool,
    role: str = Role.COAUTHOR,
    team: Team | None = None,
    answer: str = "",
) -> JoinRequest:
    """Accept a request with a role for the whole process and into a `team`, or decline it; `answer` goes to the person.

    Raises: Conflict (code "decided") when somebody was quicker, Forbidden (code "rank"), Invalid, also for a team of
    another process.
    Emits: access.changed when accepted, process.updated; a notification; activity join_request.accepted or .declined.
    """
    process = process_lock(request.process_id)
    row = JoinRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if row.status != JoinRequestStatus.WAITING:
        raise Conflict(_("This request was answered already."), "decided")
    if accept:
        if role not in RANK:
            raise Invalid(_("Choose a role."), "role", fields={"role": [_("Choose a role.")]})
        require(decide_grant(actor, process, role, ability="join_request_decide"))
        if team is not None:
            if team.process_id != process.pk:
                raise Invalid(_("That belongs to another process."), "other_process")
            team_rank_demand(actor, team, taking=False, user=row.user)
        _enter(actor, process, row.user, role)
        if team is not None:
            team_member_write(process=process, team=team, user=row.user)
    row.status = JoinRequestStatus.ACCEPTED if accept else JoinRequestStatus.DECLINED
    row.decided_by, row.decided_at = actor, clock.now()
    row.answer = text(answer, one_line=False)
    check(row)
    row.save()
    verb = f"join_request.{row.status}"
    details = {"team": team.name} if accept and team else {}
    record(actor, verb, process, row.user.display_name, role=role if accept else None, **details)
    process_changed(process)
    notify(
        user=row.user,
        kind=verb,
        key=f"join_request_decided:{row.pk}",
        data={"process": process.title, "answer": row.answer},
        url=process_path(process),
        process_id=process.pk,
    )
    return row


def _enter(actor: User, process: Process, user: User, role: str) -> None:
    """Give the role, unless the person got a higher one meanwhile."""
    present = ProcessRole.objects.filter(process=process, node=None, user=user).first()
    if present is None or RANK.get(present.role, 0) < RANK[Role(role)]:
        role_write(actor=actor, process=process, user=user, role=role)
