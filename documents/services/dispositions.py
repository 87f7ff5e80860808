"""The official answer to a thread: outcome, reason, and the words it changed."""

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Invalid
from community.models import User
from documents.models import Disposition, Document, Outcome, Thread, ThreadStatus
from documents.selectors import texts
from documents.services import telling
from documents.services.anchors import anchor_fields
from documents.services.threads import thread_changed
from documents.services.versions import version_create

REASON_LIMIT = 10_000
TEXT_CHANGING = {Outcome.TAKEN_IN_FULL, Outcome.TAKEN_IN_PART}


@transaction.atomic
def disposition_set(
    *, actor: User, thread: Thread, outcome: str, reason: str, change: dict | None = None
) -> Disposition:
    """Answer a thread officially, or change the answer.

    `change` is the anchor of the passage that now answers it; its words, what stood there when the comment was
    made, and the version it is found in are kept. The thread is settled by it.
    Raises Invalid for an unknown outcome, a missing reason, or a passage that is not in the text.
    Emits thread.updated; tells the commenter in the application and by e-mail.
    """
    fields = _checked(outcome, reason)
    locked = (
        Thread.objects.select_for_update(of=("self",)).select_related("document").get(pk=thread.pk)
    )
    disposition = Disposition.objects.filter(thread=locked).first() or Disposition(thread=locked)
    disposition.outcome, disposition.reason = fields
    disposition.author = actor
    disposition.decided_at = clock.now()
    if change:
        disposition.version = version_create(actor=actor, document=locked.document)
        disposition.changes = [_change(locked, disposition.version.content, change)]
    elif disposition.outcome not in TEXT_CHANGING:
        disposition.version, disposition.changes = None, []
    disposition.full_clean(exclude=["thread", "author", "version"])
    disposition.save()
    locked.status = ThreadStatus.RESOLVED
    locked.resolved_by = actor
    locked.resolved_at = disposition.decided_at
    locked.save(update_fields=["status", "resolved_by", "resolved_at", "updated_at"])
    thread_changed(actor, locked, "thread.answered", {"outcome": disposition.outcome})
    telling.disposition_tell(disposition=disposition)
    return disposition


def _checked(outcome: str, reason: str) -> tuple[str, str]:
    errors = {}
    if outcome not in Outcome.values:
        errors["outcome"] = [_("Choose one of the five outcomes.")]
    reason = reason.replace("\0", "").replace("\r\n", "\n").strip()
    if not reason:
        errors["reason"] = [_("Give a reason: the person who wrote will read it.")]
    elif len(reason) > REASON_LIMIT:
        errors["reason"] = [
            _("A reason can have at most %(limit)s characters.") % {"limit": REASON_LIMIT}
        ]
    if errors:
        raise Invalid(_("The answer is not complete yet."), "incomplete", fields=errors)
    return outcome, reason


def _change(thread: Thread, content: dict, change: dict) -> dict:
    """Return the passage as stored in `changes`: where it is now, its words, what stood there before."""
    document: Document = thread.document
    fields = anchor_fields(document, content, thread.sequence, change)
    if not fields.get("quote"):
        message = _("The words that you chose are not in the text. Choose them again.")
        raise Invalid(message, "change", fields={"change": [message]})
    before = texts.block_text(
        texts.document_content_at(document, thread.sequence), fields["block_id"]
    )
    now = texts.block_text(content, fields["block_id"])
    return {
        "block_id": fields["block_id"],
        "start": fields["start"],
        "end": fields["end"],
        "quote": fields["quote"],
        "before": before or "",
        "after": now or "",
    }
