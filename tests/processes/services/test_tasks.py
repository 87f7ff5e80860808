"""Status and assignment of tasks."""

import pytest

from cocreation.kernel.errors import Invalid
from community.models import Activity, Notification
from processes.models import Assignment, NodeStatus, Role
from processes.services.tasks import task_assign, task_status_set, task_unassign
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return make.process()


def test_a_task_is_finished_and_put_back(process):
    _phase, _objective, [task] = make.branch(process)
    actor = process.created_by
    for status in ("finished", "finished", "in_progress", "awaiting"):
        task_status_set(actor=actor, task=task, status=status)
    task.refresh_from_db()
    assert (task.status, task.finished_at) == (NodeStatus.AWAITING, None)
    verbs = Activity.objects.filter(target_id=task.pk).order_by("created_at")
    assert list(verbs.values_list("verb", flat=True)) == [
        "task.finished",
        "task.started",
        "task.put_back",
    ]


def test_only_tasks_have_a_status_and_people(process):
    phase, objective, [task] = make.branch(process)
    for node in (phase, objective):
        with pytest.raises(Invalid):
            task_status_set(actor=process.created_by, task=node, status="finished")
        with pytest.raises(Invalid):
            task_assign(actor=process.created_by, task=node, user=process.created_by)
    with pytest.raises(Invalid):
        task_status_set(actor=process.created_by, task=task, status="nearly")


def test_a_task_given_to_a_person_is_told_once(process):
    _phase, _objective, [task] = make.branch(process)
    user = make.member(process, Role.COAUTHOR)
    for _ in range(2):
        assignment = task_assign(actor=process.created_by, task=task, user=user)
    assert Assignment.objects.count() == 1
    assert Notification.objects.filter(user=user, kind="task.assigned").count() == 1
    task_unassign(actor=process.created_by, assignment=assignment)
    assert not Assignment.objects.exists()


def test_a_task_given_to_a_team_is_told_to_everybody_in_it_but_the_giver(process):
    _phase, _objective, [task] = make.branch(process)
    users = [make.person(), make.person()]
    task_assign(
        actor=process.created_by, task=task, team=make.team(process, *users, process.created_by)
    )
    told = Notification.objects.filter(kind="task.assigned").values_list("user_id", flat=True)
    assert set(told) == {user.pk for user in users}


def test_a_team_of_another_process_or_nobody_is_refused(process):
    _phase, _objective, [task] = make.branch(process)
    with pytest.raises(Invalid):
        task_assign(actor=process.created_by, task=task, team=make.team(make.process()))
    with pytest.raises(Invalid):
        task_assign(actor=process.created_by, task=task)
    with pytest.raises(Invalid):
        task_assign(
            actor=process.created_by, task=task, user=make.person(), team=make.team(process)
        )
