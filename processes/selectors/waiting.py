"""What a part of the plan waits for."""

from django.db.models import Q

from processes.models import (
    Node,
    NodeKind,
    NodeStatus,
    Prerequisite,
    PrerequisiteKind,
    WaitOverride,
)


def blockers(node: Node, *, own_only: bool = False) -> list[Node]:
    """Return what must be finished before a node may begin and is not: its own, and what is above it waits for.

    What is switched off holds nobody up, and neither does what a coordinator overrode. A phase or objective is
    finished when it has tasks and all of them are. `own_only`: without those of what is above, and whatever was
    overridden. Queries: at most 4.
    """
    places = [node]
    while not own_only and places[-1].parent is not None:
        places.append(places[-1].parent)
    ids = {place.pk for place in places}
    if not own_only:
        ids -= set(WaitOverride.objects.filter(node__in=ids).values_list("node_id", flat=True))
    edges = Prerequisite.objects.filter(node__in=ids, kind=PrerequisiteKind.BLOCKS)
    rows = (
        Node.objects.filter(
            pk__in=edges.values("requires_id"),
            disabled_at=None,
            parent__disabled_at=None,
            parent__parent__disabled_at=None,
        )
        .exclude(kind=NodeKind.TASK, status=NodeStatus.FINISHED)
        .order_by("order", "created_at")
    )
    found = list(rows)
    finished = _finished_above([row for row in found if row.kind != NodeKind.TASK])
    return [row for row in found if row.pk not in finished]


def _finished_above(places: list[Node]) -> set:
    """Return which of these phases and objectives have tasks, all finished. What is switched off counts for nothing."""
    if not places:
        return set()
    ids = [place.pk for place in places]
    below = Q(parent__in=ids) | Q(parent__parent__in=ids)
    tasks = Node.objects.filter(
        below, kind=NodeKind.TASK, disabled_at=None, parent__disabled_at=None
    ).values_list("parent_id", "parent__parent_id", "status")
    seen: dict = {}
    for objective_id, phase_id, status in tasks:
        for place in (objective_id, phase_id):
            seen[place] = seen.get(place, True) and status == NodeStatus.FINISHED
    # An empty objective is not finished, and keeps its phase from being so.
    objectives = Node.objects.filter(
        parent__in=ids, kind=NodeKind.OBJECTIVE, disabled_at=None
    ).values_list("pk", "parent_id")
    for objective_id, phase_id in objectives:
        if objective_id not in seen:
            seen[phase_id] = False
    return {place for place in ids if seen.get(place)}
