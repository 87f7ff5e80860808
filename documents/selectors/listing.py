"""Lists of documents across processes."""

import uuid

from django.db.models import Q, QuerySet

from documents.models import Document, Thread
from documents.permissions import decide_document
from documents.selectors.threads import threads_filtered, threads_with_comments
from processes.models import Process
from processes.permissions import access_for
from processes.selectors.processes import processes_visible_to


def documents_visible_to(user, *, process_id: uuid.UUID | None = None) -> QuerySet[Document]:
    """Return the documents that `user` may read in all processes, newest first.

    Queries: those of the visible processes; where the person has roles on branches (few processes), those branches
    are looked at one process after the other.
    """
    rows = Document.objects.filter(
        process__in=processes_visible_to(user).order_by(), removed_at__isnull=True
    ).order_by("-created_at")
    if process_id:
        rows = rows.filter(process_id=process_id)
    return rows.exclude(pk__in=_hidden_ids(user)) if user.is_authenticated else rows


def threads_visible_to(
    user, *, process: uuid.UUID | None = None, document: uuid.UUID | None = None, **filters
) -> QuerySet[Thread]:
    """Return the threads on documents that `user` may read, newest first; filters as in `threads_filtered`.

    Queries: as `documents_visible_to`.
    """
    readable = documents_visible_to(user, process_id=process).order_by()
    rows = threads_with_comments().filter(document__in=readable).order_by("-created_at", "pk")
    if document:
        rows = rows.filter(document_id=document)
    return threads_filtered(rows, **filters)


def _hidden_ids(user) -> list[uuid.UUID]:
    """Return documents in processes that the person sees only in part, outside of what they may read."""
    mine = Q(roles__user=user) | Q(roles__team__members__user=user)
    partly = Process.objects.filter(mine, roles__node__isnull=False).distinct()
    hidden = []
    for process in partly:
        access = access_for(user, process)
        hidden += [
            document.pk
            for document in Document.objects.filter(process=process, removed_at__isnull=True)
            if not decide_document(user, "document_read", document, access=access)
        ]
    return hidden
