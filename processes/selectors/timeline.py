"""The time line of a process: one row per phase with its share of the whole period."""

import datetime
from dataclasses import dataclass

from cocreation.kernel import clock
from processes.selectors.tree import TreeNode


@dataclass(frozen=True)
class TimelineRow:
    """A phase on the time line. `offset_percent` and `width_percent` place its bar within the whole period."""

    phase: TreeNode
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    percent: int
    offset_percent: float
    width_percent: float


@dataclass(frozen=True)
class Timeline:
    """The whole period (both days inclusive; None without any date) and where today stands in it."""

    rows: list[TimelineRow]
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    today_percent: float | None


def timeline(tree: list[TreeNode]) -> Timeline:
    """Return the time line of a tree (from `process_tree`). No queries."""
    phases = [phase for phase in tree if not phase.is_disabled]
    starts = [phase.starts_on for phase in phases if phase.starts_on]
    ends = [phase.ends_on for phase in phases if phase.ends_on]
    first, last = min(starts, default=None), max(ends, default=None)
    days = (last - first).days + 1 if first and last else 0

    def share(day: datetime.date) -> float:
        return round(min(max((day - first).days / days * 100, 0), 100), 2)

    rows = []
    for phase in phases:
        has_bar = bool(days > 0 and phase.starts_on and phase.ends_on)
        offset = share(phase.starts_on) if has_bar else 0.0
        end = share(phase.ends_on + datetime.timedelta(days=1)) if has_bar else 0.0
        rows.append(
            TimelineRow(
                phase, phase.starts_on, phase.ends_on, phase.percent, offset, round(end - offset, 2)
            )
        )
    today = clock.today()
    inside = days > 0 and first <= today <= last
    return Timeline(rows, first, last, share(today) if inside else None)
