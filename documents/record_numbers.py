"""What the story of a process takes from our record: how many texts, comments, answers."""

from documents.models import Comment, Document, Thread
from processes.models import Process


def document_numbers(process: Process) -> dict[str, int]:
    """Return the numbers of a process (names as in frontend/presenters/stories.py). 4 queries."""
    threads = Thread.objects.filter(document__process=process, document__removed_at__isnull=True)
    comments = Comment.objects.filter(thread__in=threads, removed_at__isnull=True)
    return {
        "texts": Document.objects.filter(process=process, removed_at__isnull=True).count(),
        "comments": comments.count(),
        "asked": threads.filter(needs_answer=True).count(),
        "answered": threads.filter(needs_answer=True, disposition__isnull=False).count(),
    }
