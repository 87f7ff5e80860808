"""Rights on documents: those of the task they were born in (DESIGN §4), with what is special to threads."""

from django.utils.translation import gettext as _

from cocreation.kernel.decisions import ALLOWED, Decision, Denied
from documents.models import Comment, Document, Thread
from processes.permissions import ProcessAccess, access_for

ABILITIES = (
    "document_read",
    "document_write",
    "document_edit",
    "document_redact",
    "thread_create",
    "comment_create",
    "thread_resolve",
    "thread_dispose",
)


def decide_document(
    user, ability: str, document: Document, *, access: ProcessAccess | None = None
) -> Decision:
    """Say whether `user` may do `ability` to a document, and if not, why.

    Give `access` (of the document's process) when asking for many documents of one process.
    """
    if document.removed_at is not None and ability != "document_read":
        return Denied(_("This document was removed. Restore it to go on working on it."), "removed")
    access = access or access_for(user, document.process)
    return access.decide(ability, document.task_id, object_id=document.pk)


def document_abilities(user, document: Document) -> dict[str, bool]:
    """Return every ability on a document, from one load of the person's roles."""
    access = access_for(user, document.process)
    return {
        ability: bool(decide_document(user, ability, document, access=access))
        for ability in ABILITIES
    }


def decide_thread(
    user, ability: str, thread: Thread, *, access: ProcessAccess | None = None
) -> Decision:
    """Say whether `user` may do `ability` to a thread. Who began a thread may also resolve and reopen it."""
    decision = decide_document(user, ability, thread.document, access=access)
    if ability == "thread_resolve" and not decision and is_own(user, thread.created_by_id):
        return decide_document(user, "comment_create", thread.document, access=access)
    return decision


def decide_comment(user, ability: str, comment: Comment) -> Decision:
    """Say whether `user` may change or remove a comment: its author; remove also who may dispose."""
    if ability == "comment_update":
        if not is_own(user, comment.author_id):
            return Denied(_("Only the author can change a comment."))
        return decide_document(user, "comment_create", comment.thread.document)
    if is_own(user, comment.author_id):
        return ALLOWED
    decision = decide_document(user, "thread_dispose", comment.thread.document)
    if decision:
        return decision
    return Denied(_("Only the author or a coordinator can remove a comment."))


def is_own(user, owner_id) -> bool:
    """Tell whether a thing belongs to this signed-in person."""
    return bool(user.is_authenticated and owner_id is not None and user.pk == owner_id)
