"""Copying a process template into a process."""

import datetime
import uuid
from collections.abc import Mapping

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid
from interlinkers.models import ProcessTemplate, TemplateNode, TemplatePrerequisite
from interlinkers.models.translations import words_in
from processes.models import (
    ChecklistItem,
    Node,
    NodeKind,
    Prerequisite,
    PrerequisiteKind,
    Process,
)
from processes.models.checklists import POINTS_MAX
from processes.working_days import EveryDay, WorkCalendar, calendar_of, days_between

BATCH = 200
# As in processes/models/tree.py; names of templates may be longer.
TITLE_LENGTH = 200
DONE_WHEN_LENGTH = 2000
POINT_LENGTH = 300
Days = tuple[datetime.date, datetime.date]
# No task takes longer; a number out of an import must not run out of dates.
MAX_DAYS = 3650


def template_copy(
    *,
    process: Process,
    template: ProcessTemplate,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    phase_days: Mapping[uuid.UUID, Days] | None = None,
) -> list[Node]:
    """Copy phases, objectives and tasks, their texts, order, checklists, prerequisites and problem profiles.

    Texts come in the process's language, else along the fallback chain. With `starts_on`, tasks (and phases without
    tasks of known length) follow one another in the template's order, each `duration_days` long; with `ends_on` (its
    day included) longer or shorter, so that all fit. `phase_days` says for phases of the template that theirs fit
    between other days. Raises: Invalid where those days let something begin before what must be finished first.
    Needs: a transaction, a process without a tree. Queries: constant but for batches of 200 rows.
    """
    sources = list(
        TemplateNode.objects.filter(template=template)
        .prefetch_related("translations", "problem_profiles")
        .order_by("order", "pk")
    )
    nodes = {source.pk: _node(process, source) for source in sources}
    _place(sources, nodes)
    if starts_on:
        calendar = calendar_of(process.work_days)
        days = laid_out(sources, starts_on, ends_on, phase_days, calendar)
        for source_id, (first, last) in days.items():
            nodes[source_id].starts_on, nodes[source_id].ends_on = first, last
        if phase_days:
            _demand_order(template, nodes, phase_days)
    # Parents before children, because the rows refer to each other.
    for kind in (NodeKind.PHASE, NodeKind.OBJECTIVE, NodeKind.TASK):
        Node.objects.bulk_create(
            [node for node in nodes.values() if node.kind == kind], batch_size=BATCH
        )
    _copy_checklists(process, sources, nodes)
    _copy_profiles(sources, nodes)
    _copy_prerequisites(template, nodes)
    return list(nodes.values())


def _node(process: Process, source: TemplateNode) -> Node:
    return Node(
        process=process,
        kind=source.kind,
        phase_kind=source.phase_kind,
        title=source.text("name", process.language)[:TITLE_LENGTH]
        or source.external_id[:TITLE_LENGTH],
        description=source.text("description", process.language),
        done_when=source.text("done_when", process.language)[:DONE_WHEN_LENGTH],
        template_node=source,
    )


def _place(sources: list[TemplateNode], nodes: dict) -> None:
    """Give each copy its parent and a gapless order among its siblings."""
    counts: dict = {}
    for source in sources:
        node = nodes[source.pk]
        node.parent = nodes.get(source.parent_id)
        node.order = counts.get(source.parent_id, 0)
        counts[source.parent_id] = node.order + 1


def laid_out(
    sources: list[TemplateNode],
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
    phase_days: Mapping[uuid.UUID, Days] | None = None,
    calendar: WorkCalendar | None = None,
) -> dict[uuid.UUID, Days]:
    """Return the days of what takes time in a template, by its id there, in the order of the work.

    Tasks of known length come one after the other, the way the tree is read; a phase of known length without such
    tasks takes its own days. Dates are inclusive: a task of one day starts and ends on it. What is in a phase of
    `phase_days` fits between those days. Nothing begins or ends on a day that does not count in `calendar`.
    """
    timed = timed_nodes(sources)
    if not timed:
        return {}
    tops = tops_of(sources)

    def put(rows: list[TemplateNode], first: datetime.date, last: datetime.date | None) -> dict:
        lengths = [min(row.duration_days, MAX_DAYS) for row in rows]
        found = periods(lengths, first, last, calendar)
        return {row.pk: days for row, days in zip(rows, found, strict=True)}

    found = put(timed, starts_on, ends_on)
    for phase_id, (first, last) in (phase_days or {}).items():
        inside = [row for row in timed if tops[row.pk] == phase_id]
        found |= put(inside, first, last) if inside else {}
    return found


