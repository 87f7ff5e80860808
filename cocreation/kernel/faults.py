"""Points at which a test may have this process fail, to show that nothing is lost there.

Off, and one empty call, unless `KOPRADE_FAULT` is set when the process starts. It names one point, what happens there
and when: `log.before_commit:kill:3` ends the process by SIGKILL when it passes the point for the third time;
`log.before_commit:error:2:5` raises OperationalError, as a failing database does, at the second to the sixth passing.
Never set it where people work: a text that says anything else stops the start.
"""

import itertools
import logging
import os
import signal
from collections.abc import Callable

from django.db import OperationalError

logger = logging.getLogger(__name__)

VARIABLE = "KOPRADE_FAULT"
POINTS = frozenset(
    {
        "log.before_commit",
        "writer.before_announce",
        "writer.between_documents",
        "snapshot.before_row",
        "snapshot.before_head",
    }
)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _error() -> None:
    raise OperationalError(f"this failure was asked for by {VARIABLE}")


_KINDS: dict[str, Callable[[], None]] = {"kill": _kill, "error": _error}


def _no_fault(name: str) -> None:
    """Nothing fails here."""


def fault_from(text: str) -> Callable[[str], None]:
    """Return what `fault_point` is to do. Raises ValueError for a text that is not understood."""
    if not text:
        return _no_fault
    try:
        point, kind, *numbers = text.split(":")
        fail = _KINDS[kind]
        first, times = (int(numbers[n]) if len(numbers) > n else 1 for n in range(2))
    except (KeyError, ValueError):
        raise ValueError(f"{VARIABLE} is not understood: {text!r}") from None
    if point not in POINTS or len(numbers) > 2 or first < 1 or times < 1:
        raise ValueError(f"{VARIABLE} is not understood: {text!r}")
    logger.warning("%s is set: this process will fail at %s", VARIABLE, point)
    passings = itertools.count(1)

    def fault(name: str) -> None:
        if name == point and first <= next(passings) < first + times:
            fail()

    return fault


# Called where a crash must lose nothing; the names are in POINTS.
fault_point = fault_from(os.environ.get(VARIABLE, ""))
