"""Why somebody may or may not: what decides, step by step, in words. Built on the same answers as every door."""

import uuid
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cocreation.kernel.decisions import Decision
from processes.models import Node, Process, ProcessRole, ProcessStatus, Role
from processes.permissions import table
from processes.permissions.access import ProcessAccess
from processes.permissions.roles import RoleRow, level_role


@dataclass(frozen=True)
class Step:
    """One thing that has a say. `decides`: among the roles, the one that counts."""

    words: str
    decides: bool = False


@dataclass(frozen=True)
class Explanation:
    """What a person may do at a place: the role that counts there and where it comes from, then every ability."""

    role: str
    steps: list[Step]
    answers: dict[str, Decision] = field(default_factory=dict)


def explain(
    access: ProcessAccess, node: Node | None = None, *, object_id: uuid.UUID | None = None
) -> Explanation:
    """Explain what a person may do at a place (None: the process; `object_id`: with a document there).

    The answers are those of `ProcessAccess.decide`, so they cannot say anything else than the doors do.
    Queries: 1 for the roles with who gave them, and those of the access.
    """
    role = access.role_at(node)
    return Explanation(
        role=role,
        steps=[_openness(access), *_roles(access, node), *_state(access, node)],
        answers={
            ability: access.decide(ability, node, object_id=object_id)
            for ability in table.ABILITIES
        },
    )


def _openness(access: ProcessAccess) -> Step:
    return Step(
        _("The process is “%(openness)s”.") % {"openness": access.process.get_visibility_display()}
    )


def _roles(access: ProcessAccess, node: Node | None) -> list[Step]:
    """Return the roles on the way from the place up to the process, the deepest first: the first level counts."""
    if not access.is_known:
        return [Step(_("Whoever is not signed in has no role."))]
    steps = [Step(_("Operators look after every process."))] if access.is_operator else []
    path = [node_id for node_id, _row in access.path(node)]
    rows = _rows(access.process, access.user, path)
    is_decided = False
    for place in [*path, None]:
        found = [row for row in rows if row.node_id == place]
        counts = level_role([_as_row(row) for row in found]) if found and not is_decided else None
        for row in found:
            decides = counts is not None and row.role == counts
            # No access by name beats what teams have; a team's only counts where nothing else is given.
            steps.append(Step(_role_words(row), decides=decides))
        is_decided = is_decided or bool(found)
    if not rows:
        steps.append(Step(_("No role is given here.")))
    return steps


def _rows(process: Process, user, path: list) -> list[ProcessRole]:
    rows = (
        ProcessRole.objects.filter(process=process)
        .select_related("team", "node", "granted_by")
        .order_by("created_at", "pk")
    )
    mine = rows.filter(user=user) | rows.filter(team__members__user=user)
    return [row for row in mine if row.node_id is None or row.node_id in path]


def _as_row(row: ProcessRole) -> RoleRow:
    return RoleRow((row.node_id,) if row.node_id else (), row.role, row.user_id is not None)


def _role_words(row: ProcessRole) -> str:
    said = {
        "role": row.get_role_display(),
        "part": row.node.title if row.node else "",
        "team": row.team.name if row.team else "",
        "by": row.granted_by.display_name if row.granted_by else _("somebody who has left"),
    }
    if row.node and row.team:
        return _("In “%(part)s”, the team “%(team)s” is: %(role)s (given by %(by)s).") % said
    if row.node:
        return _("In “%(part)s”: %(role)s (given by %(by)s).") % said
    if row.team:
        return _("In the process, the team “%(team)s” is: %(role)s (given by %(by)s).") % said
    return _("In the process: %(role)s (given by %(by)s).") % said


def _state(access: ProcessAccess, node: Node | None) -> list[Step]:
    steps = []
    if access.process.status == ProcessStatus.FINISHED:
        steps.append(Step(str(table.FINISHED)))
    path = access.path(node)
    if any(row.is_disabled for _node_id, row in path):
        steps.append(Step(str(table.DISABLED)))
    if path and (rule := access.rules.get(path[-1][0])):
        steps.append(Step(rule.words(access.role_at(node))))
    if path and access.role_at(node) == Role.COAUTHOR and path[0][0] in access.assigned_node_ids:
        steps.append(Step(_("The task is given to them, so they say how far it is.")))
    return steps
