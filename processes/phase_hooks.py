"""What higher apps do when a phase closes (freezing versions of texts); registered in their `ready()`."""

from collections.abc import Callable

from community.models import User
from processes.models import Node

# Called inside the transaction that closes a phase; returns how many things were kept.
Closing = Callable[[User, Node], int]

_closing: list[Closing] = []


def register_closing(function: Closing) -> None:
    """Have `function(actor, phase)` called whenever a phase closes."""
    if function not in _closing:
        _closing.append(function)


def closed(actor: User, phase: Node) -> int:
    """Tell everybody that a phase closes; return how many texts were frozen."""
    return sum(function(actor, phase) for function in _closing)
