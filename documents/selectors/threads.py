"""Reading threads, their place in the text, and how many are answered."""

import uuid
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel.errors import NotFound
from documents.models import (
    Comment,
    CommentDraft,
    Disposition,
    Document,
    Thread,
    ThreadStatus,
)
from documents.permissions import decide_comment, decide_thread
from documents.positions import Resolved, resolve
from documents.schema import blocks
from documents.selectors import texts
from documents.selectors.documents import document_get_for
from processes.permissions import require


@dataclass(frozen=True)
class PlacedThread:
    """A thread and where it is in the text now. `order` sorts by place; orphaned ones come last."""

    thread: Thread
    place: Resolved
    order: tuple[int, int, int]


def thread_get_for(user, thread_id: uuid.UUID | str, *, need: str) -> Thread:
    """Return a thread of a document that `user` may read, if they may do `need`.

    Raises NotFound, Forbidden with the reason.
    """
    thread = threads_with_comments().filter(pk=thread_id).first()
    if thread is None:
        raise NotFound(_("There is no such comment here."))
    thread.document = document_get_for(user, thread.document_id, need="document_read")
    require(decide_thread(user, need, thread))
    return thread


def comment_get_for(user, comment_id: uuid.UUID | str, *, need: str) -> Comment:
    """Return a comment that `user` may `comment_update` or `comment_remove`."""
    comment = (
        Comment.objects.select_related("thread__document", "author").filter(pk=comment_id).first()
    )
    if comment is None:
        raise NotFound(_("There is no such comment here."))
    comment.thread.document = document_get_for(
        user, comment.thread.document_id, need="document_read"
    )
    require(decide_comment(user, need, comment))
    return comment


def draft_get_for(user, document_id: uuid.UUID | str, draft_id: uuid.UUID | str) -> CommentDraft:
    """Return a kept comment if `user` may comment on its document now; whose it is, the service checks."""
    document = document_get_for(user, document_id, need="comment_create")
    draft = (
        CommentDraft.objects.select_related("thread__document", "comment__thread")
        .filter(pk=draft_id, document=document)
        .first()
    )
    if draft is None:
        raise NotFound(_("There is no such comment here."))
    draft.document = document
    return draft


def threads_with_comments() -> QuerySet[Thread]:
    """Return threads with all that a card shows, in a fixed number of queries."""
    comments = Comment.objects.select_related("author").order_by("created_at")
    return Thread.objects.select_related(
        "created_by", "document", "resolved_by", "disposition__author", "disposition__version"
    ).prefetch_related(Prefetch("comments", comments))


def threads_list(
    document: Document,
    *,
    status: str | None = None,
    mine=None,
    needs_answer: bool | None = None,
) -> QuerySet[Thread]:
    """Return the threads of a document (whose reading was checked), filtered.

    `mine`: a user, for threads they wrote in; `needs_answer=True`: those that wait for a disposition.
    """
    rows = threads_with_comments().filter(document=document).order_by("number")
    return threads_filtered(rows, status=status, mine=mine, needs_answer=needs_answer)


def threads_filtered(
    rows: QuerySet[Thread],
    *,
    status: str | None = None,
    mine=None,
    needs_answer: bool | None = None,
) -> QuerySet[Thread]:
    """Narrow threads down, as `threads_list` says."""
    if status in ThreadStatus.values:
        rows = rows.filter(status=status)
    if mine is not None and mine.is_authenticated:
        rows = rows.filter(Q(created_by=mine) | Q(comments__author=mine)).distinct()
    if needs_answer:
        rows = rows.filter(needs_answer=True, disposition__isnull=True)
    return rows


def comments_of(thread: Thread) -> QuerySet[Comment]:
    """Return the comments of a thread (whose reading was checked), oldest first."""
    return thread.comments.select_related("author").order_by("created_at", "pk")


def disposition_of(thread: Thread) -> Disposition:
    """Return the official answer of a thread (whose reading was checked). Raises NotFound before there is one."""
    disposition = getattr(thread, "disposition", None)
    if disposition is None:
        raise NotFound(_("There is no answer yet."))
    return disposition


def threads_placed(document: Document, threads: list[Thread] | QuerySet) -> list[PlacedThread]:
    """Return threads with their present place, in the order of the text."""
    content, _sequence = texts.document_content(document)
    positions = {block.id: index for index, block in enumerate(blocks(content))}
    placed = []
    for thread in threads:
        place = resolve(content, selector_of(thread))
        order = (_order(positions, thread, place), place.start, thread.number)
        placed.append(PlacedThread(thread, place, order))
    return sorted(placed, key=lambda item: item.order)


def _order(positions: dict, thread: Thread, place: Resolved) -> int:
    """Return where a thread is sorted: by its block; about the whole document first, without a place last."""
    if not thread.block_id:
        return -1
    if place.state == "orphaned":
        return len(positions)
    return positions.get(place.block_id, len(positions))


def selector_of(thread: Thread) -> dict:
    """Return the part of an anchor that the server resolves."""
    names = ("block_id", "start", "end", "quote", "prefix", "suffix")
    return {name: getattr(thread, name) for name in names}


def answer_counts(document: Document) -> tuple[int, int]:
    """Return (answered, all that ask for an answer). One query for each."""
    asking = Thread.objects.filter(document=document, needs_answer=True)
    return asking.filter(disposition__isnull=False).count(), asking.count()
