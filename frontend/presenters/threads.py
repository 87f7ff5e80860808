"""What a thread card shows: the thread, what the person may do with it, words typed in vain."""

import json
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from cocreation.kernel.decisions import Decision
from documents.models import Comment, Disposition, Document, Outcome, Thread
from documents.permissions import decide_document, decide_thread, is_own
from documents.selectors.answers import changed_words
from processes.permissions import access_for

ANCHOR_FIELDS = (
    "block_id",
    "start",
    "end",
    "quote",
    "prefix",
    "suffix",
    "relative_start",
    "relative_end",
)
# The order of the five choices, their icons and what each tells the commenter.
OUTCOMES = [
    (Outcome.TAKEN_IN_FULL, "check-circle-fill", _("The text changes as proposed.")),
    (Outcome.TAKEN_IN_PART, "check-circle", _("The text changes, but not in everything.")),
    (Outcome.NOT_TAKEN, "x-circle", _("The text stays; the reason says why.")),
    (Outcome.OUT_OF_SCOPE, "signpost-split", _("It matters, but not in this text.")),
    (Outcome.ANSWERED, "chat-dots", _("A question that is answered; nothing to change.")),
]
OUTCOME_ICONS = {outcome: icon for outcome, icon, _help in OUTCOMES}


@dataclass
class ThreadCard:
    """One card. `typed` and `errors` bring back what was sent in vain, by field."""

    thread: Thread
    user: object
    reply: Decision
    resolve: Decision
    dispose: Decision
    is_orphaned: bool = False
    typed: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)

    @cached_property
    def comments(self) -> list[Comment]:
        rows = list(self.thread.comments.all())
        for row in rows:
            row.typed = self.typed.get(f"comment-{row.pk}", row.body)
        return rows

    @property
    def reply_errors(self) -> list[str]:
        """What was wrong with a reply: errors of its fields, and those of no field."""
        if "reply" not in self.typed:
            return []
        return [message for messages in self.errors.values() for message in messages]

    @property
    def first(self) -> Comment | None:
        return self.comments[0] if self.comments else None

    @property
    def replies(self) -> list[Comment]:
        return self.comments[1:]

    @property
    def disposition(self) -> Disposition | None:
        return getattr(self.thread, "disposition", None)

    @property
    def changes(self) -> list[dict]:
        return [changed_words(change) for change in self.disposition.changes]

    @property
    def outcome_icon(self) -> str:
        return OUTCOME_ICONS[Outcome(self.disposition.outcome)]

    @property
    def can_reply_later(self) -> bool:
        """Somebody who is not signed in may write first and sign in afterwards."""
        return not self.reply and self.reply.code == "sign_in"

    @property
    def outcome(self) -> str:
        """The choice to show as made: what was sent in vain, else what was decided."""
        return self.typed.get("outcome") or (self.disposition.outcome if self.disposition else "")

    @property
    def reason(self) -> str:
        """The reason to go on from."""
        return self.typed.get("reason") or (self.disposition.reason if self.disposition else "")

    @property
    def anchor_json(self) -> str:
        values = {name: getattr(self.thread, name) for name in ANCHOR_FIELDS}
        return json.dumps({**values, "generation": str(self.thread.generation or "")})

    @property
    def own_comment_ids(self) -> set:
        return {comment.pk for comment in self.comments if is_own(self.user, comment.author_id)}


def thread_cards(user, document: Document, threads, **state) -> list[ThreadCard]:
    """Return cards for threads (or placed threads) of one document, asking for rights once."""
    access = access_for(user, document.process)
    reply = decide_document(user, "comment_create", document, access=access)
    dispose = decide_document(user, "thread_dispose", document, access=access)
    cards = []
    for item in threads:
        thread = getattr(item, "thread", item)
        thread.document = document
        orphaned = item is not thread and item.place.state == "orphaned" and bool(thread.quote)
        resolve = decide_thread(user, "thread_resolve", thread, access=access)
        cards.append(ThreadCard(thread, user, reply, resolve, dispose, orphaned, **state))
    return cards
