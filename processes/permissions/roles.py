"""How role rows of one person become one role at one place: the deepest branch wins and can take away."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from processes.models import Role

# What somebody without a role is called.
VISITOR = "visitor"
ANONYMOUS = "anonymous"

# A link gets about: who leads a process is asked by name.
BY_LINK = (Role.FACILITATOR, Role.COAUTHOR, Role.COMMENTER, Role.OBSERVER)
# Highest first. NONE is no rank: it is the absence of access.
RANKED = [Role.COORDINATOR, Role.FACILITATOR, Role.COAUTHOR, Role.COMMENTER, Role.OBSERVER]
RANK = {role.value: len(RANKED) - place for place, role in enumerate(RANKED)}


@dataclass(frozen=True)
class RoleRow:
    """One role that reaches a person. `path` is the branch it was given at, from the node up to its phase; empty
    for the whole process. `is_direct` tells a role given to the person from one given to a team of theirs."""

    path: tuple[uuid.UUID, ...]
    role: str
    is_direct: bool

    @property
    def node_id(self) -> uuid.UUID | None:
        """The node it was given at, None for the process."""
        return self.path[0] if self.path else None


def level_role(rows: Iterable[RoleRow]) -> str | None:
    """Return the role that the rows of ONE level (one node, or the process) give together, None without rows.

    The highest wins, so that a person in two teams keeps the better one; but NONE given to the person by name
    beats whatever their teams have there. NONE given to a team only counts when nothing else is given.
    """
    rows = list(rows)
    if not rows:
        return None
    if any(row.is_direct and row.role == Role.NONE for row in rows):
        return Role.NONE.value
    return max((row.role for row in rows), key=lambda role: RANK.get(role, 0))


def level_roles(rows: Iterable[RoleRow]) -> dict[uuid.UUID | None, str]:
    """Return the role of each level that has any row: {node id, or None for the process: role}."""
    levels: dict[uuid.UUID | None, list[RoleRow]] = {}
    for row in rows:
        levels.setdefault(row.node_id, []).append(row)
    return {node_id: level_role(group) for node_id, group in levels.items()}


def role_on_path(levels: Mapping[uuid.UUID | None, str], path: Sequence[uuid.UUID]) -> str | None:
    """Return the role at the node `path[0]` whose ancestors follow, None when no level of it has one.

    The first level with any row decides, whether that gives more or less than the levels above.
    """
    for node_id in path:
        if node_id in levels:
            return levels[node_id]
    return levels.get(None)
