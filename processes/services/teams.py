"""Teams of a process: who is in them. A team's roles reach everybody in it."""

from django.db import transaction

from community.models import Organisation, User
from community.services.notifications import notify
from processes.models import Process, Role, Team, TeamKind, TeamMember
from processes.paths import process_path
from processes.permissions import decide_grant, require, role_of
from processes.services.changes import access_changed, process_changed, process_lock, record
from processes.services.grants import grants_sync
from processes.services.roles import coordinator_demand
from processes.validation import check, text


@transaction.atomic
def team_create(
    *,
    actor: User,
    process: Process,
    name: str,
    kind: str = TeamKind.CITIZENS,
    organisation: Organisation | None = None,
) -> Team:
    """Make an empty team. Raises: Invalid, also for a name taken in this process.

    Emits: process.updated; activity team.created.
    """
    team = Team(process=process, name=text(name), kind=kind, organisation=organisation)
    check(team)
    team.save()
    record(actor, "team.created", process, team.name)
    process_changed(process)
    return team


@transaction.atomic
def team_update(*, actor: User, team: Team, **changes: object) -> Team:
    """Change name, kind or organisation. Emits: process.updated; activity team.updated."""
    team = Team.objects.select_for_update().get(pk=team.pk)
    for name in ("name", "kind", "organisation"):
        if name in changes:
            value = changes[name]
            setattr(team, name, text(value) if name == "name" else value)
    check(team)
    team.save()
    record(actor, "team.updated", team.process, team.name)
    process_changed(team.process)
    return team


@transaction.atomic
def team_remove(*, actor: User, team: Team) -> None:
    """Remove a team with its roles and assignments.

    Raises: Forbidden (code "rank") when it has a role above the actor's, Conflict (code "last_coordinator").
    Emits: access.changed, process.updated; activity team.removed.
    """
    process = process_lock(team.process_id)
    team_rank_demand(actor, team, taking=True)
    users = list(team.members.values_list("user_id", flat=True))
    name = team.name
    Team.objects.filter(pk=team.pk).delete()
    _follow(process, users)
    record(actor, "team.removed", process, name)
    process_changed(process)


@transaction.atomic
def team_member_add(*, actor: User, team: Team, user: User) -> TeamMember:
    """Put a person into a team; twice is the same as once.

    Raises: Forbidden (code "rank") when the team has a role above the actor's own: nobody raises themself so.
    Emits: access.changed; a notification to the person; activity team.member_added.
    """
    process = process_lock(team.process_id)
    team_rank_demand(actor, team, taking=False, user=user)
    member, is_new = team_member_write(process=process, team=team, user=user)
    if not is_new:
        return member
    record(actor, "team.member_added", process, team.name, person=user.display_name)
    if user != actor:
        notify(
            user=user,
            kind="team.member_added",
            key=f"team_member:{member.pk}",
            data={
                "team": team.name,
                "process": process.title,
                "actor": actor.display_name,
            },
            url=process_path(process),
            process_id=process.pk,
        )
    return member


@transaction.atomic
def team_member_remove(*, actor: User, team: Team, user: User) -> None:
    """Take a person out of a team; people may always leave one themselves.

    Raises: Forbidden (code "rank"), Conflict (code "last_coordinator").
    Emits: access.changed; activity team.member_removed.
    """
    process = process_lock(team.process_id)
    if user != actor:
        team_rank_demand(actor, team, taking=True)
    removed, _rows = TeamMember.objects.filter(team=team, user=user).delete()
    if removed:
        _follow(process, [user.pk])
        record(actor, "team.member_removed", process, team.name, person=user.display_name)


def team_member_write(*, process: Process, team: Team, user: User) -> tuple[TeamMember, bool]:
    """Write a membership with what follows from it, without asking who does it; say whether it is new.

    For services that decided that already (an accepted invitation). Needs: a transaction; the process locked.
    """
    member, is_new = TeamMember.objects.get_or_create(team=team, user=user)
    if is_new:
        _follow(process, [user.pk])
    return member, is_new


def _follow(process: Process, users: list) -> None:
    """Do what follows from other members: grants, a coordinator left, the epoch."""
    grants_sync(process, users)
    coordinator_demand(process)
    access_changed(process)


def team_rank_demand(actor: User, team: Team, *, taking: bool, user: User | None = None) -> None:
    """Check that the actor could give (or take) each role of the team, to (or from) this person (None: a new one).

    Raises: Forbidden (code "rank"): so nobody raises themself through a team.
    """
    for row in team.roles.select_related("node__process", "node__parent__parent", "process"):
        place = row.node or row.process
        if taking:
            role, taken = Role.NONE, row.role
        else:
            role, taken = row.role, role_of(user, row.process, row.node) if user else None
        require(decide_grant(actor, place, role, taken=taken))
