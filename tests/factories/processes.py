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


def process(coordinator: User | None = None, **fields) -> Process:
    """Make a real process through the service; its coordinator is `process.created_by`."""
    from processes.services.processes import process_create

    fields = {"title": f"Process {next(_count)}", "language": "en"} | fields
    return process_create(actor=coordinator or person("Coordinator"), **fields)


def member(process: Process, role: str, *, node: Node | None = None, name: str = "") -> User:
    """Make a person with a role through the service."""
    from processes.services.roles import role_grant

    user = person(name or str(role))
    role_grant(actor=process.created_by, process=process, node=node, user=user, role=role)
    return user


def team(process: Process, *users: User, name: str = "") -> Team:
    """Make a team with members through the services."""
    from processes.services.teams import team_create, team_member_add

    made = team_create(
        actor=process.created_by, process=process, name=name or f"Team {next(_count)}"
    )
    for user in users:
        team_member_add(actor=process.created_by, team=made, user=user)
    return made


def template(phases: int = 2, tasks: int = 2, **node_fields):
    """Make a process template: each phase has one objective with some tasks, in English and Latvian."""
    from interlinkers.models import (
        ProcessTemplate,
        ProcessTemplateTranslation,
        TemplateNode,
        TemplateNodeTranslation,
    )

    made = ProcessTemplate.objects.create(source="test", external_id=f"template-{next(_count)}")
    ProcessTemplateTranslation.objects.create(template=made, language="en", name="A policy")

    def node(kind: str, name: str, order: int, parent=None, **fields):
        row = TemplateNode.objects.create(
            template=made, parent=parent, kind=kind, external_id=name, order=order, **fields
        )
        TemplateNodeTranslation.objects.create(node=row, language="en", name=name)
        return row

    for p in range(phases):
        phase = node("phase", f"Phase {p + 1}", p)
        goal = node("objective", f"Objective {p + 1}", 0, phase)
        for t in range(tasks):
            node("task", f"Task {p + 1}.{t + 1}", t, goal, **node_fields)
    return made
