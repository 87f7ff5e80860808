"""What comes before what in the plan: a graph without cycles among parts of one kind, and exceptions from it."""

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict, Invalid
from community.models import User
from processes.models import Node, Prerequisite, PrerequisiteKind, WaitOverride
from processes.selectors.waiting import blockers
from processes.services.changes import node_changed, process_lock, record
from processes.validation import text


@transaction.atomic
def prerequisites_set(
    *, actor: User, node: Node, blocks: list[Node] = (), advice: list[Node] = ()
) -> Node:
    """Set all that a node comes after: what must be finished first (`blocks`) and what had better be (`advice`).

    In both lists, it blocks. Raises: Invalid (code "other_kind"), Conflict (code "cycle") naming the cycle.
    Emits: node.updated; activity <kind>.prerequisites_set.
    """
    process_lock(node.process_id)
    wanted = dict.fromkeys((other.pk for other in advice), PrerequisiteKind.ADVICE)
    wanted |= dict.fromkeys((other.pk for other in blocks), PrerequisiteKind.BLOCKS)
    _demand_same_kind(node, [*blocks, *advice])
    _demand_no_cycle(node, set(wanted))
    present = dict(node.prerequisites.values_list("requires_id", "kind"))
    if wanted != present:
        node.prerequisites.all().delete()
        Prerequisite.objects.bulk_create(
            Prerequisite(node=node, requires_id=pk, kind=kind)
            for pk, kind in sorted(wanted.items(), key=str)
        )
        _said(actor, node)
    return node


@transaction.atomic
def prerequisite_add(*, actor: User, node: Node, requires: Node, kind: str) -> Node:
    """Let a node come after another, or change how strictly; the others stay. Raises and emits like the above."""
    process_lock(node.process_id)
    if kind not in PrerequisiteKind.values:
        message = _("Choose whether it must be finished first or had better be.")
        raise Invalid(message, "kind", fields={"kind": [message]})
    _demand_same_kind(node, [requires])
    others = set(node.prerequisites.values_list("requires_id", flat=True))
    _demand_no_cycle(node, others | {requires.pk})
    row, is_new = Prerequisite.objects.get_or_create(
        node=node, requires=requires, defaults={"kind": kind}
    )
    if is_new or row.kind != kind:
        row.kind = kind
        row.save()
        _said(actor, node)
    return node


@transaction.atomic
def prerequisite_remove(*, actor: User, node: Node, requires: Node) -> Node:
    """Let a node no longer come after another; nothing happens where it does not. Emits like the above."""
    process_lock(node.process_id)
    removed, _rows = node.prerequisites.filter(requires=requires).delete()
    if removed:
        _said(actor, node)
    return node


@transaction.atomic
def wait_override(*, actor: User, node: Node, reason: str) -> WaitOverride:
    """Let a node begin although what must come first is not finished. A second reason replaces the first.

    Raises: Invalid without a reason (field `reason`), Conflict (code "waits_for_nothing").
    Emits: node.updated; activity <kind>.wait_overridden with the reason and what it waited for.
    """
    process_lock(node.process_id)
    reason = text(reason)
    if not reason:
        message = _("Say in a few words why: it stays in the activity log.")
        raise Invalid(message, "reason", fields={"reason": [message]})
    waits_for = [other.title for other in blockers(node, own_only=True)]
    if not waits_for:
        raise Conflict(_("It waits for nothing."), "waits_for_nothing")
    override, _is_new = WaitOverride.objects.update_or_create(
        node=node, defaults={"reason": reason[:500], "given_by": actor}
    )
    record(actor, f"{node.kind}.wait_overridden", node, reason=reason, waits_for=waits_for)
    node_changed(node)
    return override


@transaction.atomic
def wait_override_withdraw(*, actor: User, node: Node) -> None:
    """Let the node wait again. What has begun meanwhile stays begun. Emits as above (<kind>.wait_restored)."""
    process_lock(node.process_id)
    removed, _rows = WaitOverride.objects.filter(node=node).delete()
    if removed:
        record(actor, f"{node.kind}.wait_restored", node)
        node_changed(node)


def _said(actor: User, node: Node) -> None:
    rows = node.prerequisites.select_related("requires").order_by("requires__order")
    titles = [row.requires.title for row in rows]
    record(actor, f"{node.kind}.prerequisites_set", node, requires=titles)
    node_changed(node)


def _demand_same_kind(node: Node, others: list[Node]) -> None:
    for other in others:
        if other.process_id != node.process_id or other.kind != node.kind:
            raise Invalid(
                _("Only parts of the same kind in the same process can come before this one."),
                "other_kind",
            )


def _demand_no_cycle(node: Node, wanted: set) -> None:
    cycle = _cycle(node, wanted)
    if cycle:
        raise Conflict(
            _("These would wait for each other for ever: %(cycle)s.")
            % {"cycle": " → ".join(f"«{title}»" for title in cycle)},
            "cycle",
            details={"cycle": cycle},
        )


def _cycle(node: Node, wanted: set) -> list[str]:
    """Return the titles along a cycle that the wanted prerequisites would close, in the order of the work."""
    if node.pk in wanted:
        return [node.title, node.title]
    edges: dict = {}
    for before, after in Prerequisite.objects.filter(node__process_id=node.process_id).values_list(
        "requires_id", "node_id"
    ):
        if after != node.pk:
            edges.setdefault(after, []).append(before)
    came_from = dict.fromkeys(sorted(wanted, key=str))
    open_ends = list(came_from)
    while open_ends:
        at = open_ends.pop()
        if at == node.pk:
            break
        for before in edges.get(at, []):
            if before not in came_from:
                came_from[before] = at
                open_ends.append(before)
    else:
        return []
    ids = [node.pk]
    while came_from[ids[-1]] is not None:
        ids.append(came_from[ids[-1]])
    titles = dict(Node.objects.filter(pk__in=ids).values_list("pk", "title"))
    return [titles[pk] for pk in [*ids, node.pk]]
