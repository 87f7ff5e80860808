"""What a person can take along and what happens when they leave, put together from all apps.

Higher apps register in `ready()`: what they hold about a person (for the download), why a person cannot leave just now
(the last coordinator of a process), and what to drop when they do (roles, drafts).
"""

from collections.abc import Callable
from dataclasses import dataclass

from community.models import User


@dataclass(frozen=True)
class Holder:
    """`export` returns plain values; `obstacles` translated sentences; `forget` runs in the removal's transaction."""

    name: str
    export: Callable[[User], object] | None = None
    obstacles: Callable[[User], list[str]] | None = None
    forget: Callable[[User], None] | None = None


_holders: dict[str, Holder] = {}


def register(holder: Holder) -> None:
    """Make a holder of personal data known, once per name."""
    _holders[holder.name] = holder


def holders() -> list[Holder]:
    """Return all holders, in the order of their registration."""
    return list(_holders.values())
