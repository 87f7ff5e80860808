"""The few facts of an open process that fit into a small frame on another site, and its numbers for visitors."""

from django.contrib.auth.models import AnonymousUser

from documents.permissions import decide_document
from documents.selectors.answers import AnswerNumbers, answer_numbers_of
from documents.selectors.documents import documents_list_for
from frontend.presenters.public_face import absolute, visitor_step
from processes.models import Process
from processes.permissions import access_for
from processes.selectors.processes import process_tree
from processes.selectors.tree import process_progress


def commentable(user, process: Process, documents: list) -> list:
    """Return the texts that who has no role can comment on now, or could after signing in. No query per text."""
    access = access_for(user, process)
    found = []
    for row in documents:
        decision = decide_document(user, "comment_create", row, access=access)
        if decision or decision.code == "sign_in":
            found.append(row)
    return found


def answers_so_far(documents: list) -> AnswerNumbers | None:
    """Return how comments were answered in these texts, None without any. Queries: 2, only when there are comments."""
    if not any(row.needing_count for row in documents):
        return None
    return answer_numbers_of(documents)


def public_summary(process: Process) -> dict:
    """Return what the embedded summary shows: what it is, where it stands, what to do, who asks, how it answers."""
    visitor = AnonymousUser()
    tree = process_tree(process, visitor)
    phases = [part for part in tree if not part.is_disabled]
    current = next((part for part in phases if part.status == "in_progress"), None)
    documents = documents_list_for(visitor, process)
    access = access_for(visitor, process)
    step = visitor_step(
        process,
        documents,
        commentable=commentable(visitor, process, documents),
        can_join=access.decide("join_request_create").code == "sign_in",
    )
    return {
        "process": process,
        "phase": current,
        "progress": process_progress(tree),
        "step": step,
        "answers": answers_so_far(documents),
        "url": absolute("processes:detail", process.pk),
    }
