"""What is asked of a person now, across all processes."""

import datetime

from django.db.models import Count, Q

from cocreation.kernel import clock
from processes import work_kinds
from processes.models import (
    Assignment,
    Invitation,
    JoinRequest,
    JoinRequestStatus,
    Node,
    NodeStatus,
    ProcessStatus,
)
from processes.paths import join_requests_path, task_path
from processes.permissions.access import ProcessAccess
from processes.selectors.drafts import drafts_due
from processes.selectors.processes import processes_visible_to
from processes.work_kinds import WorkItem


def my_work(user) -> list[WorkItem]:
    """Return what is asked of a signed-in person: what is due soonest first, then what has no date.

    Tasks given to them or their teams, invitations, requests to join that they may answer, and what higher apps
    registered (comments to answer). Empty for visitors.
    """
    if not user.is_authenticated:
        return []
    items = work_kinds.find(user)
    return sorted(items, key=lambda item: (item.due_on or datetime.date.max, item.title))


def own_work(user) -> list[WorkItem]:
    """Return what this app puts on a person's list (registered in work_kinds)."""
    return [*_tasks(user), *_invitations(user), *_join_requests(user), *drafts_due(user)]


def _tasks(user) -> list[WorkItem]:
    mine = Q(user=user) | Q(team__members__user=user)
    nodes = (
        Node.objects.filter(
            pk__in=Assignment.objects.filter(mine).values("node_id"),
            process__in=processes_visible_to(user).order_by(),
            process__status=ProcessStatus.IN_PROGRESS,
            disabled_at__isnull=True,
            parent__disabled_at__isnull=True,
            parent__parent__disabled_at__isnull=True,
        )
        .exclude(status=NodeStatus.FINISHED)
        .select_related("process", "parent__parent")
    )
    accesses: dict = {}
    items = []
    for node in nodes:
        # One query per process in which the person has tasks, not per task.
        access = accesses.get(node.process_id)
        if access is None:
            access = accesses[node.process_id] = ProcessAccess(user, node.process)
        if access.can_see(node):
            items.append(
                WorkItem(
                    kind="task",
                    title=node.title,
                    url=task_path(node),
                    process_id=node.process_id,
                    process_title=node.process.title,
                    due_on=node.ends_on,
                    status=node.status,
                    object_id=node.pk,
                )
            )
    return items


def _invitations(user) -> list[WorkItem]:
    """Invitations to the person's address. The secret is only in the mail: `url` is empty, pages offer
    `invitation_accept_own` by the invitation's id."""
    rows = Invitation.objects.filter(
        email__iexact=user.email,
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=clock.now(),
        process__status=ProcessStatus.IN_PROGRESS,
    ).select_related("process")
    return [
        WorkItem(
            kind="invitation",
            title=row.process.title,
            url="",
            process_id=row.process_id,
            process_title=row.process.title,
            due_on=row.expires_at.date(),
            status=row.role,
            object_id=row.pk,
        )
        for row in rows
    ]


def _join_requests(user) -> list[WorkItem]:
    waiting = (
        JoinRequest.objects.filter(
            status=JoinRequestStatus.WAITING,
            process__status=ProcessStatus.IN_PROGRESS,
            process__in=processes_visible_to(user, mine=True).order_by(),
        )
        .values("process_id")
        .annotate(n=Count("pk"))
    )
    counts = {row["process_id"]: row["n"] for row in waiting.order_by()}
    items = []
    for process in processes_visible_to(user, mine=True).filter(pk__in=counts):
        if ProcessAccess(user, process).decide("join_request_decide"):
            items.append(
                WorkItem(
                    kind="join_requests",
                    title=process.title,
                    url=join_requests_path(process),
                    process_id=process.pk,
                    process_title=process.title,
                    count=counts[process.pk],
                    object_id=process.pk,
                )
            )
    return items
