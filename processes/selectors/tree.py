"""The tree of a process as pages and programs read it: nested, everything derived, a fixed number of queries."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from cocreation.kernel import clock
from processes.derivation import Progress, derive, task_progress
from processes.models import (
    Asset,
    Assignment,
    Node,
    NodeKind,
    NodeStatus,
    Prerequisite,
    PrerequisiteKind,
    Process,
)
from processes.permissions import ProcessAccess, access_for
from processes.selectors.checklists import point_counts


@dataclass(frozen=True)
class Holder:
    """A person or team that a task is given to."""

    assignment_id: uuid.UUID
    kind: str  # "user" or "team"
    id: uuid.UUID
    name: str


@dataclass
class TreeNode:
    """A phase, objective or task as one person sees it.

    `status`, `percent` and dates are derived for phases and objectives. `is_disabled`: it or something above it is
    switched off. `is_passage`: shown only because the person has a role further down. `waits_for`: titles of
    prerequisites that are not finished; `blocked_by`: of those that keep it from beginning, its own and of what is
    above it. `is_late`: the end has passed and it is not finished. `points_done`: how many of the `point_count` points
    of a task’s checklist are ticked.
    """

    node: Node
    children: list["TreeNode"] = field(default_factory=list)
    progress: Progress | None = None
    is_disabled: bool = False
    is_passage: bool = False
    is_late: bool = False
    is_mine: bool = False
    assignments: list[Holder] = field(default_factory=list)
    asset_count: int = 0
    point_count: int = 0
    points_done: int = 0
    blocks: list[uuid.UUID] = field(default_factory=list)
    advice: list[uuid.UUID] = field(default_factory=list)
    is_overridden: bool = False
    waits_for: list[str] = field(default_factory=list)
    blocked_by: list[str] = field(default_factory=list)
    may_edit: bool = False

    @property
    def id(self) -> uuid.UUID:
        """The node's id."""
        return self.node.pk

    @property
    def kind(self) -> str:
        """phase, objective or task."""
        return self.node.kind

    @property
    def title(self) -> str:
        """The node's title."""
        return self.node.title

    @property
    def description(self) -> str:
        """The node's description (Markdown)."""
        return self.node.description

    @property
    def requires(self) -> list[uuid.UUID]:
        """All that it comes after, by id."""
        return [*self.blocks, *self.advice]

    @property
    def status(self) -> str:
        """How far it is (derived for phases and objectives)."""
        return self.progress.status

    @property
    def status_label(self) -> str:
        """The status in words, translated."""
        return str(NodeStatus(self.progress.status).label)

    @property
    def starts_on(self) -> datetime.date | None:
        """The first day."""
        return self.progress.starts_on

    @property
    def ends_on(self) -> datetime.date | None:
        """The last day (inclusive)."""
        return self.progress.ends_on

    @property
    def percent(self) -> int:
        """0–100."""
        return self.progress.percent


def process_tree(
    process: Process,
    user,
    *,
    with_disabled: bool | None = None,
    phase_ids: Iterable[uuid.UUID] | None = None,
) -> list[TreeNode]:
    """Return the phases that a person may see, with objectives and tasks nested in their order.

    Disabled parts are shown to those who could restore them (`with_disabled` None), or as asked; they count for
    nothing. Parts that a role NONE hides are missing, but count in what is derived above them only where seen.
    `phase_ids`: only of these phases; what they wait for elsewhere is not known then (see `tree_parts`).
    Queries: 6 at most (nodes, prerequisites, assignments, assets, checklists, roles), for 3 tasks or 2,000.
    """
    inside = in_phases(process, phase_ids)
    rows = Node.objects.filter(inside()).select_related("wait_override")
    nodes = list(rows.order_by("order", "created_at"))
    access = access_for(user, process)
    access.use_tree(nodes)
    if with_disabled is None:
        with_disabled = bool(access.decide("node_disable"))
    extras = _Extras(inside, access)
    children: dict[uuid.UUID | None, list[Node]] = defaultdict(list)
    for node in nodes:
        node.process = process
        children[node.parent_id].append(node)
    tree = [
        part
        for phase in children[None]
        if (part := _build(phase, children, access, extras, with_disabled, False)) is not None
    ]
    _explain_waiting(tree)
    return tree


