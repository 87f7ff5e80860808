"""The real thread on the start page that shows how a comment becomes words."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language

from documents.models import Outcome, Thread
from documents.selectors.answers import changed_words
from documents.selectors.listing import documents_visible_to
from documents.selectors.threads import threads_with_comments

CANDIDATES = 10


@dataclass(frozen=True)
class Example:
    """A comment that everybody may read, its answer, and the words before and after."""

    thread: Thread
    comment: object
    change: dict


def answered_example() -> Example | None:
    """Return the latest publicly readable comment whose answer shows changed words, or None."""
    answered = (
        threads_with_comments()
        .filter(
            document__in=documents_visible_to(AnonymousUser()).order_by(),
            disposition__outcome__in=[Outcome.TAKEN_IN_FULL, Outcome.TAKEN_IN_PART],
        )
        .order_by("-disposition__decided_at")
    )
    # One that the reader can read, where there is one.
    own = answered.filter(document__language=get_language() or "en")
    for thread in [*own[:CANDIDATES], *answered[:CANDIDATES]]:
        comment = next((row for row in thread.comments.all() if row.removed_at is None), None)
        if comment and thread.disposition.changes:
            return Example(thread, comment, changed_words(thread.disposition.changes[0]))
    return None