def tops_of(sources: list[TemplateNode]) -> dict[uuid.UUID, uuid.UUID]:
    """Return the phase in which each part of a template lies, by their ids."""
    by_id = {source.pk: source for source in sources}
    found = {}
    for source in sources:
        top = source
        while top.parent_id:
            top = by_id[top.parent_id]
        found[source.pk] = top.pk
    return found


def _demand_order(
    template: ProcessTemplate, nodes: dict[uuid.UUID, Node], phase_days: Mapping[uuid.UUID, Days]
) -> None:
    """Refuse days by which something of one phase begins before what it waits for in another one has ended."""
    moved = {id(nodes[pk]) for pk in phase_days if pk in nodes}
    pairs = TemplatePrerequisite.objects.filter(node__template=template, is_strict=True)
    for after_id, before_id in pairs.values_list("node_id", "requires_id"):
        after, before = nodes.get(after_id), nodes.get(before_id)
        if after is None or before is None or _top(after) is _top(before):
            continue
        if not {id(_top(after)), id(_top(before))} & moved:
            continue
        begins = [row.starts_on for row in _inside(after, nodes) if row.starts_on]
        ends = [row.ends_on for row in _inside(before, nodes) if row.ends_on]
        if begins and ends and min(begins) <= max(ends):
            message = _("“%(after)s” cannot begin before “%(before)s” has ended.") % {
                "after": after.title,
                "before": before.title,
            }
            raise Invalid(message, "dates")


def _top(node: Node) -> Node:
    while node.parent is not None:
        node = node.parent
    return node


def _inside(top: Node, nodes: dict[uuid.UUID, Node]) -> list[Node]:
    """Return a copy that is not saved yet and what lies in it."""
    found = []
    for node in nodes.values():
        above: Node | None = node
        while above is not None and above is not top:
            above = above.parent
        if above is top:
            found.append(node)
    return found


def timed_nodes(sources: list[TemplateNode]) -> list[TemplateNode]:
    """Return what takes time in a template, in the order of the work: tasks of known length, else phases of one."""
    children: dict = {}
    for source in sources:
        children.setdefault(source.parent_id, []).append(source)
    found = []
    for phase in children.get(None, []):
        below = [task for goal in children.get(phase.pk, []) for task in children.get(goal.pk, [])]
        timed = [task for task in below if task.duration_days]
        found += timed or ([phase] if phase.duration_days else [])
    return found


def periods(
    lengths: list[int],
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
    calendar: WorkCalendar | None = None,
) -> list[tuple[datetime.date, datetime.date]]:
    """Return the first and last day of things that follow one another, `lengths` days each, on days that count.

    With `ends_on` they are stretched or pressed, in proportion, so that the last one ends on it; where there are fewer
    days than things, several share a day.
    """
    total = sum(lengths)
    calendar = calendar or EveryDay()
    start = calendar.number(starts_on)
    days = len(days_between(calendar, starts_on, ends_on)) if ends_on else total
    found, before = [], 0
    for length in lengths:
        first = min(before * days // total, days - 1)
        last = max(first, (before + length) * days // total - 1)
        found.append((calendar.day(start + first), calendar.day(start + last)))
        before += length
    return found


def _copy_checklists(process: Process, sources: list[TemplateNode], nodes: dict) -> None:
    points = []
    for source in sources:
        said = [
            (words_in(point.get("texts") or {}, process.language), bool(point.get("is_needed")))
            for point in source.checklist[:POINTS_MAX]
        ]
        points += [
            ChecklistItem(
                task=nodes[source.pk],
                text=words[:POINT_LENGTH],
                is_needed=is_needed,
                position=position,
            )
            for position, (words, is_needed) in enumerate(one for one in said if one[0])
            if source.kind == NodeKind.TASK
        ]
    ChecklistItem.objects.bulk_create(points, batch_size=BATCH)


def _copy_profiles(sources: list[TemplateNode], nodes: dict) -> None:
    through = Node.problem_profiles.through
    through.objects.bulk_create(
        [
            through(node_id=nodes[source.pk].pk, problemprofile_id=profile.pk)
            for source in sources
            for profile in source.problem_profiles.all()
        ],
        batch_size=BATCH,
    )


def _copy_prerequisites(template: ProcessTemplate, nodes: dict) -> None:
    pairs = TemplatePrerequisite.objects.filter(node__template=template).values_list(
        "node_id", "requires_id", "is_strict"
    )
    Prerequisite.objects.bulk_create(
        [
            Prerequisite(
                node=nodes[after],
                requires=nodes[before],
                kind=PrerequisiteKind.BLOCKS if is_strict else PrerequisiteKind.ADVICE,
            )
            for after, before, is_strict in pairs
            if after in nodes and before in nodes and after != before
        ],
        batch_size=BATCH,
    )
