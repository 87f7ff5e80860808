"""The registry of numbers that a story takes from the record of a process. Higher apps add theirs in `ready()`."""

from collections.abc import Callable

from processes.models import NodeKind, NodeStatus, Process, TeamMember
from processes.models.people import ProcessRole, Role

# Fewer people than this are not told by kind: who they are could be guessed.
SMALLEST_GROUP = 5

_sources: list[Callable[[Process], dict[str, int]]] = []


def register(source: Callable[[Process], dict[str, int]]) -> None:
    """Make a source of numbers known: {name: number}; names are those of frontend/presenters/stories.py."""
    if source not in _sources:
        _sources.append(source)


def numbers_of(process: Process) -> dict[str, int]:
    """Return the numbers of a process as the record has them now. Groups of fewer than five people are left out."""
    numbers = _own(process)
    for source in _sources:
        numbers |= source(process)
    return {name: number for name, number in numbers.items() if number}


def _own(process: Process) -> dict[str, int]:
    roles = ProcessRole.objects.filter(process=process).exclude(role=Role.NONE)
    people = set(roles.filter(user__isnull=False).values_list("user_id", flat=True))
    members: dict[str, set] = {}
    rows = TeamMember.objects.filter(team__process=process)
    for kind, user_id in rows.values_list("team__kind", "user_id"):
        members.setdefault(kind, set()).add(user_id)
        people.add(user_id)
    last = process.nodes.filter(finished_at__isnull=False).order_by("-finished_at").first()
    end = last.finished_at if last else process.updated_at
    tasks = process.nodes.filter(kind=NodeKind.TASK, disabled_at__isnull=True)
    numbers = {
        "days": max(1, (end - process.created_at).days),
        "tasks_done": tasks.filter(status=NodeStatus.FINISHED).count(),
        "tasks": tasks.count(),
        "teams": process.teams.count(),
    }
    if len(people) >= SMALLEST_GROUP:
        numbers["people"] = len(people)
    for kind, users in members.items():
        if len(users) >= SMALLEST_GROUP:
            numbers[f"people_{kind}"] = len(users)
    return numbers
