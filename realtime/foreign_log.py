"""Judging the log of a text that came from outside (an archive): the gate reads it before the library does."""

from documents.log_check import register
from documents.ydoc import BadUpdate


def check(updates: list[bytes]) -> None:
    """Take the updates of one text through the gate, in their order. Raises BadUpdate for the first that is refused."""
    from realtime.gate import STORED, Index, Missing, Refused, learn, parse
    from realtime.text import rules

    index = Index()
    for number, data in enumerate(updates, 1):
        try:
            learn(index, parse(data, STORED), rules())
        except (Refused, Missing) as error:
            raise BadUpdate(f"{number}: {error}") from error


def register_check() -> None:
    """Make the check known (called by `ready()`)."""
    register(check)
