"""Everything a task's page (and its REST answer) shows: what it holds, who does it, what helps, what to start."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from interlinkers.selectors import Recommendation, recommendations
from processes.models import (
    Assignment,
    Node,
    NodeStatus,
    Prerequisite,
    WaitOverride,
)
from processes.selectors.assets import AssetView, task_asset_views, task_assets
from processes.selectors.checklists import Checklist, checklist_of
from processes.selectors.drafting import StartSuggestion, start_suggestion
from processes.selectors.people import task_assignments
from processes.selectors.waiting import blockers

RECOMMENDATIONS = 6


@dataclass(frozen=True)
class TaskDetail:
    """A task as its page shows it. `requires` are unfinished prerequisites that are not switched off,
    `blocked_by` what must be finished before it can begin (empty once it has begun).
    """

    task: Node
    assets: list[AssetView]
    removed_assets: list[AssetView]
    assignments: list[Assignment]
    requires: list[Node]
    blocked_by: list[Node]
    override: WaitOverride | None
    suggestion: StartSuggestion | None
    checklist: Checklist


def task_detail(task: Node, *, with_removed: bool = False) -> TaskDetail:
    """Return what a task's page shows; the caller has fetched the task for the reader (`task_get_for`).

    `with_removed`: also what was removed, for those who may restore it. Queries: at most 15.
    """
    assets = list(task_assets(task, with_removed=with_removed))
    blocked_by = blockers(task) if task.status == NodeStatus.AWAITING else []
    held_up = {row.pk for row in blocked_by}
    return TaskDetail(
        task=task,
        assets=task_asset_views(task, [asset for asset in assets if asset.removed_at is None]),
        removed_assets=task_asset_views(task, [asset for asset in assets if asset.removed_at]),
        assignments=list(task_assignments(task)),
        requires=[row for row in _unfinished_prerequisites(task) if row.pk not in held_up],
        blocked_by=blocked_by,
        override=WaitOverride.objects.filter(node=task).select_related("given_by").first(),
        suggestion=start_suggestion(task, assets),
        checklist=checklist_of(task),
    )


def task_recommendations(
    task: Node, *, language: str = "", limit: int = RECOMMENDATIONS
) -> list[Recommendation]:
    """Return interlinkers that fit the task, the best first, each with its reasons (translated sentences).

    Looks at what the template names for the task, at the problem profiles of the task and its objective, and at the
    words of both, in `language` (empty: the process's). What the task holds already is left out.
    """
    objective = task.parent
    words = [task.title, task.description, objective.title if objective else ""]
    named = (
        task.template_node.interlinkers.values_list("pk", flat=True) if task.template_node else []
    )
    held = task_assets(task).exclude(interlinker=None)
    return recommendations(
        profile_ids=list(_profile_ids(task)),
        text="\n".join(word for word in words if word),
        language=language or task.process.language,
        limit=limit,
        named_ids=list(named),
        without=list(held.values_list("interlinker_id", flat=True)),
    )


def _profile_ids(task: Node) -> QuerySet[uuid.UUID]:
    through = Node.problem_profiles.through
    nodes = [pk for pk in (task.pk, task.parent_id) if pk]
    return (
        through.objects.filter(node_id__in=nodes)
        .values_list("problemprofile_id", flat=True)
        .distinct()
    )


def _unfinished_prerequisites(task: Node) -> QuerySet[Node]:
    before = Prerequisite.objects.filter(node=task).values("requires_id")
    rows = Node.objects.filter(pk__in=before, disabled_at__isnull=True)
    return rows.exclude(status=NodeStatus.FINISHED).order_by("order")
