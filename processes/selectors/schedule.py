"""The plan as a schedule: its dated tasks, what they wait for, and what moving one of them would mean."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from processes import scheduling
from processes.models import Node, NodeKind, NodeStatus, Prerequisite, PrerequisiteKind, Process
from processes.permissions import access_for
from processes.scheduling import Slot


class Days(NamedTuple):
    """The first and the last day, both inclusive; None where there is none."""

    starts_on: datetime.date | None
    ends_on: datetime.date | None


@dataclass(frozen=True)
class Move:
    """That the days of a node change. `old` and `new` are the days that are stored."""

    node: Node
    old: Days
    new: Days

    @property
    def days(self) -> int:
        """By how many days the last day moves (later is positive)."""
        before, after = self.old[1] or self.old[0], self.new[1] or self.new[0]
        return (after - before).days if before and after else 0


@dataclass(frozen=True)
class EndChange:
    """That a phase would end on another day (`is_planned`: it has a planned last day, which its tasks would pass)."""

    phase: Node
    old: datetime.date | None
    new: datetime.date
    is_planned: bool


@dataclass(frozen=True)
class Preview:
    """What moving one task means: the task, what has to move along, which phases end on another day."""

    move: Move
    followers: list[Move]
    ends: list[EndChange]


@dataclass
class Schedule:
    """Tasks that are not finished, not switched off and have days; `waits` by id, gates included."""

    nodes: dict[uuid.UUID, Node]
    slots: dict[object, Slot] = field(default_factory=dict)
    waits: dict[object, list] = field(default_factory=dict)

    def slack(self) -> dict:
        """Return by how many days each task can be later without harm; 0 on the critical path."""
        free = scheduling.slack(self.slots, self.waits)
        return {key: days for key, days in free.items() if self.slots[key].length}

    def too_early(self) -> dict:
        """Return the tasks that begin before what they wait for ends."""
        return scheduling.too_early(self.slots, self.waits)

    def earliest(self, node: Node) -> tuple[datetime.date | None, list[Node]]:
        """Return the first day on which a task may begin, and what it waits for until then."""
        limit = scheduling.earliest(self.slots, self.waits, node.pk)
        if not limit.waits_for:
            return None, []
        # A gate carries the id of the phase or objective behind it.
        keys = [key[1] if isinstance(key, tuple) else key for key in limit.waits_for]
        found = [self.nodes[key] for key in keys if key in self.nodes]
        return datetime.date.fromordinal(limit.earliest), found


def schedule_of(process: Process) -> Schedule:
    """Return the schedule of a whole process, whoever asks. Queries: 2."""
    rows = Node.objects.filter(process=process).select_related("wait_override")
    edges = Prerequisite.objects.filter(node__process=process, kind=PrerequisiteKind.BLOCKS)
    nodes = list(rows.order_by("order", "created_at"))
    for node in nodes:
        node.process = process
    return schedule(nodes, edges.values_list("node_id", "requires_id"))


def schedule(nodes: Iterable[Node], edges: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> Schedule:
    """Return the schedule of nodes and blocking (node, requires) pairs. No queries (`wait_override` is loaded)."""
    plan = Schedule({node.pk: node for node in nodes})
    below = _tasks_below(plan.nodes)
    for node in plan.nodes.values():
        first, last = node.starts_on or node.ends_on, node.ends_on or node.starts_on
        is_open = node.kind == NodeKind.TASK and node.status != NodeStatus.FINISHED
        if is_open and first and not _is_off(node, plan.nodes):
            plan.slots[node.pk] = Slot(first.toordinal(), (last - first).days + 1)
    for node_id, requires_id in edges:
        later, before = plan.nodes.get(node_id), plan.nodes.get(requires_id)
        if (
            not later
            or not before
            or _is_off(before, plan.nodes)
            or hasattr(later, "wait_override")
        ):
            continue
        if later.kind == NodeKind.TASK:
            plan.waits.setdefault(later.pk, []).append(before.pk)
        else:
            _through_gate(plan, below, later, before)
    return plan


def _through_gate(plan: Schedule, below: dict, later: Node, before: Node) -> None:
    tasks = below[before.pk]
    if tasks and all(task.status == NodeStatus.FINISHED for task in tasks):
        return
    gate = ("gate", before.pk)
    if gate not in plan.slots:
        planned = before.ends_on.toordinal() + 1 if before.ends_on else 0
        plan.slots[gate] = Slot(planned, 0)
        plan.waits[gate] = [task.pk for task in tasks]
    for task in below[later.pk]:
        plan.waits.setdefault(task.pk, []).append(gate)


def _tasks_below(nodes: dict[uuid.UUID, Node]) -> dict[uuid.UUID, list[Node]]:
    below: dict[uuid.UUID, list[Node]] = defaultdict(list)
    for node in nodes.values():
        if node.kind == NodeKind.TASK and not _is_off(node, nodes):
            for above in _above(node, nodes):
                below[above.pk].append(node)
    return below


def _above(node: Node, nodes: dict[uuid.UUID, Node]) -> list[Node]:
    found = []
    while node.parent_id and node.parent_id in nodes:
        node = nodes[node.parent_id]
        found.append(node)
    return found


def _is_off(node: Node, nodes: dict[uuid.UUID, Node]) -> bool:
    return any(step.disabled_at for step in (node, *_above(node, nodes)))


def shift_preview(plan: Schedule, node: Node, starts_on, ends_on) -> Preview:
    """Return what must move when a task gets these days (both given, in order). Changes nothing. No queries."""
    move = Move(node, Days(node.starts_on, node.ends_on), Days(starts_on, ends_on))
    followers = []
    if node.pk in plan.slots:
        to = Slot(starts_on.toordinal(), (ends_on - starts_on).days + 1)
        for key, slot in scheduling.shift(plan.slots, plan.waits, node.pk, to).items():
            other = plan.nodes[key]
            by = datetime.timedelta(days=slot.start - plan.slots[key].start)
            old = Days(other.starts_on, other.ends_on)
            new = Days(*(day + by if day else None for day in old))
            followers.append(Move(other, old, new))
    return Preview(move, followers, _ends(plan, [move, *followers]))


def pushed_by(user, node: Node) -> list[Move]:
    """Return what waits for a task, begins too early now, and may be seen by the person. Queries: 2."""
    first, last = node.starts_on or node.ends_on, node.ends_on or node.starts_on
    if node.kind != NodeKind.TASK or not first:
        return []
    plan = schedule_of(node.process)
    access = access_for(user, node.process)
    moves = shift_preview(plan, plan.nodes[node.pk], first, last).followers
    return [move for move in moves if access.can_see(move.node.pk)]


def _ends(plan: Schedule, moves: list[Move]) -> list[EndChange]:
    new_days = {move.node.pk: move.new for move in moves}
    below = _tasks_below(plan.nodes)
    found = []
    for phase in plan.nodes.values():
        tasks = below.get(phase.pk, ())
        if phase.kind != NodeKind.PHASE or not any(task.pk in new_days for task in tasks):
            continue
        old = [day for task in tasks if (day := task.ends_on or task.starts_on)]
        pairs = [new_days.get(task.pk, (task.starts_on, task.ends_on)) for task in tasks]
        new = max(day for pair in pairs if (day := pair[1] or pair[0]))
        before = phase.ends_on or max(old, default=None)
        is_passed = phase.ends_on is not None and new > phase.ends_on
        if is_passed or (phase.ends_on is None and new != before):
            found.append(EndChange(phase, before, new, is_passed))
    return found
