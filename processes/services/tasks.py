"""The work on tasks: how far they are and who does them."""

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid
from community.models import User
from community.services.notifications import notify
from processes.models import Assignment, Node, NodeKind, NodeStatus, Team
from processes.paths import task_path
from processes.selectors.waiting import blockers
from processes.services.changes import node_changed, record
from processes.services.checklists import demand_done

VERBS = {
    NodeStatus.AWAITING: "task.put_back",
    NodeStatus.IN_PROGRESS: "task.started",
    NodeStatus.FINISHED: "task.finished",
}


@transaction.atomic
def task_status_set(*, actor: User, task: Node, status: str) -> Node:
    """Set how far a task is; objectives and phases follow when they are read.

    A task that has not begun cannot begin before what must be finished first: Conflict (code "blocked"); one with open
    points that are needed cannot be finished: Conflict (code "checklist_open", the points in its details).
    Emits: node.updated; activity task.started, task.finished or task.put_back. The same status again does nothing.
    """
    _demand_task(task)
    if status not in NodeStatus.values:
        message = _("Choose how far the task is.")
        raise Invalid(message, "status", fields={"status": [message]})
    row = Node.objects.select_for_update().get(pk=task.pk)
    if row.status != status:
        before = row.status
        if before == NodeStatus.AWAITING:
            _demand_unblocked(task)
        if status == NodeStatus.FINISHED:
            demand_done(row)
        row.status = status
        row.finished_at = clock.now() if status == NodeStatus.FINISHED else None
        row.revision += 1
        row.field_revisions = row.field_revisions | {"status": row.revision}
        row.save()
        record(actor, VERBS[NodeStatus(status)], row, **{"from": before, "to": status})
        node_changed(row)
    for name in ("status", "finished_at", "revision", "field_revisions", "updated_at"):
        setattr(task, name, getattr(row, name))
    return task


@transaction.atomic
def task_assign(
    *, actor: User, task: Node, user: User | None = None, team: Team | None = None
) -> Assignment:
    """Give a task to a person or a team; twice is the same as once.

    Gives no rights by itself. Raises: Invalid for a team of another process.
    Emits: node.updated; notifications to whom it is given; activity task.assigned.
    """
    _demand_task(task)
    if (user is None) == (team is None):
        raise Invalid(_("Choose a person or a team."), "holder")
    if team is not None and team.process_id != task.process_id:
        raise Invalid(_("That belongs to another process."), "other_process")
    assignment, is_new = Assignment.objects.get_or_create(node=task, user=user, team=team)
    if is_new:
        record(actor, "task.assigned", task, to=str(user or team))
        node_changed(task)
        people = [user] if user else [member.user for member in team.members.select_related("user")]
        for person in people:
            if person != actor:
                _tell(actor, task, assignment, person)
    return assignment


@transaction.atomic
def task_unassign(*, actor: User, assignment: Assignment) -> None:
    """Take a task back from a person or a team. Emits: node.updated; activity task.unassigned."""
    task = assignment.node
    holder = str(assignment.user or assignment.team)
    removed, _rows = Assignment.objects.filter(pk=assignment.pk).delete()
    if removed:
        record(actor, "task.unassigned", task, to=holder)
        node_changed(task)


def _demand_unblocked(task: Node) -> None:
    waits_for = blockers(task)
    if waits_for:
        titles = [other.title for other in waits_for]
        raise Conflict(
            _("This cannot begin yet. What has to be finished first: %(titles)s.")
            % {"titles": ", ".join(f"«{title}»" for title in titles)},
            "blocked",
            details={"waits_for": [{"id": str(row.pk), "title": row.title} for row in waits_for]},
        )


def _demand_task(node: Node) -> None:
    if node.kind != NodeKind.TASK:
        raise Invalid(
            _("Only tasks have a status and people of their own; the rest follows from them."),
            "not_a_task",
        )


def _tell(actor: User, task: Node, assignment: Assignment, person: User) -> None:
    notify(
        user=person,
        kind="task.assigned",
        key=f"assignment:{assignment.pk}",
        data={"task": task.title, "process": task.process.title, "actor": actor.display_name},
        url=task_path(task),
        process_id=task.process_id,
    )
