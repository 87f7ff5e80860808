"""What documents put on a person's list of work: comments to answer, mentions that wait for a reply."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.models import Comment, ThreadStatus
from documents.selectors.answers import waiting_documents
from documents.selectors.listing import documents_visible_to
from processes.models import ProcessRole, ProcessStatus, Role
from processes.work_kinds import WorkItem


def answers_due(user) -> list[WorkItem]:
    """Return one item per document with unanswered comments, for who coordinates its process. Two queries."""
    mine = Q(user=user) | Q(team__members__user=user)
    coordinated = ProcessRole.objects.filter(mine, role=Role.COORDINATOR, node__isnull=True)
    process_ids = list(coordinated.values_list("process_id", flat=True).distinct())
    return [_item(row) for row in waiting_documents(process_ids)] if process_ids else []


def _item(row: dict) -> WorkItem:
    return WorkItem(
        kind="answers",
        title=ngettext(
            "Answer %(count)s comment on “%(title)s”",
            "Answer %(count)s comments on “%(title)s”",
            row["count"],
        )
        % {"count": row["count"], "title": row["title"]},
        url=f"/documents/{row['document_id']}/answering/",
        process_id=row["process_id"],
        process_title=row["process_title"],
        count=row["count"],
        object_id=row["document_id"],
    )


def mentions_waiting(user) -> list[WorkItem]:
    """Return one item per open comment in which the person was named and has not written since. One query."""
    replied = Comment.objects.filter(
        thread=OuterRef("thread"), author=user, created_at__gt=OuterRef("created_at")
    )
    rows = (
        Comment.objects.filter(
            ~Exists(replied),
            mentions=user,
            removed_at=None,
            thread__status=ThreadStatus.OPEN,
            thread__document__in=documents_visible_to(user).order_by().values("pk"),
            thread__document__process__status=ProcessStatus.IN_PROGRESS,
        )
        .exclude(author=user)
        .select_related("author", "thread__document__process")
        .order_by("created_at", "pk")
    )
    # Named twice in one discussion is one thing to do.
    return [_mention(row) for row in {row.thread_id: row for row in rows}.values()]


def _mention(comment: Comment) -> WorkItem:
    thread = comment.thread
    author = comment.author.display_name if comment.author else _("Somebody")
    return WorkItem(
        kind="mention",
        title=_("Reply to %(author)s in #%(number)s of “%(document)s”")
        % {"author": author, "number": thread.number, "document": thread.document.title},
        url=f"/documents/{thread.document_id}/#thread-{thread.number}",
        process_id=thread.document.process_id,
        process_title=thread.document.process.title,
        object_id=thread.pk,
    )
