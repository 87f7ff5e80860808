"""The plan as a schedule: its dated tasks, what they wait for, and what moving one of them would mean."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cocreation.kernel import clock
from processes import scheduling
from processes.models import Node, NodeKind, NodeStatus, Prerequisite, PrerequisiteKind, Process
from processes.permissions import access_for
from processes.scheduling import Slot
from processes.working_days import EveryDay, WorkCalendar, calendar_of, days_between


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

    @property
    def days_earlier(self) -> int:
        """The same, to earlier days."""
        return -self.days

    @property
    def is_stored(self) -> bool:
        """Whether the node has days of its own that change."""
        node = self.node
        return node.kind == NodeKind.TASK or self.old == (node.starts_on, node.ends_on) != self.new


@dataclass(frozen=True)
class EndChange:
    """That a phase would end on another day (`is_planned`: it has a planned last day, which its tasks would pass)."""

    phase: Node
    old: datetime.date | None
    new: datetime.date
    is_planned: bool


@dataclass(frozen=True)
class Preview:
    """What moving a part of the plan means: the part, what is in it, what has to move along, which phases end on
    another day.

    `something_stays`: what is in it and finished or without days.
    `coming`: what waits and could move to earlier days, too. `length` of the part in days that count;
    `is_on_day_off`: its first or last day is none of those.
    """

    move: Move
    followers: list[Move]
    ends: list[EndChange]
    inside: list[Move] = field(default_factory=list)
    coming: list[Move] = field(default_factory=list)
    length: int = 0
    is_on_day_off: bool = False
    something_stays: bool = False

    def moves(self, *, with_followers: bool) -> list[Move]:
        """Return what is stored: days of objectives follow from their tasks, as may those of phases."""
        found = [self.move, *self.inside, *(self.followers if with_followers else [])]
        return [move for move in found if move.is_stored]


@dataclass
class Schedule:
    """Tasks that are not finished, not switched off and have days; `waits` by id, gates included."""

    nodes: dict[uuid.UUID, Node]
    calendar: WorkCalendar = field(default_factory=EveryDay)
    slots: dict[object, Slot] = field(default_factory=dict)
    waits: dict[object, list] = field(default_factory=dict)

    def slack(self) -> dict:
        """Return by how many days each task can be later without harm; 0 on the critical path."""
        free = scheduling.slack(self.slots, self.waits)
        return {key: days for key, days in free.items() if self.slots[key].length}

    def slot(self, first: datetime.date, last: datetime.date) -> Slot:
        """Return the days that count from `first` to `last`; at least one."""
        days = days_between(self.calendar, first, last)
        return Slot(days.start, len(days))

    def days(self, slot: Slot) -> "Days":
        """Return the first and the last day of a slot. Raises: ValueError, OverflowError beyond the calendar."""
        return Days(self.calendar.day(slot.start), self.calendar.day(slot.end - 1))

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
        return self.calendar.day(limit.earliest), found


def schedule_of(process: Process) -> Schedule:
    """Return the schedule of a whole process, whoever asks. Queries: 2."""
    rows = Node.objects.filter(process=process).select_related("wait_override")
    edges = Prerequisite.objects.filter(node__process=process, kind=PrerequisiteKind.BLOCKS)
    nodes = list(rows.order_by("order", "created_at"))
    for node in nodes:
        node.process = process
    pairs = edges.values_list("node_id", "requires_id")
    return schedule(nodes, pairs, calendar_of(process.work_days))


def schedule(
    nodes: Iterable[Node],
    edges: Iterable[tuple[uuid.UUID, uuid.UUID]],
    calendar: WorkCalendar | None = None,
) -> Schedule:
    """Return the schedule of nodes and blocking (node, requires) pairs. No queries (`wait_override` is loaded)."""
    plan = Schedule({node.pk: node for node in nodes}, calendar or EveryDay())
    below = _tasks_below(plan.nodes)
    for node in plan.nodes.values():
        first, last = node.starts_on or node.ends_on, node.ends_on or node.starts_on
        is_open = node.kind == NodeKind.TASK and node.status != NodeStatus.FINISHED
        if is_open and first and not _is_off(node, plan.nodes):
            plan.slots[node.pk] = plan.slot(first, last)
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
        planned = plan.slot(before.ends_on, before.ends_on).end if before.ends_on else 0
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


def shift_preview(
    plan: Schedule, node: Node, starts_on, ends_on, *, earlier: bool = False
) -> Preview:
    """Return what must move when a task gets these days (both given, in order). Changes nothing. No queries.

    `earlier`: what waits for it comes to earlier days, too, where it can: not before today, and not what has begun.
    """
    move = Move(node, Days(node.starts_on, node.ends_on), Days(starts_on, ends_on))
    to = plan.slot(starts_on, ends_on)
    changes = {node.pk: to} if node.pk in plan.slots else {}
    found = _preview(plan, move, [], changes, earlier)
    off = any(plan.calendar.is_off(day) for day in move.new)
    return replace(found, length=to.length, is_on_day_off=off)


def branch_preview(plan: Schedule, node: Node, starts_on, *, earlier: bool = False) -> Preview:
    """Return what must move when a phase or objective begins on another day, with all that is in it and not finished.

    Everything in it moves by as many days that count as its first day; what follows as for a task.
    """
    tasks = _tasks_below(plan.nodes)[node.pk]
    days = branch_days(plan, node)
    present = Days(days.starts_on or days.ends_on, days.ends_on or days.starts_on)
    by = plan.calendar.number(starts_on) - plan.calendar.number(present.starts_on)
    slots = {task.pk: plan.slots[task.pk] for task in tasks if task.pk in plan.slots}
    changes = {key: Slot(slot.start + by, slot.length) for key, slot in slots.items()}
    inside = _in_time(_moved(plan, key, slot) for key, slot in changes.items())
    new = plan.days(Slot(plan.calendar.number(starts_on), plan.slot(*present).length))
    own = Days(node.starts_on, node.ends_on)
    if node.kind == NodeKind.PHASE and any(own):
        slot = plan.slot(own.starts_on or own.ends_on, own.ends_on or own.starts_on)
        first, last = plan.days(Slot(slot.start + by, slot.length))
        move = Move(
            node, own, Days(first if own.starts_on else None, last if own.ends_on else None)
        )
    else:
        move = Move(node, present, new)
    found = _preview(plan, move, inside, changes, earlier)
    return replace(found, something_stays=len(tasks) > len(inside))


def branch_days(plan: Schedule, node: Node) -> Days:
    """Return the days of a phase or objective as the tree shows them: its own, else those of what is in it."""
    pairs = [_both(task) for task in _tasks_below(plan.nodes)[node.pk]]
    pairs = [pair for pair in pairs if pair[0]]
    return Days(
        node.starts_on or min((first for first, _last in pairs), default=None),
        node.ends_on or max((last for _first, last in pairs), default=None),
    )


def _both(dated: Node | Days) -> tuple:
    return dated.starts_on or dated.ends_on, dated.ends_on or dated.starts_on


def _preview(plan: Schedule, move: Move, inside: list, changes: dict, earlier: bool) -> Preview:
    held = {key for key in plan.slots if _has_begun(plan.nodes.get(key))}
    options = {"floor": plan.calendar.number(clock.today()), "held": held}
    pushed = scheduling.shift(plan.slots, plan.waits, changes)
    pulled = scheduling.shift(plan.slots, plan.waits, changes, earlier=True, **options)
    followers = _in_time(_moved(plan, *row) for row in (pulled if earlier else pushed).items())
    ends = _ends(plan, [move, *inside, *followers])
    coming = _in_time(_moved(plan, *row) for row in pulled.items() if pushed.get(row[0]) != row[1])
    return Preview(move, followers, ends, inside, [] if earlier else coming)


def _in_time(moves: Iterable[Move]) -> list[Move]:
    """Return moves in the order of the days that they lead to."""
    return sorted(moves, key=lambda move: _both(move.new))


def _has_begun(node: Node | None) -> bool:
    return node is not None and node.status == NodeStatus.IN_PROGRESS


def _moved(plan: Schedule, key, slot: Slot) -> Move:
    node = plan.nodes[key]
    old, new = Days(node.starts_on, node.ends_on), plan.days(slot)
    first, last = (new.starts_on if old.starts_on else None, new.ends_on if old.ends_on else None)
    return Move(node, old, Days(first, last))


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
        is_moved = phase.pk == moves[0].node.pk
        if phase.kind != NodeKind.PHASE or is_moved or not any(t.pk in new_days for t in tasks):
            continue
        old = [day for task in tasks if (day := task.ends_on or task.starts_on)]
        pairs = [new_days.get(task.pk, (task.starts_on, task.ends_on)) for task in tasks]
        new = max(day for pair in pairs if (day := pair[1] or pair[0]))
        before = phase.ends_on or max(old, default=None)
        is_passed = phase.ends_on is not None and new > phase.ends_on
        if is_passed or (phase.ends_on is None and new != before):
            found.append(EndChange(phase, before, new, is_passed))
    return found
