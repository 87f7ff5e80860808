"""Reading the checklist of a task."""

import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q

from cocreation.kernel.errors import NotFound
from processes.models import ChecklistItem, Node
from processes.permissions.table import NOT_FOUND
from processes.selectors.fetching import fetch
from processes.selectors.tasks import task_get_for


@dataclass(frozen=True)
class Checklist:
    """The points of a task in their order."""

    points: list[ChecklistItem]

    @property
    def done(self) -> int:
        """How many are ticked."""
        return sum(point.is_done for point in self.points)

    @property
    def needed_open(self) -> int:
        """How many the task still waits for."""
        return sum(point.is_needed and not point.is_done for point in self.points)

    @property
    def version(self) -> str:
        """Another one whenever the list would look different."""
        rows = [
            (row.pk.hex, row.text, row.is_needed, str(row.done_at), str(row.done_by_id))
            for row in self.points
        ]
        return f"{zlib.crc32(repr(rows).encode()):x}"

    @property
    def percent(self) -> int:
        """0–100; of no points 0."""
        return round(100 * self.done / len(self.points)) if self.points else 0


def checklist_of(task: Node) -> Checklist:
    """Return the checklist of a task that was fetched for the reader. Queries: 1."""
    rows = ChecklistItem.objects.filter(task=task, removed_at__isnull=True)
    return Checklist(list(rows.select_related("done_by")))


def point_get_for(
    user, task_id: uuid.UUID | str, point_id: uuid.UUID | str, *, need: str
) -> ChecklistItem:
    """Return a point of a task, also a removed one, that the person may `need`. Raises: NotFound, Forbidden."""
    task = task_get_for(user, task_id, need=need)
    point = fetch(ChecklistItem.objects.select_related("done_by"), point_id)
    if point.task_id != task.pk:
        raise NotFound(str(NOT_FOUND))
    point.task = task
    return point


def point_counts(inside: Callable[[str], Q]) -> dict[uuid.UUID, tuple[int, int]]:
    """Return {task id: (ticked, all)} of the tasks that a condition lets in, where there are points. Queries: 1."""
    rows = ChecklistItem.objects.filter(inside("task__"), removed_at__isnull=True).order_by()
    counted = rows.values("task_id").annotate(
        n=Count("pk"), done=Count("pk", filter=Q(done_at__isnull=False))
    )
    return {row["task_id"]: (row["done"], row["n"]) for row in counted}
