"""What must come first holds a task up, unless a coordinator says why not."""

import pytest

from cocreation.kernel.errors import Conflict, Invalid
from community.models import Activity
from processes.models import Prerequisite
from processes.permissions import decide
from processes.selectors.processes import process_tree
from processes.selectors.tree import walk
from processes.selectors.waiting import blockers
from processes.services.prerequisites import (
    prerequisite_add,
    prerequisite_remove,
    prerequisites_set,
    wait_override,
    wait_override_withdraw,
)
from processes.services.tasks import task_status_set
from processes.services.tree import node_create, node_disable
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return make.process()


@pytest.fixture
def actor(process):
    return process.created_by


@pytest.fixture
def tasks(process):
    return make.branch(process, tasks=3)[2]


def begin(task):
    return task_status_set(actor=task.process.created_by, task=task, status="in_progress")


def finish(task):
    return task_status_set(actor=task.process.created_by, task=task, status="finished")


def test_a_task_cannot_begin_before_what_must_be_finished_first(actor, tasks):
    first, second, _third = tasks
    prerequisites_set(actor=actor, node=second, blocks=[first])
    for act in (begin, finish):
        with pytest.raises(Conflict) as refusal:
            act(second)
        assert refusal.value.code == "blocked"
        assert refusal.value.details["waits_for"] == [{"id": str(first.pk), "title": "Task 1"}]
    second.refresh_from_db()
    assert second.status == "awaiting"
    finish(first)
    begin(second)


def test_advice_stops_nobody(actor, tasks):
    first, second, _third = tasks
    prerequisites_set(actor=actor, node=second, advice=[first])
    begin(second)


def test_what_has_begun_can_be_finished_though_something_was_put_before_it(actor, tasks):
    first, second, _third = tasks
    begin(second)
    prerequisite_add(actor=actor, node=second, requires=first, kind="blocks")
    finish(second)


def test_what_is_switched_off_holds_nobody_up(actor, tasks):
    first, second, _third = tasks
    prerequisites_set(actor=actor, node=second, blocks=[first])
    node_disable(actor=actor, node=first)
    begin(second)


@pytest.mark.parametrize("level", ["phase", "objective"])
def test_a_task_waits_for_what_its_objective_and_phase_wait_for(process, actor, level):
    before, after = make.branch(process, tasks=2), make.branch(process, tasks=1)
    index = 0 if level == "phase" else 1
    prerequisites_set(actor=actor, node=after[index], blocks=[before[index]])
    [task] = after[2]
    assert [row.pk for row in blockers(task)] == [before[index].pk]
    finish(before[2][0])
    with pytest.raises(Conflict):
        begin(task)
    finish(before[2][1])
    begin(task)


def test_an_empty_objective_is_not_finished_so_what_comes_after_its_phase_waits(process, actor):
    before, after = make.branch(process, tasks=1), make.branch(process, tasks=1)
    prerequisites_set(actor=actor, node=after[0], blocks=[before[0]])
    finish(before[2][0])
    node_create(actor=actor, process=process, kind="objective", parent=before[0], title="Empty")
    with pytest.raises(Conflict):
        begin(after[2][0])


def test_an_exception_needs_a_reason_is_logged_and_can_be_taken_back(actor, tasks):
    first, second, _third = tasks
    prerequisites_set(actor=actor, node=second, blocks=[first])
    with pytest.raises(Invalid) as refusal:
        wait_override(actor=actor, node=second, reason="  ")
    assert "reason" in refusal.value.fields
    wait_override(actor=actor, node=second, reason="The minister asked")
    assert blockers(second) == []
    wait_override_withdraw(actor=actor, node=second)
    with pytest.raises(Conflict):
        begin(second)
    wait_override(actor=actor, node=second, reason="The minister asked again")
    begin(second)
    row = Activity.objects.filter(verb="task.wait_overridden").latest("created_at")
    assert row.details == {"reason": "The minister asked again", "waits_for": ["Task 1"]}


def test_there_is_no_exception_from_nothing(actor, tasks):
    with pytest.raises(Conflict) as refusal:
        wait_override(actor=actor, node=tasks[0], reason="Just so")
    assert refusal.value.code == "waits_for_nothing"


@pytest.mark.parametrize("role", ["facilitator", "coauthor", "observer"])
def test_only_coordinators_make_exceptions(process, tasks, role):
    assert not decide(make.member(process, role), "wait_override", tasks[0])


def test_one_more_or_less_leaves_the_others(actor, tasks):
    first, second, third = tasks
    prerequisites_set(actor=actor, node=third, advice=[first])
    prerequisite_add(actor=actor, node=third, requires=second, kind="blocks")
    prerequisite_add(actor=actor, node=third, requires=second, kind="blocks")
    kinds = dict(Prerequisite.objects.values_list("requires__title", "kind"))
    assert kinds == {"Task 1": "advice", "Task 2": "blocks"}
    prerequisite_remove(actor=actor, node=third, requires=first)
    assert [row.requires for row in third.prerequisites.all()] == [second]
    with pytest.raises(Conflict) as refusal:
        prerequisite_add(actor=actor, node=second, requires=third, kind="advice")
    assert refusal.value.details["cycle"] == ["Task 2", "Task 3", "Task 2"]
    with pytest.raises(Invalid):
        prerequisite_add(actor=actor, node=second, requires=first, kind="perhaps")


def test_the_tree_says_what_keeps_a_task_from_beginning(process, actor):
    before, after = make.branch(process, tasks=1), make.branch(process, tasks=2)
    own, other = after[2]
    prerequisites_set(actor=actor, node=after[0], blocks=[before[0]])
    prerequisites_set(actor=actor, node=own, blocks=[other])

    def blocked():
        parts = {part.id: part for part in walk(process_tree(process, actor))}
        return parts[own.pk].blocked_by, parts[other.pk].blocked_by

    assert blocked() == (["Task 2", "Phase 1"], ["Phase 1"])
    wait_override(actor=actor, node=after[0], reason="We begin early")
    assert blocked() == (["Task 2"], [])
