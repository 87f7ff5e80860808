"""The kinds of long work. Higher apps register theirs in `ready()`; the service runs them and keeps count."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from community.models import BackgroundWork


@dataclass(frozen=True)
class Outcome:
    """What came of it: where to go on, a report in plain values, a file to fetch (it is moved, not copied)."""

    result_url: str = ""
    report: dict = field(default_factory=dict)
    file: Path | None = None
    file_name: str = ""


class Progress(Protocol):
    """How far it is. Every call may raise `Cancelled`; inside `with quiet():` nothing is written to the database."""

    def total(self, number: int) -> None:
        """Say how many steps there will be."""

    def step(self, number: int = 1) -> None:
        """Say that so many steps more are done."""

    def quiet(self):
        """Return a context in which steps are only counted, for the time of a transaction."""

    def demand_running(self) -> None:
        """Call this first in the transaction that writes the result. Raises Cancelled when it was called off meanwhile;
        otherwise it cannot be called off any more, unless the transaction fails.
        """


class Cancelled(Exception):
    """The owner called it off, or it was taken for dead: the work stops and leaves nothing half done."""


@dataclass(frozen=True)
class Kind:
    """`title` is a lazy sentence without places. `run` does the work outside any transaction.

    `is_quiet`: nobody is notified when it ends, because it is a step on the way of somebody who waits for it.
    """

    name: str
    title: object
    run: Callable[[BackgroundWork, Progress], Outcome]
    is_quiet: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known. Raises ValueError when another one has the name."""
    if kind.name in _kinds and _kinds[kind.name].run is not kind.run:
        raise ValueError(f"the kind of work {kind.name} is registered twice")
    _kinds[kind.name] = kind


def get(name: str) -> Kind | None:
    """Return a kind, None for one that is gone."""
    return _kinds.get(name)