def in_phases(process: Process, ids: Iterable[uuid.UUID] | None) -> Callable[[str], Q]:
    """Return the condition that a node (behind a prefix like "node__") is in a process, in one of these phases."""
    ids = None if ids is None else list(ids)

    def condition(prefix: str = "") -> Q:
        found = Q(**{f"{prefix}process": process})
        if ids is not None:
            ways = ("pk", "parent", "parent__parent")
            some = Q()
            for way in ways:
                some |= Q(**{f"{prefix}{way}__in": ids})
            found &= some
        return found

    return condition


def process_progress(tree: list[TreeNode]) -> Progress:
    """Return how far the whole process is."""
    return derive(part.progress for part in tree if not part.is_disabled)


def walk(tree: list[TreeNode]):
    """Yield every node of a tree, parents before children."""
    for part in tree:
        yield part
        yield from walk(part.children)


class _Extras:
    """What belongs to nodes, loaded for the whole process at once."""

    def __init__(self, inside: Callable[[str], Q], access: ProcessAccess):
        self.today = clock.today()
        self.blocks: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        self.advice: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for after, before, kind in Prerequisite.objects.filter(inside("node__")).values_list(
            "node_id", "requires_id", "kind"
        ):
            (self.blocks if kind == PrerequisiteKind.BLOCKS else self.advice)[after].append(before)
        self.holders: dict[uuid.UUID, list[Holder]] = defaultdict(list)
        rows = Assignment.objects.filter(inside("node__")).select_related("user", "team")
        for row in rows.order_by("created_at"):
            kind = "user" if row.user_id else "team"
            holder = row.user or row.team
            self.holders[row.node_id].append(Holder(row.pk, kind, holder.pk, str(holder)))
        counts = Asset.objects.filter(inside("task__"), removed_at__isnull=True)
        self.asset_counts = dict(
            counts.values("task_id").annotate(n=Count("pk")).values_list("task_id", "n")
        )
        self.points = point_counts(inside)
        self.mine = access.assigned_node_ids


def _build(
    node: Node,
    children: dict,
    access: ProcessAccess,
    extras: _Extras,
    with_disabled: bool,
    above_disabled: bool,
) -> TreeNode | None:
    is_disabled = above_disabled or node.disabled_at is not None
    if (is_disabled and not with_disabled) or not access.can_see(node.pk):
        return None
    points_done, point_count = extras.points.get(node.pk, (0, 0))
    part = TreeNode(
        node=node,
        is_disabled=is_disabled,
        is_passage=not access.decide("document_read", node.pk),
        is_mine=node.pk in extras.mine,
        assignments=extras.holders.get(node.pk, []),
        asset_count=extras.asset_counts.get(node.pk, 0),
        point_count=point_count,
        points_done=points_done,
        blocks=extras.blocks.get(node.pk, []),
        advice=extras.advice.get(node.pk, []),
        is_overridden=hasattr(node, "wait_override"),
        may_edit=bool(access.decide("node_edit", node.pk)),
    )
    for child in children.get(node.pk, []):
        below = _build(child, children, access, extras, with_disabled, is_disabled)
        if below is not None:
            part.children.append(below)
    if node.kind == NodeKind.TASK:
        part.progress = task_progress(node.status, node.starts_on, node.ends_on)
    else:
        counted = [
            below.progress for below in part.children if is_disabled or not below.is_disabled
        ]
        part.progress = derive(counted, node.starts_on, node.ends_on)
    ends_on = part.progress.ends_on
    is_finished = part.progress.status == NodeStatus.FINISHED
    part.is_late = bool(ends_on and ends_on < extras.today and not is_finished)
    return part


def _explain_waiting(tree: list[TreeNode]) -> None:
    """Say of every part of a tree what it waits for."""
    by_id = {part.id: part for part in walk(tree)}

    def unfinished(ids: list[uuid.UUID]) -> list[str]:
        before = [by_id[pk] for pk in ids if pk in by_id]
        return [
            other.title
            for other in before
            if other.status != NodeStatus.FINISHED and not other.is_disabled
        ]

    def explain(part: TreeNode, above: list[str]) -> None:
        own = [] if part.is_overridden else unfinished(part.blocks)
        part.blocked_by = [*own, *above]
        if part.status != NodeStatus.FINISHED:
            part.waits_for = unfinished(part.requires)
        for child in part.children:
            explain(child, part.blocked_by)

    for part in tree:
        explain(part, [])
