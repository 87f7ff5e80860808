"""The tree as a person sees it: derived upwards, cut by rights, in a fixed number of queries."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from cocreation.kernel import clock
from processes.derivation import Progress, derive, task_progress
from processes.models import Node, Role
from processes.selectors.processes import process_get_for, process_tree
from processes.selectors.timeline import timeline
from processes.selectors.tree import process_progress, walk
from processes.services.assets import asset_link_create, asset_remove
from processes.services.prerequisites import prerequisites_set
from processes.services.roles import role_grant
from processes.services.tasks import task_assign, task_status_set
from processes.services.tree import node_create, node_disable
from tests.factories import processes as make

pytestmark = pytest.mark.django_db
A, I, F = "awaiting", "in_progress", "finished"  # noqa: E741


def progress(*statuses):
    return derive([task_progress(status, None, None) for status in statuses])


@pytest.mark.parametrize(
    ("statuses", "status", "percent"),
    [
        ((), A, 0),
        ((A,), A, 0),
        ((A, F), I, 50),
        ((I,), I, 50),
        ((F, F), F, 100),
        ((F, I, A), I, 50),
    ],
)
def test_status_and_progress_follow_from_the_tasks(statuses, status, percent):
    assert (progress(*statuses).status, progress(*statuses).percent) == (status, percent)


def test_an_empty_objective_is_not_finished_and_keeps_its_phase_from_it():
    assert derive([progress(F), progress()]).status == I
    assert derive([progress(F), progress()]).percent == 100


DATES = st.none() | st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))


@given(st.lists(st.tuples(st.sampled_from([A, I, F]), DATES, DATES)))
def test_derived_values_hold_together(tasks):
    found = derive([task_progress(*task) for task in tasks])
    assert found.tasks == len(tasks)
    assert 0 <= found.percent <= 100
    assert (found.status == F) == bool(tasks and all(status == F for status, _, _ in tasks))
    if not any(start and end and end < start for _, start, end in tasks):
        assert found.starts_on is None or found.starts_on <= found.ends_on


def test_planned_dates_of_a_phase_count_before_derived_ones():
    day = datetime.date(2026, 1, 5)
    later = day + datetime.timedelta(days=9)
    found = derive([Progress(A, 0, 1, 0, day, day)], None, later)
    assert (found.starts_on, found.ends_on) == (day, later)


@pytest.fixture
def process():
    return make.process()


def test_the_tree_is_nested_in_order_with_everything_on_it(process):
    phase, objective, [first, second] = make.branch(process, tasks=2)
    actor = process.created_by
    user = make.member(process, Role.COAUTHOR, name="Anna")
    task_assign(actor=actor, task=second, user=user)
    asset_link_create(actor=actor, task=second, url="https://example.org")
    gone = asset_link_create(actor=actor, task=second, url="https://example.org/2")
    asset_remove(actor=actor, asset=gone)
    prerequisites_set(actor=actor, node=second, advice=[first])
    [top] = process_tree(process, user)
    [goal] = top.children
    assert [part.id for part in walk([top])] == [phase.pk, objective.pk, first.pk, second.pk]
    task = goal.children[1]
    assert (task.asset_count, task.is_mine, task.waits_for) == (1, True, ["Task 1"])
    assert [holder.name for holder in task.assignments] == ["Anna"]
    task_status_set(actor=actor, task=first, status="finished")
    [top] = process_tree(process, user)
    assert (top.status, top.percent, top.children[0].children[1].waits_for) == (I, 50, [])
    assert process_progress([top]).finished == 1


def test_what_is_switched_off_counts_for_nothing_and_is_shown_to_who_can_restore_it(process):
    _phase, objective, [first, second] = make.branch(process, tasks=2)
    actor = process.created_by
    task_status_set(actor=actor, task=first, status="finished")
    node_disable(actor=actor, node=second)
    [top] = process_tree(process, actor)
    assert top.status == F
    assert [part.is_disabled for part in top.children[0].children] == [False, True]
    reader = make.member(process, Role.OBSERVER)
    assert len(process_tree(process, reader)[0].children[0].children) == 1
    node_disable(actor=actor, node=objective)
    [top] = process_tree(process, actor)
    assert top.status == A
    assert [part.is_disabled for part in walk([top])] == [False, True, True, True]
    assert process_tree(process, reader)[0].children == []


def test_a_person_of_one_branch_sees_the_way_there_only(process):
    phase, objective, [first, _second] = make.branch(process, tasks=2)
    make.branch(process)
    user = make.member(process, Role.COAUTHOR, node=first)
    tree = process_tree(process, user)
    assert [part.id for part in walk(tree)] == [phase.pk, objective.pk, first.pk]
    assert [part.is_passage for part in walk(tree)] == [True, True, False]


def test_none_hides_a_branch_of_a_public_process():
    process = make.process(visibility="public")
    phase, _objective, _tasks = make.branch(process)
    make.branch(process)
    user = make.member(process, Role.NONE, node=phase)
    assert [part.title for part in process_tree(process, user)] == ["Phase 2"]
    assert len(process_tree(process, AnonymousUser())) == 2


def test_late_work_is_marked(process):
    _phase, objective, _tasks = make.branch(process)
    yesterday = clock.today() - datetime.timedelta(days=1)
    task = node_create(
        actor=process.created_by,
        process=process,
        kind="task",
        parent=objective,
        title="Late",
        ends_on=yesterday,
    )
    assert [p.is_late for p in walk(process_tree(process, process.created_by))] == [
        True,
        True,
        False,
        True,
    ]
    task_status_set(actor=process.created_by, task=task, status="finished")
    tree = process_tree(process, process.created_by)
    assert not [p for p in walk(tree) if p.kind == "task" and p.is_late]


@pytest.mark.parametrize("tasks", [3, 600])
def test_the_tree_costs_the_same_for_3_and_600_tasks(process, tasks, django_assert_num_queries):
    for _ in range(3):
        phase, _objective, rows = make.branch(process, tasks=1)
    Node.objects.bulk_create(
        Node(process=process, kind="task", parent=rows[0].parent, title=str(n), order=n)
        for n in range(tasks)
    )
    user = make.member(process, Role.COAUTHOR, node=phase)
    role_grant(
        actor=process.created_by, process=process, team=make.team(process, user), role="observer"
    )
    process = process_get_for(user, process.pk, need="process_read")
    with django_assert_num_queries(6):
        tree = process_tree(process, user)
    assert len(list(walk(tree))) == 9 + tasks


def test_the_time_line_places_phases_within_the_whole(process):
    start = clock.today() - datetime.timedelta(days=5)
    timed = make.process(
        template=make.template(phases=2, tasks=1, duration_days=5), starts_on=start
    )
    line = timeline(process_tree(timed, timed.created_by))
    assert [(row.offset_percent, row.width_percent) for row in line.rows] == [(0, 50), (50, 50)]
    assert line.today_percent == 50
    assert timeline(process_tree(process, process.created_by)).rows == []
