"""What the days of a plan imply: the critical path, what begins too early, what must move along.

Pure functions over numbers, no database. A day is its number in a calendar (working_days.py): every day counts, or only
those on which people work. A slot occupies the half-open interval [start, start + length) of such days: a task from
Monday to Wednesday has length 3 and ends before Thursday, and what waits for it may start on Thursday at the earliest.
`waits` says for each slot which others must be finished first (finish to start, no lag); waits for slots that are not
there are ignored. A gate is a slot of length 0: "all of phase A before any of phase B" is one gate between them instead
of a line for each pair of tasks.

Source: the critical path method (Kelley and Walker 1959, "Critical-path planning and scheduling"), where each planned
first day is read as "not before".
"""

from collections import deque
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

Slots = Mapping[Hashable, "Slot"]
Waits = Mapping[Hashable, Sequence[Hashable]]


@dataclass(frozen=True)
class Slot:
    """`start`: number of the first day; `length`: in days, 0 for a gate."""

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


def shift(
    slots: Slots,
    waits: Waits,
    changes: Slots,
    *,
    earlier: bool = False,
    floor: int = 0,
    held: Collection[Hashable] = (),
) -> dict[Hashable, Slot]:
    """Return what else must move when slots are moved or resized as `changes` say: only what waits for them, directly
    or not, and only as far as it must; each keeps its length.

    `earlier`: what waits also moves to earlier days, by as much as what it waits for ends earlier: gaps that somebody
    planned stay, nothing begins before what it waits for has ended, nor before `floor`; `held` stays.
    """
    moved = {**slots, **changes}
    order = in_order(slots, waits)
    place = {key: number for number, key in enumerate(order)}
    # When gates were passed before anything moved: they have no day of their own.
    passed = _passed(slots, waits, order, place)
    touched = set(changes)
    found: dict[Hashable, Slot] = {}
    for later in order:
        if later in changes:
            continue
        slot, before = slots[later], _before(later, waits, place)
        is_touched = not touched.isdisjoint(before)
        day = max((moved[b].end for b in before), default=0)
        if not slot.length:
            # A gate passes on what comes through it, also what was late before anything moved.
            moved[later] = replace(slot, start=max(slot.start, day))
            if is_touched:
                touched.add(later)
            continue
        start = slot.start
        if is_touched and start < day:
            start = day
        elif is_touched and earlier and later not in held:
            gained = max(passed[b] - moved[b].end for b in before if b in touched)
            start = min(start, max(day, start - max(gained, 0), floor))
        if start != slot.start:
            moved[later] = found[later] = replace(slot, start=start)
            touched.add(later)
    return found


def _passed(slots: Slots, waits: Waits, order: list, place: Mapping[Hashable, int]) -> dict:
    """Return when each slot has ended; for a gate, when all before it has."""
    ends: dict[Hashable, int] = {}
    for key in order:
        ends[key] = slots[key].end
        if not slots[key].length:
            ends[key] = max([ends[key], *(ends[b] for b in _before(key, waits, place))])
    return ends


def _before(key: Hashable, waits: Waits, place: Mapping[Hashable, int]) -> list[Hashable]:
    return [b for b in waits.get(key, ()) if b in place and place[b] < place[key]]


def _followers(slots: Slots, waits: Waits) -> dict[Hashable, list[Hashable]]:
    after: dict[Hashable, list[Hashable]] = {}
    for key in slots:
        for before in set(waits.get(key, ())):
            if before in slots:
                after.setdefault(before, []).append(key)
    return after
