"""What the days of a plan imply: the critical path, what begins too early, what must move along.

Pure functions over numbers, no database. A day is its ordinal (`date.toordinal`). A slot occupies the half-open
interval [start, start + length) of whole calendar days: a task from Monday to Wednesday has length 3 and ends before
Thursday, and what waits for it may start on Thursday at the earliest. Weekends and holidays count as days, since the
plan stores calendar days. `waits` says for each slot which others must be finished first (finish to start, no lag);
waits for slots that are not there are ignored. A gate is a slot of length 0: "all of phase A before any of phase B"
is one gate between them instead of a line for each pair of tasks.

Source: the critical path method (Kelley and Walker 1959, "Critical-path planning and scheduling"), where each planned
first day is read as "not before".
"""

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

Slots = Mapping[Hashable, "Slot"]
Waits = Mapping[Hashable, Sequence[Hashable]]


@dataclass(frozen=True)
class Slot:
    """`start`: ordinal of the first day; `length`: in days, 0 for a gate."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """The first day after it."""
        return self.start + self.length


@dataclass(frozen=True)
class TooEarly:
    """That a slot starts before `earliest`, the day on which everything in `waits_for` has ended."""

    earliest: int
    waits_for: tuple[Hashable, ...]


def in_order(slots: Slots, waits: Waits) -> list[Hashable]:
    """Return the slots so that each comes after what it waits for.

    Slots that wait for each other in a circle (through gates of different levels that can happen) come last; the
    functions below ignore what such a slot waits for among later ones.
    """
    left = {key: sum(before in slots for before in set(waits.get(key, ()))) for key in slots}
    after = _followers(slots, waits)
    ready = deque(key for key in slots if not left[key])
    found: list[Hashable] = []
    while ready:
        key = ready.popleft()
        found.append(key)
        for later in after.get(key, ()):
            left[later] -= 1
            if not left[later]:
                ready.append(later)
    done = set(found)
    return found + [key for key in slots if key not in done]


def slack(slots: Slots, waits: Waits) -> dict[Hashable, int]:
    """Return by how many days each slot can be later, alone, without the whole ending later.

    Forward: early start = the latest of the planned day and the ends of what it waits for. Backward: late end = the
    earliest late start of what waits for it, or the end of the whole.
    """
    order = in_order(slots, waits)
    place = {key: number for number, key in enumerate(order)}
    early: dict[Hashable, int] = {}
    late_end: dict[Hashable, int] = {}
    for key in order:
        ends = [early[b] + slots[b].length for b in _before(key, waits, place)]
        early[key] = max([slots[key].start, *ends])
    whole = max((early[key] + slots[key].length for key in order), default=0)
    for key in reversed(order):
        late_start = late_end.setdefault(key, whole) - slots[key].length
        for before in _before(key, waits, place):
            late_end[before] = min(late_end.get(before, whole), late_start)
    return {key: late_end[key] - slots[key].length - early[key] for key in order}


def critical(slots: Slots, waits: Waits) -> set[Hashable]:
    """Return the slots (without gates) whose delay by one day delays the end of the whole."""
    free = slack(slots, waits)
    return {key for key, days in free.items() if days == 0 and slots[key].length}


def too_early(slots: Slots, waits: Waits) -> dict[Hashable, TooEarly]:
    """Return the slots (without gates) that start before what they wait for has ended, as planned."""
    found = {}
    for key, slot in slots.items():
        if slot.length:
            limit = earliest(slots, waits, key)
            if limit.waits_for and slot.start < limit.earliest:
                found[key] = limit
    return found


def earliest(slots: Slots, waits: Waits, key: Hashable) -> TooEarly:
    """Return the first day on which a slot may start by the plan, and what holds it until then (through gates)."""
    ends: dict[Hashable, int] = {}
    seen: set[Hashable] = set()
    todo = [before for before in waits.get(key, ()) if before in slots]
    while todo:
        before = todo.pop()
        if before in seen or before == key:
            continue
        seen.add(before)
        if slots[before].length or slots[before].start:
            ends[before] = slots[before].end
        if not slots[before].length:
            todo += [further for further in waits.get(before, ()) if further in slots]
    day = max(ends.values(), default=0)
    return TooEarly(day, tuple(before for before, end in ends.items() if end == day))


def shift(slots: Slots, waits: Waits, key: Hashable, to: Slot) -> dict[Hashable, Slot]:
    """Return what else must move when one slot is moved or resized to `to`: only what waits for it, directly or not,
    and only as far as it must; each keeps its length. Nothing moves to an earlier day.
    """
    moved = {**slots, key: to}
    order = in_order(slots, waits)
    place = {k: number for number, k in enumerate(order)}
    pushed = {key}
    found: dict[Hashable, Slot] = {}
    for later in order:
        before = _before(later, waits, place)
        is_pushed = not pushed.isdisjoint(before)
        day = max((moved[b].end for b in before), default=0)
        if not slots[later].length:
            # A gate passes on what comes through it, also what was late before anything moved.
            moved[later] = replace(slots[later], start=max(slots[later].start, day))
            if is_pushed:
                pushed.add(later)
        elif is_pushed and slots[later].start < day:
            moved[later] = found[later] = replace(slots[later], start=day)
            pushed.add(later)
    return found


def _before(key: Hashable, waits: Waits, place: Mapping[Hashable, int]) -> list[Hashable]:
    return [b for b in waits.get(key, ()) if b in place and place[b] < place[key]]


def _followers(slots: Slots, waits: Waits) -> dict[Hashable, list[Hashable]]:
    after: dict[Hashable, list[Hashable]] = {}
    for key in slots:
        for before in set(waits.get(key, ())):
            if before in slots:
                after.setdefault(before, []).append(key)
    return after
