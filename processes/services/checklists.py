"""The checklist of a task: points to add, word, order, tick.

Every change locks the task's row first, as finishing the task does. So a finished task has no needed point that is
open, whoever does what at the same time.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid
from cocreation.kernel.quoting import quoted
from community.models import User
from processes.models import ChecklistItem, Node, NodeKind, NodeStatus
from processes.models.checklists import POINTS_MAX
from processes.services.changes import checklist_changed, record
from processes.validation import check
from processes.validation import text as clean_text


@transaction.atomic
def point_add(
    *,
    actor: User,
    task: Node,
    text: str,
    is_needed: bool = True,
    position: int | None = None,
) -> ChecklistItem:
    """Add a point at `position` (0 = first; None = last).

    Raises: Invalid for no text or a phase, Conflict (codes "checklist_full", "task_finished").
    Emits: checklist.updated; activity checklist.point_added.
    """
    if task.kind != NodeKind.TASK:
        raise Invalid(_("Only tasks have a checklist."), "not_a_task")
    locked = _lock(task)
    rows = _points(locked)
    _demand_room(rows)
    row = ChecklistItem(task=locked, text=clean_text(text), is_needed=is_needed)
    check(row)
    row.save(force_insert=True)
    _number(_placed(rows, row, position))
    _said(actor, locked, "checklist.point_added", row)
    return row


@transaction.atomic
def point_update(
    *, actor: User, point: ChecklistItem, text: str | None = None, is_needed: bool | None = None
) -> ChecklistItem:
    """Change the words of a point, or whether it is needed; what stays the same leaves no line.

    Raises: Invalid, Conflict (code "task_finished"). Emits: checklist.updated; activity checklist.point_changed.
    """
    task, row = _locked(point)
    before = {"text": row.text, "is_needed": row.is_needed}
    row.text = before["text"] if text is None else clean_text(text)
    row.is_needed = before["is_needed"] if is_needed is None else is_needed
    check(row)
    changed = {
        name: {"from": old, "to": getattr(row, name)}
        for name, old in before.items()
        if getattr(row, name) != old
    }
    if changed:
        row.save()
        _said(actor, task, "checklist.point_changed", row, **changed)
    return row


@transaction.atomic
def point_move(*, actor: User, point: ChecklistItem, position: int) -> ChecklistItem:
    """Put a point at `position` (0 = first); the others keep their order.

    Emits: checklist.updated; activity checklist.point_moved.
    """
    task, row = _locked(point)
    before = row.position
    others = [other for other in _points(task) if other.pk != row.pk]
    _number(_placed(others, row, position))
    if row.position != before:
        _said(actor, task, "checklist.point_moved", row)
    return row


@transaction.atomic
def point_change(
    *, actor: User, point: ChecklistItem, position: int | None = None, **changes: object
) -> ChecklistItem:
    """Change a point and its place together, or nothing. Raises and emits as point_update and point_move."""
    row = point_update(actor=actor, point=point, **changes) if changes else point
    return row if position is None else point_move(actor=actor, point=row, position=position)


@transaction.atomic
def point_remove(*, actor: User, point: ChecklistItem) -> ChecklistItem:
    """Take a point out; `point_restore` brings it back as it was. Twice is the same as once.

    Emits: checklist.updated; activity checklist.point_removed.
    """
    task, row = _locked(point, removed=None)
    if row.removed_at is None:
        row.removed_at = clock.now()
        row.save(update_fields=["removed_at", "updated_at"])
        _number(_points(task))
        _said(actor, task, "checklist.point_removed", row)
    return row


@transaction.atomic
def point_restore(*, actor: User, point: ChecklistItem) -> ChecklistItem:
    """Bring a removed point back to its place. Twice is the same as once.

    Raises: Conflict (codes "checklist_full", "task_finished").
    Emits: checklist.updated; activity checklist.point_restored.
    """
    task, row = _locked(point, removed=None)
    if row.removed_at is not None:
        rows = _points(task)
        _demand_room(rows)
        row.removed_at = None
        row.save(update_fields=["removed_at", "updated_at"])
        _number(_placed(rows, row, row.position))
        _said(actor, task, "checklist.point_restored", row)
    return row


@transaction.atomic
def point_tick(*, actor: User, point: ChecklistItem, is_done: bool) -> ChecklistItem:
    """Tick a point, or take the tick away. Who is second finds it done already, which is no error.

    Raises: Conflict (code "task_finished"). Emits: checklist.updated; activity checklist.ticked, checklist.unticked.
    """
    task, row = _locked(point)
    if row.is_done != is_done:
        row.done_at = clock.now() if is_done else None
        row.done_by = actor if is_done else None
        row.save(update_fields=["done_at", "done_by", "updated_at"])
        _said(actor, task, "checklist.ticked" if is_done else "checklist.unticked", row)
    return row


def demand_done(task: Node) -> None:
    """Demand that every needed point is ticked. Needs: the task's row locked.

    Raises: Conflict (code "checklist_open") whose details name the open points.
    """
    rows = _open_needed(task)
    if rows:
        said = {"count": len(rows), "points": ", ".join(quoted(row.text) for row in rows)}
        words = ngettext(
            "This cannot be finished yet. A point of its checklist is open: %(points)s.",
            "This cannot be finished yet. %(count)d points of its checklist are open: %(points)s.",
            len(rows),
        )
        raise Conflict(
            words % said,
            "checklist_open",
            details={"open_points": [{"id": str(row.pk), "text": row.text} for row in rows]},
        )


def _lock(task: Node) -> Node:
    return Node.objects.select_for_update().get(pk=task.pk)


def _locked(point: ChecklistItem, *, removed: bool | None = False) -> tuple[Node, ChecklistItem]:
    """Return the task, locked, and the point as it is now. `removed`: None takes those that were removed, too."""
    task = Node.objects.select_for_update().get(pk=point.task_id)
    row = ChecklistItem.objects.get(pk=point.pk)
    row.task = task
    if removed is not None and (row.removed_at is not None) != removed:
        raise Conflict(_("Somebody removed this point meanwhile."), "point_removed")
    return task, row


def _points(task: Node) -> list[ChecklistItem]:
    return list(ChecklistItem.objects.filter(task=task, removed_at__isnull=True))


def _open_needed(task: Node) -> list[ChecklistItem]:
    return [row for row in _points(task) if row.is_needed and not row.is_done]


def _demand_room(rows: list[ChecklistItem]) -> None:
    if len(rows) >= POINTS_MAX:
        raise Conflict(
            _("A checklist has at most %(count)d points.") % {"count": POINTS_MAX}, "checklist_full"
        )


def _placed(
    rows: list[ChecklistItem], row: ChecklistItem, position: int | None
) -> list[ChecklistItem]:
    place = len(rows) if position is None else max(0, min(position, len(rows)))
    return [*rows[:place], row, *rows[place:]]


def _number(rows: list[ChecklistItem]) -> None:
    moved = []
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            moved.append(row)
    ChecklistItem.objects.bulk_update(moved, ["position"])


def _said(actor: User, task: Node, verb: str, point: ChecklistItem, **details: object) -> None:
    """Write the line and announce, after a look that a finished task still has all it needs."""
    if task.status == NodeStatus.FINISHED and _open_needed(task):
        raise Conflict(
            _("This task is finished. Say first that it is in progress again."), "task_finished"
        )
    record(actor, verb, task, point.text, in_task=task.title, point=str(point.pk), **details)
    checklist_changed(task)
