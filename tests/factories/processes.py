"""Builders of people, processes, trees and roles. Defaults are valid and minimal."""

import itertools

from community.models import User
from processes.models import (
    Node,
    NodeKind,
    Process,
    ProcessRole,
    Role,
    Team,
    TeamMember,
    Visibility,
)

_count = itertools.count(1)


def person(name: str = "", **fields) -> User:
    """Make a person with an address of their own."""
    number = next(_count)
    email = fields.pop("email", f"person{number}@example.org")
    return User.objects.create_user(email=email, name=name or f"Person {number}", **fields)


def process_row(visibility: str = Visibility.PRIVATE, **fields) -> Process:
    """Make a process without anybody in it (the service `process_create` makes real ones)."""
    fields.setdefault("title", f"Process {next(_count)}")
    return Process.objects.create(visibility=visibility, **fields)


def branch(process: Process, tasks: int = 1) -> tuple[Node, Node, list[Node]]:
    """Make a phase with one objective with tasks, after what is there."""
    order = process.nodes.filter(parent=None).count()
    phase = Node.objects.create(
        process=process, kind=NodeKind.PHASE, title=f"Phase {order + 1}", order=order
    )
    objective = Node.objects.create(
        process=process, kind=NodeKind.OBJECTIVE, parent=phase, title="Objective 1", order=0
    )
    rows = [
        Node.objects.create(
            process=process, kind=NodeKind.TASK, parent=objective, title=f"Task {n + 1}", order=n
        )
        for n in range(tasks)
    ]
    return phase, objective, rows


def role_row(process: Process, role: str, *, user=None, team=None, node=None) -> ProcessRole:
    """Give a role without the service (so without grants, epoch and log)."""
    return ProcessRole.objects.create(process=process, node=node, user=user, team=team, role=role)


def team_row(process: Process, *users: User, name: str = "") -> Team:
    """Make a team of a process."""
    team = Team.objects.create(process=process, name=name or f"Team {next(_count)}")
    for user in users:
        TeamMember.objects.create(team=team, user=user)
    return team


def coordinator_of(process: Process) -> User:
    """Make a person who coordinates the process."""
    user = person("Coordinator")
    role_row(process, Role.COORDINATOR, user=user)
    return user
