"""Who takes part in a process, and who is mentioned in a comment."""

import uuid

from django.db.models import Q

from community.models import User
from processes.models import Role


def members(process_id: uuid.UUID | str) -> list[User]:
    """Return everybody with a role in a process or a branch of it, directly or through a team. One query."""
    return list(
        User.objects.filter(
            Q(process_roles__process_id=process_id)
            | Q(team_memberships__team__roles__process_id=process_id),
            is_active=True,
        ).distinct()
    )


def with_role(process_id: uuid.UUID | str, role: Role) -> list[User]:
    """Return who has this role for the whole process, directly or through a team. One query."""
    direct = Q(
        process_roles__process_id=process_id,
        process_roles__node__isnull=True,
        process_roles__role=role,
    )
    by_team = Q(
        team_memberships__team__roles__process_id=process_id,
        team_memberships__team__roles__node__isnull=True,
        team_memberships__team__roles__role=role,
    )
    return list(User.objects.filter(direct | by_team, is_active=True).distinct())


def mentionable(process_id: uuid.UUID | str, typed: str, *, limit: int = 8) -> list[User]:
    """Return people of a process whose name holds `typed`, those whose name begins with it first. One query."""
    wanted = typed.strip().casefold()
    fitting = [user for user in members(process_id) if wanted in user.display_name.casefold()]
    fitting.sort(
        key=lambda user: (
            not user.display_name.casefold().startswith(wanted),
            user.display_name.casefold(),
        )
    )
    return fitting[:limit]


def mentioned(body: str, candidates: list[User]) -> list[User]:
    """Return the candidates whose name stands after an @ in `body`; the longest fitting name wins."""
    found, text = [], body.casefold()
    for user in sorted(candidates, key=lambda user: -len(user.display_name)):
        mark = f"@{user.display_name.casefold()}"
        if mark in text:
            found.append(user)
            text = text.replace(mark, " ")
    return found
