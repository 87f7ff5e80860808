"""Giving and taking roles. The only writer of django-guardian's grants, which follow from the role rows."""

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict, Invalid
from community.models import User
from community.services.notifications import notify
from processes.models import Node, Process, ProcessRole, Role, Team, TeamMember
from processes.paths import process_path
from processes.permissions import decide_grant, require, role_of
from processes.permissions.roles import RANK
from processes.services.changes import access_changed, process_lock, record
from processes.services.grants import grants_sync
from processes.validation import check


@transaction.atomic
def role_grant(
    *,
    actor: User,
    process: Process,
    role: str,
    user: User | None = None,
    team: Team | None = None,
    node: Node | None = None,
) -> ProcessRole:
    """Give a person or a team a role in the process or in a branch; a role they have there already is replaced.

    Role NONE takes away, in that branch, what upper levels give. Needs: ability role_grant at that place.
    Raises: Forbidden (code "rank") for a role above the actor's own, Invalid for a team or node of another process,
    Conflict (code "last_coordinator").
    Emits: access.changed; a notification to the person; activity role.granted.
    """
    locked = process_lock(process)
    present = _role_row(locked, user, team, node)
    place = node or locked
    taken = present.role if present else None
    require(decide_grant(actor, place, role, taken=highest_taken(locked, node, user, team, taken)))
    row = role_write(actor=actor, process=locked, user=user, team=team, node=node, role=role)
    coordinator_demand(locked)
    process.access_epoch = locked.access_epoch
    if user is not None and user != actor and role != Role.NONE and taken != role:
        _tell(row)
    return row


@transaction.atomic
def role_revoke(*, actor: User, row: ProcessRole) -> None:
    """Take a role away again; what upper levels give then counts.

    People may always give up their own role. Raises: Forbidden (code "rank"), Conflict (code "last_coordinator").
    Emits: access.changed; activity role.revoked.
    """
    process = process_lock(row.process_id)
    place = row.node or process
    if row.user_id is None or row.user_id != actor.pk or row.role == Role.NONE:
        require(decide_grant(actor, place, Role.NONE, taken=row.role))
    users = _reached(row)
    holder = row.user or row.team
    ProcessRole.objects.filter(pk=row.pk).delete()
    grants_sync(process, users)
    coordinator_demand(process)
    record(actor, "role.revoked", place, str(holder), role=row.role)
    access_changed(process)
    row.process.access_epoch = process.access_epoch


def role_write(
    *,
    actor: User | None,
    process: Process,
    role: str,
    user: User | None = None,
    team: Team | None = None,
    node: Node | None = None,
) -> ProcessRole:
    """Write a role row with everything that follows from it, without asking who gives it.

    For services that decided that already (creation, an accepted invitation, a request to join). Needs: a
    transaction; the process locked. Emits: access.changed; activity role.granted.
    """
    if (node and node.process_id != process.pk) or (team and team.process_id != process.pk):
        raise Invalid(_("That belongs to another process."), "other_process")
    row = _role_row(process, user, team, node) or ProcessRole(
        process=process, user=user, team=team, node=node
    )
    before = row.role or None
    row.role = role
    row.granted_by = actor
    check(row)
    row.save()
    grants_sync(process, _reached(row))
    record(actor, "role.granted", node or process, str(user or team), role=role, before=before)
    access_changed(process)
    return row


def highest_taken(
    process: Process,
    node: Node | None,
    user: User | None,
    team: Team | None,
    present: str | None = None,
) -> str | None:
    """Return the highest role that a new row at a place may take from somebody.

    A row on a branch covers what its people have from above, and NONE by name what they have from teams: so not
    only the row it replaces counts, but what each of them is there now.
    """
    people = [user] if user else [member.user for member in team.members.select_related("user")]
    roles = [role_of(person, process, node) for person in people]
    return max([*roles, present or ""], key=lambda role: RANK.get(role, 0))


def coordinator_demand(process: Process) -> None:
    """Check that somebody still coordinates the process, after a change and before its commit.

    Counts active people with the role on the whole process, of their own or through a team. Needs: the process
    locked, so that of two coordinators who demote each other at once the second is refused.
    Raises: Conflict (code "last_coordinator").
    """
    if not coordinators(process):
        raise Conflict(
            _("A process needs a coordinator. Give the role to somebody else first."),
            "last_coordinator",
        )


def coordinators(process: Process) -> list[User]:
    """Return the active people who coordinate the whole process, of their own or through a team."""
    grants = {"processuserobjectpermission__content_object": process}
    return list(
        User.objects.filter(
            is_active=True,
            processuserobjectpermission__permission__codename="process_coordinator",
            **grants,
        ).distinct()
    )


def leaders(process: Process) -> list[User]:
    """Return the active coordinators and facilitators of the whole process: who is told of requests."""
    return list(
        User.objects.filter(
            is_active=True,
            processuserobjectpermission__content_object=process,
            processuserobjectpermission__permission__codename__in=[
                "process_coordinator",
                "process_facilitator",
            ],
        ).distinct()
    )


def _role_row(
    process: Process, user: User | None, team: Team | None, node: Node | None
) -> ProcessRole | None:
    return ProcessRole.objects.filter(process=process, user=user, team=team, node=node).first()


def _reached(row: ProcessRole) -> list:
    """Return the ids of the people whom a role row reaches."""
    if row.user_id is not None:
        return [row.user_id]
    return list(TeamMember.objects.filter(team_id=row.team_id).values_list("user_id", flat=True))


def _tell(row: ProcessRole) -> None:
    notify(
        user=row.user,
        kind="role.granted",
        key=f"role:{row.pk}:{row.role}:{row.process.access_epoch}",
        data={
            "role": row.role,
            "process": row.process.title,
            "actor": row.granted_by.display_name if row.granted_by else "",
        },
        url=process_path(row.process),
        process_id=row.process_id,
    )
