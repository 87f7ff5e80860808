"""What this app counts as a contribution: words that stand in texts, comments, official answers; days of writing."""

import uuid

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from documents.models import AuthorCount, AuthorDay, Comment, Disposition, DocumentHead
from processes import contribution_kinds
from processes.contribution_kinds import ContributionKind, Counts, Days
from processes.models import Process


def words_standing(process: Process, user_id: uuid.UUID | None = None) -> Counts:
    """Sum the words that stand in texts of the process, as a job counted them."""
    rows = AuthorCount.objects.filter(
        document__process=process, document__removed_at__isnull=True, user_id__isnull=False
    )
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    return dict(rows.values_list("user_id").order_by().annotate(number=Sum("words")))


def words_waiting(process: Process) -> bool:
    """Tell whether a text of the process changed since its words were counted."""
    heads = DocumentHead.objects.filter(document__process=process, document__removed_at=None)
    stale = Q(document__count__isnull=True) | Q(document__count__sequence__lt=F("sequence"))
    return heads.filter(stale).exists()


def comments_written(process: Process, user_id: uuid.UUID | None = None) -> Counts:
    """Count comments that were not removed."""
    rows = Comment.objects.filter(
        thread__document__process=process,
        thread__document__removed_at__isnull=True,
        removed_at__isnull=True,
    )
    return _by_author(rows, user_id)


def answers_given(process: Process, user_id: uuid.UUID | None = None) -> Counts:
    """Count official answers to comments."""
    rows = Disposition.objects.filter(
        thread__document__process=process, thread__document__removed_at__isnull=True
    )
    return _by_author(rows, user_id)


def _by_author(rows: QuerySet, user_id: uuid.UUID | None) -> Counts:
    rows = rows.filter(author_id__isnull=False)
    if user_id is not None:
        rows = rows.filter(author_id=user_id)
    return dict(rows.values_list("author_id").order_by().annotate(number=Count("pk")))


def writing_days(process: Process, user_id: uuid.UUID | None = None) -> Days:
    """Return on which days who wrote in a text."""
    rows = AuthorDay.objects.filter(document__process=process)
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    return set(rows.values_list("user_id", "day"))


def _never(_process: Process) -> bool:
    return False


def register_kinds() -> None:
    """Make our kinds known (called by `ready()`)."""
    for order, name, label, count, waits in (
        (10, "words", _("Words in the texts as they stand"), words_standing, words_waiting),
        (20, "comments", _("Comments written"), comments_written, _never),
        (30, "answers", _("Comments answered officially"), answers_given, _never),
    ):
        contribution_kinds.register(ContributionKind(name, label, count, waits, order))
    contribution_kinds.register_days(writing_days)
