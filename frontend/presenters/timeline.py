"""The time line with its objectives and tasks, and where months begin."""

import datetime
from dataclasses import dataclass

from processes.selectors.timeline import Timeline, timeline
from processes.selectors.tree import TreeNode, walk


@dataclass(frozen=True)
class Line:
    """One row: `offset` and `width` in percent of the whole period; no bar without both days."""

    part: TreeNode
    offset: float
    width: float


@dataclass(frozen=True)
class Chart:
    """What the page draws."""

    period: Timeline
    lines: list[Line]
    months: list[float]
    undated: list[TreeNode]


def chart(tree: list[TreeNode]) -> Chart:
    """Return the time line of a tree down to its tasks. No queries."""
    period = timeline(tree)
    parts = [part for part in walk(tree) if not part.is_disabled and part.kind != "objective"]
    if not period.starts_on or not period.ends_on:
        return Chart(period, [], [], parts)
    days = (period.ends_on - period.starts_on).days + 1

    def share(day: datetime.date) -> float:
        return round(min(max((day - period.starts_on).days / days * 100, 0), 100), 2)

    lines, undated = [], []
    for part in parts:
        if part.starts_on and part.ends_on:
            offset = share(part.starts_on)
            end = share(part.ends_on + datetime.timedelta(days=1))
            lines.append(Line(part, offset, max(round(end - offset, 2), 0.6)))
        elif part.kind == "task":
            undated.append(part)
    return Chart(period, lines, [share(day) for day in _months(period)], undated)


def _months(period: Timeline) -> list[datetime.date]:
    found, day = [], period.starts_on.replace(day=1)
    while True:
        day = (day + datetime.timedelta(days=32)).replace(day=1)
        if day > period.ends_on:
            return found
        found.append(day)
