"""Who is told about threads and answers, in the application and by e-mail, each once."""

from cocreation.kernel.markdown import plain_text
from community.models import User
from community.services.notifications import notify
from documents.models import Comment, Disposition, Thread
from documents.selectors import people
from processes.models import Role

EXCERPT = 300


def thread_created_tell(*, thread: Thread, comment: Comment) -> None:
    """Tell mentioned people and the coordinators, who answer."""
    told = _mentions_tell(thread, comment)
    if not thread.needs_answer:
        return
    for user in people.with_role(thread.document.process_id, Role.COORDINATOR):
        if user.pk not in told and user.pk != comment.author_id:
            _tell(user, "thread.created", f"{comment.pk}", thread, _data(thread, comment))


def comment_created_tell(*, thread: Thread, comment: Comment) -> None:
    """Tell mentioned people and everybody who wrote in the thread before."""
    told = _mentions_tell(thread, comment)
    writers = User.objects.filter(comments__thread=thread, is_active=True).distinct()
    for user in writers:
        if user.pk not in told and user.pk != comment.author_id:
            _tell(user, "comment.created", f"{comment.pk}", thread, _data(thread, comment))


def disposition_tell(*, disposition: Disposition) -> None:
    """Tell who began the thread, and who wrote in it, that it was answered officially, and how."""
    thread = disposition.thread
    data = {
        **_data(thread, None),
        "outcome": disposition.outcome,
        "reason": plain_text(disposition.reason)[:EXCERPT],
    }
    # The moment is part of the key: a changed answer is told again, the same one never twice.
    key = f"{thread.pk}:{disposition.decided_at.isoformat()}"
    writers = User.objects.filter(comments__thread=thread, is_active=True).distinct()
    for user in writers:
        if user.pk != disposition.author_id:
            _tell(user, "thread.answered", key, thread, data)


def _mentions_tell(thread: Thread, comment: Comment) -> set:
    told = set()
    for user in comment.mentions.all():
        if user.pk != comment.author_id:
            _tell(user, "comment.mentioned", f"{comment.pk}", thread, _data(thread, comment))
            told.add(user.pk)
    return told


def _data(thread: Thread, comment: Comment | None) -> dict:
    data = {
        "number": thread.number,
        "document": thread.document.title,
        "process": thread.document.process.title,
        "quote": thread.quote[:EXCERPT],
    }
    if comment is not None:
        data["author"] = comment.author.display_name
        data["excerpt"] = plain_text(comment.body)[:EXCERPT]
    return data


def _tell(user: User, kind: str, key: str, thread: Thread, data: dict) -> None:
    notify(
        user=user,
        kind=kind,
        key=key,
        data=data,
        url=thread_url(thread),
        process_id=thread.document.process_id,
    )


def thread_url(thread: Thread) -> str:
    """Return the path that opens a document at a thread."""
    return f"/documents/{thread.document_id}/#thread-{thread.number}"
