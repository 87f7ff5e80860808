"""Lists of tasks across processes."""

import uuid

from django.db.models import Q, QuerySet

from processes.models import Node, NodeKind, Process
from processes.permissions import access_for
from processes.selectors.processes import processes_visible_to


def tasks_visible_to(
    user, *, process: uuid.UUID | None = None, status: str = "", mine: bool = False
) -> QuerySet[Node]:
    """Return the tasks that a person may open in all processes, newest process first, in the order of the tree.

    Leaves out what is switched off. `mine`: given to the person or a team of theirs.
    Queries: those of the visible processes; where the person has roles on branches (few processes), those branches
    are looked at one process after the other.
    """
    rows = Node.objects.filter(
        kind=NodeKind.TASK,
        disabled_at__isnull=True,
        process__in=processes_visible_to(user).order_by(),
    ).order_by(
        "-process__created_at", "process_id", "parent__parent__order", "parent__order", "order"
    )
    if process:
        rows = rows.filter(process_id=process)
    if status:
        rows = rows.filter(status=status)
    if not user.is_authenticated:
        return rows.none() if mine else rows
    if mine:
        given = Q(assignments__user=user) | Q(assignments__team__members__user=user)
        rows = rows.filter(pk__in=Node.objects.filter(given).values("pk"))
    return rows.exclude(pk__in=_hidden_ids(user))


def _hidden_ids(user) -> list[uuid.UUID]:
    """Return the tasks in processes that the person sees only in part, outside of what they may read."""
    mine = Q(roles__user=user) | Q(roles__team__members__user=user)
    hidden = []
    for process in Process.objects.filter(mine, roles__node__isnull=False).distinct():
        access = access_for(user, process)
        tasks = process.nodes.filter(kind=NodeKind.TASK, disabled_at__isnull=True)
        hidden += [
            pk
            for pk in tasks.values_list("pk", flat=True)
            if not access.decide("document_read", pk)
        ]
    return hidden
