"""What this app counts as a contribution: tasks finished, reviews of the story, days of taking part."""

import uuid
from collections import Counter

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.zones import zone_of
from community.models import Activity
from processes import contribution_kinds
from processes.contribution_kinds import ContributionKind, Counts, Days
from processes.models import Assignment, NodeKind, NodeStatus, Process, StoryReview


def finished_of(process: Process, user_id: uuid.UUID | None = None) -> dict[uuid.UUID, set]:
    """Return {person: {(task, complexity)}} of finished tasks that were given to them or to a team of theirs.

    Queries: 2.
    """
    rows = Assignment.objects.filter(
        node__process=process,
        node__kind=NodeKind.TASK,
        node__status=NodeStatus.FINISHED,
        node__disabled_at__isnull=True,
    )
    found: dict[uuid.UUID, set] = {}
    for person in ("user_id", "team__members__user_id"):
        some = rows.filter(**{f"{person}__isnull": False})
        if user_id is not None:
            some = some.filter(**{person: user_id})
        for user, node, complexity in some.values_list(person, "node_id", "node__complexity"):
            found.setdefault(user, set()).add((node, complexity))
    return found


def tasks_finished(process: Process, user_id: uuid.UUID | None = None) -> Counts:
    """Count finished tasks by the people who had them."""
    return {user: len(tasks) for user, tasks in finished_of(process, user_id).items()}


def story_reviews(process: Process, user_id: uuid.UUID | None = None) -> Counts:
    """Count reviews of the story of the process."""
    rows = StoryReview.objects.filter(story__process=process)
    if user_id is not None:
        rows = rows.filter(author_id=user_id)
    return dict(rows.values_list("author_id").order_by().annotate(number=Count("pk")))


def activity_days(process: Process, user_id: uuid.UUID | None = None) -> Days:
    """Return on which days who did something that left a line in the log. 1 query."""
    rows = Activity.objects.filter(process_id=process.pk, actor_id__isnull=False)
    if user_id is not None:
        rows = rows.filter(actor_id=user_id)
    day = TruncDate("created_at", tzinfo=zone_of(process.time_zone))
    return set(rows.order_by().values_list("actor_id", day).distinct())


def days_of(process: Process, user_id: uuid.UUID | None = None) -> Counts:
    """Count days of taking part."""
    return dict(Counter(user for user, _day in contribution_kinds.days(process, user_id)))


def register_own() -> None:
    """Make our kinds known (called by `ready()`)."""
    for order, name, label, count in (
        (40, "tasks", _("Tasks finished"), tasks_finished),
        (50, "reviews", _("Reviews of the story"), story_reviews),
        (60, "days", _("Days of taking part"), days_of),
    ):
        contribution_kinds.register(ContributionKind(name, label, count, order=order))
    contribution_kinds.register_days(activity_days)
