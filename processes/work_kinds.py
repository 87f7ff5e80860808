"""The registry of what can be on a person's list of work. Higher apps add theirs (comments to answer) in `ready()`."""

import datetime
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class WorkItem:
    """One line of "my work".

    `kind` is stable ("task", "invitation", "join_requests", "answers"); `title` is the thing's own name or a
    translated sentence, `count` how many (comments to answer), `due_on` a date in the process's zone.
    """

    kind: str
    title: str
    url: str
    process_id: uuid.UUID | None = None
    process_title: str = ""
    due_on: datetime.date | None = None
    status: str = ""
    count: int = 0
    object_id: uuid.UUID | None = None


Finder = Callable[..., Iterable[WorkItem]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Add a function that takes a signed-in user and returns their items, in a fixed number of queries."""
    if finder not in _finders:
        _finders.append(finder)


def find(user) -> list[WorkItem]:
    """Return what all registered functions found for a person."""
    return [item for finder in _finders for item in finder(user)]
