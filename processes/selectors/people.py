"""Who takes part in a process: roles, teams, assignments, requests to join."""

import uuid
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel.errors import NotFound
from community.models import User
from processes.models import (
    Assignment,
    JoinRequest,
    JoinRequestStatus,
    Node,
    Process,
    ProcessRole,
    Role,
    Team,
    TeamMember,
)
from processes.permissions import access_for, require
from processes.permissions.access import access_remember
from processes.permissions.roles import RANKED
from processes.selectors.fetching import fetch

ORDER = {role.value: place for place, role in enumerate([*RANKED, Role.NONE])}


def roles_list(process: Process) -> QuerySet[ProcessRole]:
    """Return the roles given in a process and its branches. The caller has checked that the reader may."""
    return (
        ProcessRole.objects.filter(process=process)
        .select_related("user", "team", "node__parent__parent", "granted_by")
        .order_by("created_at", "pk")
    )


def roles_by_rank(process: Process) -> list[ProcessRole]:
    """Return the roles for a page: of the whole process first, the highest first, then of branches. One query."""
    return sorted(
        roles_list(process), key=lambda row: (row.node_id is not None, ORDER.get(row.role, 9))
    )


def teams_list(process: Process) -> QuerySet[Team]:
    """Return the teams of a process with their members loaded. Queries: 2."""
    members = TeamMember.objects.select_related("user").order_by("created_at", "pk")
    return (
        Team.objects.filter(process=process)
        .select_related("organisation")
        .prefetch_related(Prefetch("members", members))
        .order_by("name", "pk")
    )


def participants(process: Process) -> QuerySet[User]:
    """Return everybody with a role in the process or a branch, of their own or through a team: one query."""
    by_team = Q(team_memberships__team__roles__process=process)
    return (
        User.objects.filter(Q(process_roles__process=process) | by_team, is_active=True)
        .distinct()
        .order_by("name", "email")
    )


def join_requests_list(process: Process, *, status: str = "") -> QuerySet[JoinRequest]:
    """Return the requests to join, oldest first. The caller has checked join_request_decide."""
    rows = JoinRequest.objects.filter(process=process).select_related("user", "decided_by")
    rows = rows.order_by("created_at", "pk")
    return rows.filter(status=status) if status else rows


def join_request_of(user, process: Process) -> JoinRequest | None:
    """Return the person's own latest request, for the process page."""
    if not user.is_authenticated:
        return None
    return JoinRequest.objects.filter(process=process, user=user).order_by("-created_at").first()


def join_requests_waiting(process: Process) -> int:
    """Return how many requests wait for an answer."""
    return JoinRequest.objects.filter(process=process, status=JoinRequestStatus.WAITING).count()


def task_assignments(task: Node) -> QuerySet[Assignment]:
    """Return whom a task is given to."""
    rows = Assignment.objects.filter(node=task).select_related("user", "team")
    return rows.order_by("created_at", "pk")


def role_get_for(user, role_id: uuid.UUID | str, *, need: str) -> ProcessRole:
    """Return a role row at a place where the person may `need`; everybody may fetch a role of their own.

    Raises: NotFound, Forbidden.
    """
    rows = ProcessRole.objects.select_related(
        "process", "node__process", "node__parent__parent", "user", "team"
    )
    row = fetch(rows, role_id)
    is_own = row.user_id is not None and row.user_id == user.pk and row.role != Role.NONE
    _require_at(user, row.process, row.node, "process_read" if is_own else need)
    return row


def team_get_for(user, team_id: uuid.UUID | str, *, need: str) -> Team:
    """Return a team of a process where the person may `need`. Raises: NotFound, Forbidden."""
    team = fetch(Team.objects.select_related("process", "organisation"), team_id)
    _require_at(user, team.process, None, need)
    return team


def join_request_get_for(user, request_id: uuid.UUID | str, *, need: str) -> JoinRequest:
    """Return a request to join of a process where the person may `need`. Raises: NotFound, Forbidden."""
    request = fetch(JoinRequest.objects.select_related("process", "user"), request_id)
    _require_at(user, request.process, None, need)
    return request


def assignment_get_for(user, assignment_id: uuid.UUID | str, *, need: str) -> Assignment:
    """Return an assignment of a task where the person may `need`. Raises: NotFound, Forbidden."""
    rows = Assignment.objects.select_related(
        "node__process", "node__parent__parent", "user", "team"
    )
    assignment = fetch(rows, assignment_id)
    _require_at(user, assignment.node.process, assignment.node, need)
    return assignment


def holder_get(
    process: Process, *, user_id: uuid.UUID | str | None, team_id: uuid.UUID | str | None
) -> tuple[User | None, Team | None]:
    """Return the person or the team of this process that an id from outside means. Raises: NotFound.

    People are found among those who take part, so that ids of strangers cannot be tried out.
    """
    user = fetch(participants(process), user_id) if user_id else None
    team = fetch(Team.objects.filter(process=process), team_id) if team_id else None
    return user, team


def assignment_of_task(task: Node, assignment_id: uuid.UUID | str) -> Assignment:
    """Return an assignment of a fetched task. Raises: NotFound."""
    return fetch(task_assignments(task).select_related("node__process"), assignment_id)


def team_member_get(team: Team, user_id: uuid.UUID | str) -> User:
    """Return a member of a team. Raises: NotFound."""
    return fetch(User.objects.filter(team_memberships__team=team), user_id)


def in_process(row, process_id: uuid.UUID):
    """Return a row that was fetched for its own process, unless the address names another. Raises: NotFound."""
    if row.process_id != process_id:
        raise NotFound(_("There is no such thing here, or it is not open to you."))
    return row


def _require_at(user, process: Process, node: Node | None, need: str) -> None:
    access = access_for(user, process)
    access_remember(access)
    require(access.decide("process_read", node))
    require(access.decide(need, node))


@dataclass(frozen=True)
class PersonRow:
    """One role of one person; `where` is the title of a branch, `team` the team that it comes from."""

    id: uuid.UUID
    name: str
    email: str
    role: str
    role_label: str
    where: str
    team: str


def people_rows(process: Process) -> list[PersonRow]:
    """Return everybody with a role, also through teams, a row for each role. The caller has checked role_grant.

    Queries: 3.
    """
    rows = []
    members: dict = {}
    for member in TeamMember.objects.filter(team__process=process).select_related("user"):
        members.setdefault(member.team_id, []).append(member.user)
    for row in roles_by_rank(process):
        people = [row.user] if row.user else members.get(row.team_id, [])
        where = row.node.title if row.node else ""
        team = row.team.name if row.team else ""
        label = str(row.get_role_display())
        rows += [
            PersonRow(user.pk, user.display_name, user.email, row.role, label, where, team)
            for user in people
        ]
    return rows
