"""The time line as it is drawn: bars, arrows and ticks in units of the picture; and the same as rows of a table."""

import datetime
import uuid
from dataclasses import dataclass, field
from itertools import groupby

from django.utils import formats
from django.utils.translation import pgettext

from cocreation.kernel import clock
from processes.models import NodeKind
from processes.selectors.schedule import Schedule, schedule
from processes.selectors.tree import TreeNode, walk
from processes.working_days import WorkCalendar

# Units of the picture: 16 of them are 1 rem.
ROW, HEAD, REM = 36, 44, 16
# A bar must be hit by a thumb.
BAR_MIN, TARGET_MIN = 6, 24
ZOOMS = {"week": 24.0, "month": 8.0, "quarter": 3.0, "all": 0.0}
WHOLE_WIDTH, WIDTH_MAX, LABEL_MIN = 900, 30_000, 64
# A plan with more tasks shows what is in a phase when that is opened.
TASKS_AT_ONCE = 150
# Narrower days off are not seen, and of more years there would be too many.
DAY_OFF_MIN, DAYS_SHADED = 2.0, 3000


@dataclass
class Row:
    """A phase, objective or task; `x`, `y`, `width` of its bar (None without days)."""

    part: TreeNode
    y: int
    x: float | None = None
    width: float = 0
    is_open: bool = True
    is_critical: bool = False
    is_too_early: bool = False
    slack: int | None = None
    after: list[TreeNode] = field(default_factory=list)

    @property
    def target_width(self) -> float:
        """How wide the place is that can be hit."""
        return max(self.width, TARGET_MIN)

    is_label_left: bool = False
    # in days that count
    length: int = 0

    @property
    def label_x(self) -> float:
        """Where the name stands on paper: after the bar, before it near the right edge."""
        return (self.x or 0) - 8 if self.is_label_left else self.end + 12

    @property
    def middle(self) -> int:
        """Half of the row's height, from the top of the picture."""
        return self.y + ROW // 2

    @property
    def end(self) -> float:
        """Where the bar ends."""
        return (self.x or 0) + self.width


@dataclass(frozen=True)
class Tick:
    """A line at the beginning of a week, month, quarter or year."""

    x: float
    label: str


@dataclass(frozen=True)
class Arrow:
    """From what comes first to what waits; `path` as SVG reads it."""

    path: str
    kind: str


@dataclass(frozen=True)
class Chart:
    """What the page draws. Without any day, `width` is 0 and `undated` holds all."""

    rows: list[Row]
    width: float
    day: float
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    ticks: list[Tick]
    arrows: list[Arrow]
    today: float | None
    undated: list[TreeNode]
    zoom: str
    is_large: bool
    # (x, width) of days that do not count
    days_off: list[tuple[float, float]] = field(default_factory=list)

    @property
    def height(self) -> int:
        """How high the picture is."""
        return HEAD + ROW * len(self.rows)

    @property
    def height_rem(self) -> float:
        """The height on the page."""
        return self.height / REM

    @property
    def width_rem(self) -> float:
        """The width on the page."""
        return round(self.width / REM, 2)


def chart(
    tree: list[TreeNode],
    *,
    zoom: str = "",
    opened: str = "",
    calendar: WorkCalendar | None = None,
) -> Chart:
    """Return the time line of a tree down to its tasks, `zoom` one of `ZOOMS`. No queries.

    `opened`: in a large plan, the id of the phase whose tasks are shown, or "all".
    """
    zoom = zoom if zoom in ZOOMS else "month"
    parts = [part for part in walk(tree) if not part.is_disabled]
    tasks = [part for part in parts if part.kind == NodeKind.TASK]
    undated = [part for part in tasks if not (part.starts_on or part.ends_on)]
    is_large = len(tasks) > TASKS_AT_ONCE
    first, last = _period(parts)
    if first is None:
        return Chart([], 0, 0, None, None, [], [], None, undated, zoom, is_large)
    days = (last - first).days + 1
    day = ZOOMS[zoom] or WHOLE_WIDTH / days
    day = min(day, WIDTH_MAX / days)
    rows = _rows(tree, is_large, opened)
    for row in rows:
        _place(row, first, day)
        row.is_label_left = row.end > days * day * 0.7
    _mark(rows, plan_of(tree, calendar))
    today = (clock.today() - first).days * day
    width = round(days * day, 2)
    return Chart(
        rows=rows,
        width=width,
        day=round(day, 4),
        starts_on=first,
        ends_on=last,
        ticks=_ticks(first, last, day),
        arrows=_arrows(rows),
        today=round(today, 2) if 0 <= today <= width else None,
        undated=undated,
        zoom=zoom,
        is_large=is_large,
        days_off=_days_off(first, days, day, calendar),
    )


