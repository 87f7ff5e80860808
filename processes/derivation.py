"""What follows upwards from the tasks: status, progress, dates. Pure functions over plain values, no database."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from processes.models import NodeStatus

WEIGHT = {NodeStatus.AWAITING: 0.0, NodeStatus.IN_PROGRESS: 0.5, NodeStatus.FINISHED: 1.0}


@dataclass(frozen=True)
class Progress:
    """How far a part of the tree is. `percent` is 0–100; the counts are of tasks that are not switched off."""

    status: str
    percent: int
    tasks: int
    finished: int
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None


def task_progress(
    status: str, starts_on: datetime.date | None, ends_on: datetime.date | None
) -> Progress:
    """Return the progress of one task."""
    finished = int(status == NodeStatus.FINISHED)
    return Progress(
        status, round(WEIGHT[NodeStatus(status)] * 100), 1, finished, starts_on, ends_on
    )


def derive(
    parts: Iterable[Progress],
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
) -> Progress:
    """Return the progress of an objective, phase or process from its parts that are not switched off.

    All finished → finished; all awaiting → awaiting; else in progress. Nothing in it → awaiting: an empty objective is
    not finished. The percentage counts each task once (half for one in progress), wherever it stands, so a phase with
    one big and one empty objective is as far as its tasks are. Dates are planned ones where given, else the earliest
    start and the latest end below.
    Source: INTERLINK's rule for status and progress; counting tasks instead of children is ours.
    """
    parts = list(parts)
    tasks = sum(part.tasks for part in parts)
    points = sum(part.percent * part.tasks for part in parts)
    statuses = {part.status for part in parts}
    if statuses == {NodeStatus.FINISHED}:
        status = NodeStatus.FINISHED
    elif statuses <= {NodeStatus.AWAITING}:
        status = NodeStatus.AWAITING
    else:
        status = NodeStatus.IN_PROGRESS
    starts = [part.starts_on or part.ends_on for part in parts if part.starts_on or part.ends_on]
    ends = [part.ends_on or part.starts_on for part in parts if part.ends_on or part.starts_on]
    return Progress(
        status=status.value,
        percent=round(points / tasks) if tasks else 0,
        tasks=tasks,
        finished=sum(part.finished for part in parts),
        starts_on=starts_on or min(starts, default=None),
        ends_on=ends_on or max(ends, default=None),
    )
