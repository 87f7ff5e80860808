"""Processes as cards: who asks, what about, until when, what I can do."""

from django.db.models import Count, Max, Q, QuerySet

from processes.models import Process


def with_card_facts(rows: QuerySet[Process]) -> QuerySet[Process]:
    """Add what a card says: `closes_on` (last day of any task), `task_count`, `done_count`, `text_count`."""
    live = Q(nodes__disabled_at__isnull=True)
    tasks = live & Q(nodes__kind="task")
    facts = rows.annotate(
        closes_on=Max("nodes__ends_on", filter=live),
        task_count=Count("nodes", filter=tasks, distinct=True),
        done_count=Count("nodes", filter=tasks & Q(nodes__status="finished"), distinct=True),
        text_count=Count("documents", filter=Q(documents__removed_at__isnull=True), distinct=True),
    )
    # Grouping drops the model's own order.
    return facts.order_by("-created_at", "pk")