def plan_of(tree: list[TreeNode], calendar: WorkCalendar | None = None) -> Schedule:
    """Return the schedule of what a person sees. No queries."""
    parts = list(walk(tree))
    edges = [(part.id, before) for part in parts for before in part.blocks]
    return schedule([part.node for part in parts], edges, calendar)


def _period(parts: list[TreeNode]) -> tuple[datetime.date | None, datetime.date | None]:
    days = [day for part in parts for day in (part.starts_on, part.ends_on) if day]
    if not days:
        return None, None
    # A little air around, so that arrows and the last bar are seen whole.
    first, last = min(days).toordinal() - 3, max(days).toordinal() + 10
    limits = (1, datetime.date.max.toordinal())
    return tuple(
        datetime.date.fromordinal(min(max(day, limits[0]), limits[1])) for day in (first, last)
    )


def _rows(tree: list[TreeNode], is_large: bool, opened: str) -> list[Row]:
    rows: list[Row] = []

    def add(part: TreeNode) -> None:
        if part.is_disabled or (
            part.kind == NodeKind.TASK and not (part.starts_on or part.ends_on)
        ):
            return
        is_open = part.kind != NodeKind.PHASE or not is_large or opened in ("all", str(part.id))
        rows.append(Row(part, HEAD + ROW * len(rows), is_open=is_open))
        if is_open:
            for child in part.children:
                add(child)

    for phase in tree:
        add(phase)
    return rows


def _place(row: Row, first: datetime.date, day: float) -> None:
    begins, ends = row.part.starts_on or row.part.ends_on, row.part.ends_on or row.part.starts_on
    if begins and ends:
        row.x = round((begins - first).days * day, 2)
        row.width = round(max(((ends - begins).days + 1) * day, BAR_MIN), 2)


def _days_off(
    first: datetime.date, days: int, day: float, calendar: WorkCalendar | None
) -> list[tuple[float, float]]:
    """Return the bands of days that do not count, where they are wide enough to be seen."""
    if calendar is None or day < DAY_OFF_MIN or days > DAYS_SHADED:
        return []
    off = [calendar.is_off(first + datetime.timedelta(days=n)) for n in range(days)]
    bands, at = [], 0
    for is_off, group in groupby(off):
        count = len(list(group))
        if is_off:
            bands.append((round(at * day, 2), round(count * day, 2)))
        at += count
    return bands


def _mark(rows: list[Row], plan: Schedule) -> None:
    free, early = plan.slack(), plan.too_early()
    by_id = {row.part.id: row.part for row in rows}
    for row in rows:
        row.slack = free.get(row.part.id)
        row.is_critical = row.slack == 0
        row.is_too_early = row.part.id in early
        if row.part.starts_on and row.part.ends_on:
            row.length = plan.slot(row.part.starts_on, row.part.ends_on).length
        row.after = [by_id[pk] for pk in row.part.requires if pk in by_id]


def _arrows(rows: list[Row]) -> list[Arrow]:
    by_id: dict[uuid.UUID, Row] = {row.part.id: row for row in rows if row.x is not None}
    found = []
    for row in by_id.values():
        for kind, ids in (("blocks", row.part.blocks), ("advice", row.part.advice)):
            found += [Arrow(_path(by_id[pk], row), kind) for pk in ids if pk in by_id]
    return found


def _path(before: Row, later: Row) -> str:
    """Out to the right, down (or up), in from the left; around when the later one begins before."""
    out, into = before.end, later.x
    if into - out >= 8:
        return f"M{out:g} {before.middle}h4V{later.middle}H{into:g}"
    lane = before.middle + (ROW // 2 if later.y > before.y else -(ROW // 2))
    return f"M{out:g} {before.middle}h4V{lane}H{max(into - 6, 0):g}V{later.middle}H{into:g}"


def _ticks(first: datetime.date, last: datetime.date, day: float) -> list[Tick]:
    """Weeks where there is room, else months, quarters, years."""
    if 7 * day >= LABEL_MIN:
        monday = first + datetime.timedelta(days=-first.weekday() % 7)
        count = (last - monday).days // 7 + 1
        days = [monday + datetime.timedelta(weeks=n) for n in range(count)]
        style = pgettext("date format", "j M")
    else:
        steps = (1, 3, 6, 12, 60, 120)
        step = next((n for n in steps if n * 30.4 * day >= LABEL_MIN), 1200)
        months = range(first.year * 12 + first.month, last.year * 12 + last.month)
        days = [datetime.date(m // 12, m % 12 + 1, 1) for m in months if m % step == 0]
        style = "Y" if step >= 12 else "M Y"
    return [
        Tick(round((when - first).days * day, 2), formats.date_format(when, style)) for when in days
    ]
