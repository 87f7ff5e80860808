import pytest

from cocreation.kernel.errors import Conflict
from community.models import Activity
from community.selectors import personal_data_export, removal_obstacles
from community.services.people import user_remove
from processes.models import Assignment, ProcessRole, ProcessStatus, Role
from processes.permissions import role_of
from processes.services import processes, roles, tasks
from tests.factories.processes import branch, person


def process_by(actor, title="Transport plan"):
    return processes.process_create(
        actor=actor,
        title=title,
        summary="",
        description="",
        language="en",
        visibility="private",
    )


def leave(user):
    user_remove(actor=user, confirmation=user.email)


@pytest.mark.django_db
def test_who_leaves_gives_up_roles_teams_and_tasks():
    coordinator, user = person("Coordinator"), person("Anna Unique")
    process = process_by(coordinator)
    _phase, _objective, [task] = branch(process)
    roles.role_grant(actor=coordinator, process=process, user=user, role=Role.COAUTHOR)
    tasks.task_assign(actor=coordinator, task=task, user=user)
    epoch = process.access_epoch
    exported = personal_data_export(user)["processes"]
    assert exported["roles"][0]["process__title"] == "Transport plan"
    assert exported["tasks"][0]["node__title"] == task.title
    leave(user)
    process.refresh_from_db()
    assert role_of(user, process) in ("anonymous", "visitor")
    assert not ProcessRole.objects.filter(user=user).exists()
    assert not Assignment.objects.filter(user=user).exists()
    assert process.access_epoch > epoch, "open sockets ask again"
    assert not any("Anna Unique" in str(row) for row in Activity.objects.values())


@pytest.mark.django_db
def test_leaving_is_denied_to_the_last_coordinator_of_a_running_process():
    coordinator, other = person("Coordinator"), person()
    process = process_by(coordinator)
    [reason] = removal_obstacles(coordinator)
    assert "Transport plan" in reason
    with pytest.raises(Conflict):
        leave(coordinator)
    assert role_of(coordinator, process) == Role.COORDINATOR
    roles.role_grant(actor=coordinator, process=process, user=other, role=Role.COORDINATOR)
    assert removal_obstacles(coordinator) == []
    leave(coordinator)
    assert role_of(other, process) == Role.COORDINATOR


@pytest.mark.django_db
def test_a_finished_process_holds_nobody_back():
    coordinator = person("Coordinator")
    process = process_by(coordinator)
    type(process).objects.filter(pk=process.pk).update(status=ProcessStatus.FINISHED)
    assert removal_obstacles(coordinator) == []
    leave(coordinator)
