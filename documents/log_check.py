"""Where the realtime engine tells us how to judge a foreign log before we replay it.

The gate that keeps out updates which the library would choke on lies above this app (DESIGN §6), so it registers
itself. Without it no foreign log is taken.
"""

from collections.abc import Callable

from documents.ydoc import BadUpdate

_checks: list[Callable[[list[bytes]], None]] = []


def register(check: Callable[[list[bytes]], None]) -> None:
    """Make a check of the updates of one text, in their order, known. It raises BadUpdate."""
    _checks[:] = [check]


def check_log(updates: list[bytes]) -> None:
    """Check the updates of a text that came from outside. Raises BadUpdate."""
    if not _checks:
        raise BadUpdate("no check of foreign logs is installed")
    for check in _checks:
        check(updates)
