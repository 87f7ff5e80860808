"""Changing the tree of a process: add, edit, move, switch off and on.

The order of siblings is 0 … n-1 without gaps. Every change of the order locks the process, so two people who move at
once are served one after the other.
"""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid
from community.models import User
from processes.models import Node, NodeKind, Process
from processes.selectors.schedule import schedule_of
from processes.services.changes import (
    access_changed,
    fields_edit,
    node_changed,
    plain,
    process_lock,
    record,
)
from processes.services.schedule import demand_after
from processes.validation import check, check_dates, text

PARENT_KIND = {NodeKind.OBJECTIVE: NodeKind.PHASE, NodeKind.TASK: NodeKind.OBJECTIVE}
# One line of text in each; the description and "done when" are Markdown.
EDITABLE = ("title", "description", "done_when", "phase_kind", "starts_on", "ends_on")


@transaction.atomic
def node_create(
    *,
    actor: User,
    process: Process,
    kind: str,
    title: str,
    parent: Node | None = None,
    position: int | None = None,
    description: str = "",
    done_when: str = "",
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    problem_profiles: tuple = (),
) -> Node:
    """Add a phase, an objective to a phase or a task to an objective, at `position` among its siblings (0 = first;
    None = last).

    Raises: Invalid for a parent of the wrong kind or another process, a bad title, dates in the wrong order.
    Emits: node.created; activity phase.created, objective.created or task.created.
    """
    process_lock(process)
    node = Node(process=process, parent=parent, kind=kind)
    _demand_parent(node, parent)
    node.title = text(title)
    node.description = text(description, one_line=False)
    node.done_when = text(done_when, one_line=False)
    node.starts_on, node.ends_on = starts_on, ends_on
    _demand_dates(node)
    node.order = _siblings(node).count()
    check(node)
    node.save(force_insert=True)
    if problem_profiles:
        node.problem_profiles.set(problem_profiles)
    if position is not None:
        _reorder(node, position)
    record(actor, f"{kind}.created", node)
    node_changed(node, "node.created")
    return node


@transaction.atomic
def node_update(*, actor: User, node: Node, revision: int | None = None, **changes: object) -> Node:
    """Change title, description, done_when, phase_kind, dates (of tasks and phases) or problem_profiles.

    `revision` is what the person saw when they began: a field that somebody else changed since is a Conflict (code
    "edited_meanwhile") that tells the present value; other fields do not collide. A task cannot be put before what
    must be finished first (Conflict, code "before_prerequisite"); what follows stays where it is (see schedule_shift).
    Emits: node.updated; activity <kind>.updated with old and new values.
    """
    unknown = changes.keys() - {*EDITABLE, "problem_profiles"}
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    profiles = changes.pop("problem_profiles", None)
    for name in ("title", "description", "done_when"):
        if name in changes:
            changes[name] = text(str(changes[name]), one_line=name == "title")
    row = Node.objects.select_for_update().get(pk=node.pk)
    old = fields_edit(row, changes, revision)
    if old:
        _demand_dates(row)
        check(row)
        if row.kind == NodeKind.TASK and row.starts_on and "starts_on" in old:
            demand_after(actor, schedule_of(row.process), row, row.starts_on)
        row.save()
    if profiles is not None:
        row.problem_profiles.set(profiles)
    if old or profiles is not None:
        details = {
            name: {"from": plain(value), "to": plain(getattr(row, name))}
            for name, value in old.items()
            if name not in ("description", "done_when")
        }
        record(actor, f"{row.kind}.updated", row, fields=sorted(old), **details)
        node_changed(row)
    for name in [*old, "revision", "field_revisions", "updated_at"]:
        setattr(node, name, getattr(row, name))
    return node


