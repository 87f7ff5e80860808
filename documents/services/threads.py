"""Comments: beginning a thread, replying, changing, removing, resolving."""

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Invalid
from cocreation.kernel.events import publish_on_commit, topic
from cocreation.kernel.limits import limit_hit
from community.models import User
from community.services.activity import activity_record
from documents.models import Comment, Document, Thread, ThreadStatus
from documents.selectors import people, texts
from documents.services import telling
from documents.services.anchors import anchor_fields

BODY_LIMIT = 10_000
COMMENTS_PER_HOUR = 120


@transaction.atomic
def thread_create(
    *, actor: User, document: Document, anchor: dict | None, body: str, needs_answer: bool = True
) -> Thread:
    """Begin a thread with its first comment at a passage (or at the whole document).

    Raises Invalid for an empty or too long body and an unreadable anchor, TooMany beyond 120 comments an hour.
    Emits thread.created; tells mentioned people and who answers.
    """
    body = body_checked(body)
    limit_hit(f"comment:{actor.pk}", limit=COMMENTS_PER_HOUR, seconds=3600)
    content, sequence = texts.document_content(document)
    fields = anchor_fields(document, content, sequence, anchor)
    # The row lock gives numbers without gaps or twins; without its key, so that nobody who types waits for it.
    locked = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    locked.thread_count += 1
    locked.save(update_fields=["thread_count"])
    thread = Thread(
        document=document,
        number=locked.thread_count,
        created_by=actor,
        needs_answer=needs_answer,
        **fields,
    )
    thread.full_clean(exclude=["document", "created_by"])
    thread.save()
    comment = _comment_add(actor, thread, body)
    _record(actor, thread, "thread.created")
    publish_on_commit(
        topic("document", document.pk),
        "thread.created",
        {"thread": thread.pk, "number": thread.number},
    )
    telling.thread_created_tell(thread=thread, comment=comment)
    return thread


@transaction.atomic
def comment_create(*, actor: User, thread: Thread, body: str) -> Comment:
    """Reply in a thread. Emits comment.created; tells those who took part and who is mentioned."""
    body = body_checked(body)
    limit_hit(f"comment:{actor.pk}", limit=COMMENTS_PER_HOUR, seconds=3600)
    comment = _comment_add(actor, thread, body)
    _record(actor, thread, "comment.created", {"comment": str(comment.pk)})
    publish_on_commit(
        topic("document", thread.document_id),
        "comment.created",
        {"thread": thread.pk, "comment": comment.pk},
    )
    telling.comment_created_tell(thread=thread, comment=comment)
    return comment


def _comment_add(actor: User, thread: Thread, body: str) -> Comment:
    comment = Comment.objects.create(thread=thread, author=actor, body=body)
    comment.mentions.set(people.mentioned(body, people.members(thread.document.process_id)))
    return comment


def body_checked(body: str) -> str:
    """Return the trimmed body. Raises Invalid when nothing or too much is left."""
    body = body.replace("\0", "").replace("\r\n", "\n").strip()
    if not body:
        message = _("Write something first.")
        raise Invalid(message, "empty", fields={"body": [message]})
    if len(body) > BODY_LIMIT:
        message = _("A comment can have at most %(limit)s characters; this one has %(length)s.") % {
            "limit": BODY_LIMIT,
            "length": len(body),
        }
        raise Invalid(message, "too_long", fields={"body": [message]})
    return body


@transaction.atomic
def comment_update(*, actor: User, comment: Comment, body: str) -> Comment:
    """Change one's own comment; it is marked as edited. Emits comment.updated."""
    comment.body = body_checked(body)
    comment.edited_at = clock.now()
    comment.save(update_fields=["body", "edited_at"])
    comment.mentions.set(
        people.mentioned(comment.body, people.members(comment.thread.document.process_id))
    )
    _comment_changed(actor, comment, "comment.updated")
    return comment


@transaction.atomic
def comment_remove(*, actor: User, comment: Comment) -> Comment:
    """Hide the words of a comment; its place in the discussion stays. Emits comment.updated."""
    comment.removed_at = clock.now()
    comment.removed_by = actor
    comment.save(update_fields=["removed_at", "removed_by"])
    _comment_changed(actor, comment, "comment.removed")
    return comment


@transaction.atomic
def comment_restore(*, actor: User, comment: Comment) -> Comment:
    """Undo a removal. Emits comment.updated."""
    comment.removed_at = None
    comment.removed_by = None
    comment.save(update_fields=["removed_at", "removed_by"])
    _comment_changed(actor, comment, "comment.restored")
    return comment


def _comment_changed(actor: User, comment: Comment, verb: str) -> None:
    _record(actor, comment.thread, verb, {"comment": str(comment.pk)})
    publish_on_commit(
        topic("document", comment.thread.document_id),
        "comment.updated",
        {"thread": comment.thread_id, "comment": comment.pk},
    )


@transaction.atomic
def thread_resolve(*, actor: User, thread: Thread) -> Thread:
    """Mark a thread as settled. Emits thread.updated."""
    thread.status = ThreadStatus.RESOLVED
    thread.resolved_by = actor
    thread.resolved_at = clock.now()
    thread.save(update_fields=["status", "resolved_by", "resolved_at", "updated_at"])
    thread_changed(actor, thread, "thread.resolved")
    return thread


@transaction.atomic
def thread_reopen(*, actor: User, thread: Thread) -> Thread:
    """Take a thread up again; an official answer given meanwhile stays to be seen. Emits thread.updated."""
    thread.status = ThreadStatus.OPEN
    thread.resolved_by = None
    thread.resolved_at = None
    thread.save(update_fields=["status", "resolved_by", "resolved_at", "updated_at"])
    thread_changed(actor, thread, "thread.reopened")
    return thread


def thread_changed(actor: User, thread: Thread, verb: str, details: dict | None = None) -> None:
    """Record and announce a change of a thread (also for dispositions)."""
    _record(actor, thread, verb, details)
    publish_on_commit(
        topic("document", thread.document_id),
        "thread.updated",
        {"thread": thread.pk, "number": thread.number},
    )


def _record(actor: User, thread: Thread, verb: str, details: dict | None = None) -> None:
    activity_record(
        actor=actor,
        verb=verb,
        target_type="thread",
        target_id=thread.pk,
        target_label=f"#{thread.number} {thread.document.title}",
        process_id=thread.document.process_id,
        document_id=thread.document_id,
        details=details,
    )
