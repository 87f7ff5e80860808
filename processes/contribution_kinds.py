"""The registry of what counts as a contribution to a process. Each app registers its own kinds in `ready()`.

A kind counts per person, of one process, for one person or for everybody. What nobody can be named for is not in it.
"""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from processes.models import Process

Counts = dict[uuid.UUID, int]


@dataclass(frozen=True)
class ContributionKind:
    """`count` returns numbers by person, only of `user_id` when it is given; `waits` tells whether a job has yet to
    count something of the process.
    """

    name: str
    label: object
    count: Callable[[Process, uuid.UUID | None], Counts]
    waits: Callable[[Process], bool] = lambda _process: False
    # Where it stands among the others.
    order: int = 100


Days = set[tuple[uuid.UUID, datetime.date]]

_kinds: dict[str, ContributionKind] = {}
_days: list[Callable[[Process, uuid.UUID | None], Days]] = []


def register(kind: ContributionKind) -> None:
    """Make a kind known; registering it again replaces it."""
    _kinds[kind.name] = kind


def register_days(source: Callable[[Process, uuid.UUID | None], Days]) -> None:
    """Make a source of days known: on which days who did something (days of the process's time zone)."""
    if source not in _days:
        _days.append(source)


def kinds() -> list[ContributionKind]:
    """Return all kinds, in the order to show them."""
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def get(name: str) -> ContributionKind | None:
    """Return a kind by its name."""
    return _kinds.get(name)


def days(process: Process, user_id: uuid.UUID | None = None) -> Days:
    """Return on which days who did something in a process."""
    found: Days = set()
    for source in _days:
        found |= source(process, user_id)
    return found