@transaction.atomic
def node_move(*, actor: User, node: Node, parent: Node | None, position: int) -> Node:
    """Move a node to `position` (0 = first) among the children of `parent` (None for a phase); all else keeps order.

    The door checks node_move on the node and node_create on another parent. Moving under another parent changes whose
    branch roles reach it. Raises: Conflict (code "under_itself"), Invalid for a parent of the wrong kind.
    Emits: node.updated, access.changed under another parent; activity <kind>.moved.
    """
    process = process_lock(node.process_id)
    row = Node.objects.select_for_update().get(pk=node.pk)
    if parent is not None and _is_below(parent, row):
        raise Conflict(_("A part cannot be moved under itself."), "under_itself")
    _demand_parent(row, parent)
    before_parent, before_order = row.parent_id, row.order
    parent_id = parent.pk if parent else None
    if parent_id != before_parent:
        row.parent = parent
        row.order = _siblings(row).count()
        row.save(update_fields=["parent", "order", "updated_at"])
        _renumber(process, row.kind, before_parent)
    _reorder(row, position)
    details = {"from_order": before_order, "to_order": row.order}
    if parent_id != before_parent:
        details |= {"from_parent": str(before_parent), "to_parent": str(parent_id)}
        access_changed(process)
        node.process.access_epoch = process.access_epoch
    record(actor, f"{row.kind}.moved", row, **details)
    node_changed(row)
    node.parent, node.order = parent, row.order
    return node


@transaction.atomic
def node_disable(*, actor: User, node: Node) -> Node:
    """Switch a node off, with everything below it: it can be read but not changed, and counts for nothing.

    Nothing is deleted; `node_restore` brings it back as it was. Twice is the same as once.
    Emits: node.updated, access.changed; activity <kind>.disabled.
    """
    return _switch(actor, node, on=False)


@transaction.atomic
def node_restore(*, actor: User, node: Node) -> Node:
    """Switch a node on again. A node inside another disabled one stays off until that one is restored too.

    Emits: node.updated, access.changed; activity <kind>.restored.
    """
    return _switch(actor, node, on=True)


def _demand_parent(node: Node, parent: Node | None) -> None:
    """Check that the parent is of the kind above and of the same process."""
    if node.kind not in NodeKind.values:
        raise Invalid(_("Choose a phase, an objective or a task."), "kind")
    wanted = PARENT_KIND.get(node.kind)
    if parent is not None and parent.process_id != node.process_id:
        raise Invalid(_("That belongs to another process."), "other_process")
    if (parent.kind if parent else None) != wanted:
        messages = {
            NodeKind.PHASE: _("A phase is not inside anything else."),
            NodeKind.OBJECTIVE: _("An objective belongs to a phase."),
            NodeKind.TASK: _("A task belongs to an objective."),
        }
        message = messages[node.kind]
        raise Invalid(message, "parent", fields={"parent": [message]})


def _demand_dates(node: Node) -> None:
    check_dates(node.starts_on, node.ends_on)
    if node.kind == NodeKind.OBJECTIVE and (node.starts_on or node.ends_on):
        message = _("The dates of an objective follow from its tasks.")
        raise Invalid(message, "dates", fields={"starts_on": [message]})


def _is_below(node: Node, top: Node) -> bool:
    step: Node | None = node
    while step is not None:
        if step.pk == top.pk:
            return True
        step = step.parent
    return False


def _siblings(node: Node):
    return Node.objects.filter(process_id=node.process_id, parent_id=node.parent_id, kind=node.kind)


def _reorder(node: Node, position: int) -> None:
    """Put a node at a position among its siblings and number them all from 0."""
    rows = list(_siblings(node).exclude(pk=node.pk).order_by("order", "created_at"))
    place = max(0, min(position, len(rows)))
    rows.insert(place, node)
    _number(rows)


def _renumber(process: Process, kind: str, parent_id) -> None:
    rows = Node.objects.filter(process=process, parent_id=parent_id, kind=kind)
    _number(list(rows.order_by("order", "created_at")))


def _number(rows: list[Node]) -> None:
    moved = []
    for order, row in enumerate(rows):
        if row.order != order:
            row.order = order
            moved.append(row)
    Node.objects.bulk_update(moved, ["order"], batch_size=200)


def _switch(actor: User, node: Node, *, on: bool) -> Node:
    process = process_lock(node.process_id)
    row = Node.objects.select_for_update().get(pk=node.pk)
    if (row.disabled_at is None) != on:
        row.disabled_at = None if on else clock.now()
        row.disabled_by = None if on else actor
        row.save(update_fields=["disabled_at", "disabled_by", "updated_at"])
        record(actor, f"{row.kind}.{'restored' if on else 'disabled'}", row)
        node_changed(row)
        access_changed(process)
        node.process.access_epoch = process.access_epoch
    node.disabled_at, node.disabled_by = row.disabled_at, row.disabled_by
    return node
