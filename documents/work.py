"""What documents put on a person's list of work: comments that wait for their answer."""

from django.db.models import Q
from django.utils.translation import ngettext

from documents.selectors.answers import waiting_documents
from processes.models import ProcessRole, Role
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
