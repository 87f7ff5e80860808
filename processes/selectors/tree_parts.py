"""Some parts of a tree, as a page needs them that shows the rest already."""

import uuid
from collections.abc import Iterable

from django.db.models import Q

from processes.models import Node, Prerequisite, Process
from processes.selectors.tree import TreeNode, process_tree, walk

PARTS_MAX = 100


def tree_parts(process: Process, user, ids: Iterable[uuid.UUID]) -> tuple[list[TreeNode], set]:
    """Return the phases that a change of these nodes touches, and the ids of all parts that may look different now.

    Touched are the nodes, what is above them (its progress follows), and what waits for any of these. The phases are
    whole, with everything derived and said as `process_tree` says it; other phases are missing. What the person may
    not see is missing too. At most `PARTS_MAX` ids are looked at.
    Queries: 4, and the 6 of the tree, for one task in a process of 3 or of 2,000.
    """
    ids = list(ids)[:PARTS_MAX]
    found = _with_paths(process, Q(pk__in=ids))
    above = {step for path in found.values() for step in path}
    waiting = Prerequisite.objects.filter(requires__in=above).values("node_id")
    found |= _with_paths(process, Q(pk__in=waiting))
    phases = {path[-1] for path in found.values()}
    wanted = phases | _phases_before(process, phases)
    tree = process_tree(process, user, phase_ids=wanted)
    touched = {step for path in found.values() for step in path}
    return [part for part in tree if part.id in phases], touched


def waiting_below(tree: list[TreeNode], touched: set) -> set:
    """Return the ids of what stands below touched phases and objectives that others hold up or held up."""
    return {
        part.id
        for top in walk(tree)
        if top.id in touched and (top.blocks or top.advice)
        for part in walk(top.children)
    }


def _with_paths(process: Process, condition: Q) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return the ids from each node up to its phase, itself first."""
    rows = Node.objects.filter(condition, process=process).order_by()
    values = rows.values_list("pk", "parent_id", "parent__parent_id")
    return {pk: [step for step in (pk, *above) if step] for pk, *above in values}


def _phases_before(process: Process, phases: set) -> set:
    """Return the phases that hold what parts of these phases come after."""
    inside = Q(node__in=phases) | Q(node__parent__in=phases) | Q(node__parent__parent__in=phases)
    before = Prerequisite.objects.filter(inside, node__process=process).values("requires_id")
    return {path[-1] for path in _with_paths(process, Q(pk__in=before)).values()}
