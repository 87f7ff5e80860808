"""The response table (in Latvia: izziņa): every comment of a document and what became of it."""

import datetime
import statistics
import uuid
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cocreation.kernel import clock
from cocreation.kernel.markdown import plain_text
from documents.convert.text import inline_diff
from documents.models import Disposition, Document, Outcome, Thread
from documents.selectors.threads import threads_list, threads_placed


@dataclass(frozen=True)
class ResponseRow:
    """One line of the response table. Texts are plain; `changes` are the words before and after."""

    thread_id: uuid.UUID
    number: int
    asked_at: datetime.datetime
    author: str
    passage: str
    is_orphaned: bool
    comment: str
    replies: int
    outcome: str
    outcome_label: str
    reason: str
    answered_by: str
    answered_at: datetime.datetime | None
    changes: list[dict]
    version_number: int | None


def response_table(document: Document) -> list[ResponseRow]:
    """Return all threads that ask for an answer, in the order of the text. Constant number of queries."""
    threads = threads_list(document).filter(needs_answer=True)
    return [
        _row(item.thread, item.place.state == "orphaned")
        for item in threads_placed(document, threads)
    ]


def _row(thread: Thread, is_orphaned: bool) -> ResponseRow:
    disposition: Disposition | None = getattr(thread, "disposition", None)
    first, *rest = [*thread.comments.all()] or [None]
    author = thread.created_by
    return ResponseRow(
        thread_id=thread.pk,
        number=thread.number,
        asked_at=thread.created_at,
        author=author.display_name if author else _("Former member"),
        passage=thread.quote,
        is_orphaned=is_orphaned and bool(thread.quote),
        comment=_words(first),
        replies=len(rest),
        outcome=disposition.outcome if disposition else "",
        outcome_label=str(Outcome(disposition.outcome).label)
        if disposition
        else _("Not answered yet"),
        reason=plain_text(disposition.reason) if disposition else "",
        answered_by=disposition.author.display_name if disposition and disposition.author else "",
        answered_at=disposition.decided_at if disposition else None,
        changes=[changed_words(change) for change in disposition.changes] if disposition else [],
        version_number=disposition.version.number if disposition and disposition.version else None,
    )


def _words(comment) -> str:
    if comment is None:
        return ""
    if comment.removed_at is not None:
        return pgettext("comment", "Removed")
    return plain_text(comment.body)


def changed_words(change: dict) -> dict:
    """Return a stored change with its word-by-word difference: (op, text), op "equal", "insert", "delete"."""
    before, after = change.get("before", ""), change.get("after", change.get("quote", ""))
    return {**change, "diff": inline_diff(before, after)}


@dataclass(frozen=True)
class AnswerNumbers:
    """How a site or process answers: share in whole percent, median in whole days; None without any."""

    asked: int
    answered: int
    share_percent: int | None
    median_days: int | None


def answer_numbers(documents: QuerySet[Document]) -> AnswerNumbers:
    """Return true numbers about the answers in these documents. Two queries."""
    asking = Thread.objects.filter(document__in=documents, needs_answer=True)
    asked = asking.count()
    moments = list(
        asking.filter(disposition__isnull=False).values_list(
            "created_at", "disposition__decided_at"
        )
    )
    days = [max(0, (decided - created).days) for created, decided in moments]
    return AnswerNumbers(
        asked=asked,
        answered=len(moments),
        share_percent=round(100 * len(moments) / asked) if asked else None,
        median_days=round(statistics.median(days)) if days else None,
    )


def answer_numbers_of(documents: list[Document]) -> AnswerNumbers:
    """Return true numbers about the answers in documents that were fetched. Two queries."""
    return answer_numbers(Document.objects.filter(pk__in=[row.pk for row in documents]))


def waiting_documents(process_ids: list[uuid.UUID]) -> list[dict]:
    """Return documents with threads that wait for an answer: id, title, process, count, since when. One query."""
    rows = (
        Thread.objects.filter(
            document__process_id__in=process_ids,
            document__removed_at__isnull=True,
            needs_answer=True,
            disposition__isnull=True,
        )
        .values(
            "document_id", "document__title", "document__process_id", "document__process__title"
        )
        .annotate(count=Count("id"))
        .order_by("document__title")
    )
    return [
        {
            "document_id": row["document_id"],
            "title": row["document__title"],
            "process_id": row["document__process_id"],
            "process_title": row["document__process__title"],
            "count": row["count"],
        }
        for row in rows
    ]


def oldest_waiting_days(document: Document) -> int | None:
    """Return for how many days the oldest unanswered comment has waited, or None."""
    first = (
        Thread.objects.filter(document=document, needs_answer=True, disposition__isnull=True)
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first()
    )
    return (clock.now() - first).days if first else None
