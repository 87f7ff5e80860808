"""Where texts are, for the news of a process (see processes/news_places.py)."""

import uuid
from collections.abc import Iterable

from documents.models import Document
from processes.news_places import Place


def document_places(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Place]:
    """Return the tasks and titles of texts, removed ones included. One query."""
    rows = Document.objects.filter(pk__in=list(ids))
    return {
        pk: Place(task_id, title, removed_at)
        for pk, task_id, title, removed_at in rows.values_list(
            "pk", "task_id", "title", "removed_at"
        )
    }
