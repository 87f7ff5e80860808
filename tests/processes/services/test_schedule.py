"""Moving a task with what follows: together or not at all, refused before what must come first, undone."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cocreation.kernel.errors import Conflict, Forbidden, Invalid
from community.models import Activity
from processes.models import NodeStatus, Role, WorkDays
from processes.selectors.schedule import schedule_of
from processes.services import schedule as services
from processes.services.prerequisites import prerequisite_add, wait_override
from processes.services.processes import process_update
from processes.services.tasks import task_status_set
from processes.services.tree import node_update
from tests.factories import processes as factory

pytestmark = pytest.mark.django_db


def day(number: int) -> datetime.date:
    return datetime.date(2027, 3, number)


@pytest.fixture
def plan():
    """Three tasks in a row, each of two days, each waiting for the one before; and their phase."""
    process = factory.process()
    phase, _objective, tasks = factory.branch(process, tasks=3)
    for number, task in enumerate(tasks):
        first = 1 + 2 * number
        task.starts_on, task.ends_on = day(first), day(first + 1)
        task.save()
        if number:
            before = tasks[number - 1]
            prerequisite_add(actor=process.created_by, node=task, requires=before, kind="blocks")
    return process, phase, tasks


def days(task):
    task.refresh_from_db()
    return task.starts_on, task.ends_on


def shift(process, task, first, last, **options):
    return services.schedule_shift(
        actor=options.pop("actor", process.created_by),
        node=task,
        starts_on=first,
        ends_on=last,
        **options,
    )


def test_what_waits_moves_along_and_each_move_is_in_the_log(plan):
    process, phase, tasks = plan

    done = shift(process, tasks[0], day(1), day(5))

    assert [days(task) for task in tasks] == [
        (day(1), day(5)),
        (day(6), day(7)),
        (day(8), day(9)),
    ]
    assert [(end.phase, end.new, end.is_planned) for end in done.ends] == [(phase, day(9), False)]
    assert Activity.objects.filter(verb="task.rescheduled").count() == 3


def test_only_this_one_leaves_the_rest_where_it_is_and_the_plan_says_so(plan):
    process, _phase, tasks = plan

    shift(process, tasks[0], day(1), day(5), with_followers=False)

    assert days(tasks[1]) == (day(3), day(4))
    assert set(schedule_of(process).too_early()) == {tasks[1].pk}


def test_a_day_before_what_must_come_first_is_refused_with_the_earliest_day(plan):
    process, _phase, tasks = plan

    for change in (
        lambda: shift(process, tasks[1], day(2), day(3)),
        lambda: node_update(actor=process.created_by, node=tasks[1], starts_on=day(2)),
    ):
        with pytest.raises(Conflict) as refusal:
            change()
        assert refusal.value.code == "before_prerequisite"
        assert refusal.value.details["earliest"] == "2027-03-03"
        assert tasks[0].title in refusal.value.message
    assert days(tasks[1]) == (day(3), day(4))


def test_what_is_finished_or_excepted_does_not_hold_up(plan):
    process, _phase, tasks = plan
    wait_override(actor=process.created_by, node=tasks[2], reason="The room is booked")
    task_status_set(actor=process.created_by, task=tasks[0], status=NodeStatus.FINISHED)

    shift(process, tasks[1], day(1), day(20))

    assert days(tasks[1]) == (day(1), day(20))
    assert days(tasks[2]) == (day(5), day(6))


def test_a_phase_that_must_be_finished_first_holds_up_the_tasks_of_the_next(plan):
    process, phase, tasks = plan
    later, _objective, (task,) = factory.branch(process)
    task.starts_on = task.ends_on = day(7)
    task.save()
    prerequisite_add(actor=process.created_by, node=later, requires=phase, kind="blocks")

    shift(process, tasks[2], day(5), day(10))

    assert days(task) == (day(11), day(11))
    with pytest.raises(Conflict):
        shift(process, task, day(9), day(9))


def test_a_planned_end_of_the_phase_that_is_passed_is_told(plan):
    process, phase, tasks = plan
    node_update(actor=process.created_by, node=phase, starts_on=day(1), ends_on=day(6))

    done = shift(process, tasks[2], day(6), day(8))

    assert [(end.phase.pk, end.old, end.is_planned) for end in done.ends] == [
        (phase.pk, day(6), True)
    ]


def test_nothing_moves_when_a_follower_is_not_theirs_to_change(plan):
    process, phase, tasks = plan
    person = factory.member(process, Role.FACILITATOR, node=phase)
    _later, _objective, (task,) = factory.branch(process)
    task.starts_on = task.ends_on = day(7)
    task.save()
    prerequisite_add(actor=process.created_by, node=task, requires=tasks[2], kind="blocks")

    with pytest.raises(Forbidden) as refusal:
        shift(process, tasks[0], day(1), day(9), actor=person)

    assert refusal.value.code == "follower"
    assert [days(t)[0] for t in (*tasks, task)] == [day(1), day(3), day(5), day(7)]
    shift(process, tasks[0], day(1), day(9), actor=person, with_followers=False)


@pytest.mark.parametrize("role", [Role.COAUTHOR, Role.OBSERVER])
def test_others_may_not_move_anything(plan, role):
    process, _phase, tasks = plan

    with pytest.raises(Forbidden):
        shift(process, tasks[2], day(8), day(9), actor=factory.member(process, role))
    assert days(tasks[2]) == (day(5), day(6))


def test_a_move_is_undone_as_a_whole_or_not_at_all(plan):
    process, _phase, tasks = plan
    actor = process.created_by
    done = shift(process, tasks[0], day(1), day(5))
    token = services.undo_token(process, [done.move, *done.followers])
    node_update(actor=actor, node=tasks[2], ends_on=day(20))

    with pytest.raises(Conflict):
        services.schedule_restore(actor=actor, process=process, token=token)
    assert days(tasks[0]) == (day(1), day(5))

    node_update(actor=actor, node=tasks[2], ends_on=day(9))
    observer = factory.member(process, Role.OBSERVER)
    with pytest.raises(Forbidden):
        services.schedule_restore(actor=observer, process=process, token=token)
    services.schedule_restore(actor=actor, process=process, token=token)
    assert [days(task)[0] for task in tasks] == [day(1), day(3), day(5)]


def test_an_undo_that_we_did_not_give_is_refused(plan):
    process, _phase, _tasks = plan
    other = factory.process()
    foreign = services.undo_token(other, [])

    for token in ("", "nonsense", foreign):
        with pytest.raises(Invalid):
            services.schedule_restore(actor=process.created_by, process=process, token=token)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (None, day(3)),
        (day(3), None),
        (day(3), day(2)),
        (datetime.date(1, 1, 1), day(3)),
        (day(3), datetime.date.max),
    ],
)
def test_days_that_make_no_sense_are_refused(plan, first, last):
    process, _phase, tasks = plan

    with pytest.raises(Invalid):
        shift(process, tasks[0], first, last)
    assert days(tasks[0]) == (day(1), day(2))


def test_the_preview_costs_the_same_for_a_large_plan(plan):
    process, _phase, tasks = plan

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            services.schedule_preview(
                actor=process.created_by,
                process=process,
                node=tasks[0],
                starts_on=day(1),
                ends_on=day(9),
            )
        return len(queries)

    before = cost()
    factory.branch(process, tasks=50)
    assert cost() == before == 2


def test_what_moves_keeps_its_length_in_working_days_and_does_not_begin_or_end_on_a_day_off(plan):
    process, _phase, tasks = plan
    process_update(actor=process.created_by, process=process, work_days=WorkDays.LV)
    # 1 March 2027 is a Monday, 26 and 29 March are Good Friday and Easter Monday.
    shift(process, tasks[0], day(4), None, keep_length=True)
    assert [days(task) for task in tasks] == [
        (day(4), day(5)),
        (day(8), day(9)),
        # It was on a Friday and a Saturday.
        (day(10), day(10)),
    ]
    done = shift(process, tasks[1], day(25), None, keep_length=True)
    assert done.length == 2
    assert (days(tasks[1]), days(tasks[2])) == ((day(25), day(30)), (day(31), day(31)))
    # From Monday 8 until Wednesday 24 March.
    assert schedule_of(process).slack()[tasks[0].pk] == 13
    with pytest.raises(Conflict) as refusal:
        shift(process, tasks[1], day(6), day(8))
    assert refusal.value.details["earliest"] == "2027-03-08"


def test_what_waits_is_brought_forward_only_when_it_is_asked_for(plan):
    process, _phase, tasks = plan
    seen = services.schedule_preview(
        actor=process.created_by, process=process, node=tasks[0], starts_on=day(1), ends_on=day(1)
    )
    assert (seen.followers, [move.days for move in seen.coming]) == ([], [-1, -1])
    shift(process, tasks[0], day(1), day(1))
    assert days(tasks[1])[0] == day(3)
    shift(process, tasks[0], day(1), day(2))
    task_status_set(actor=process.created_by, task=tasks[2], status=NodeStatus.AWAITING)

    shift(process, tasks[0], day(1), day(1), earlier=True)
    assert [days(task)[0] for task in tasks] == [day(1), day(2), day(4)]


def test_a_phase_moves_with_what_is_in_it_and_what_waits_outside_and_is_undone(plan):
    process, phase, tasks = plan
    actor = process.created_by
    node_update(actor=actor, node=phase, starts_on=day(1), ends_on=day(10))
    _later, _objective, (outside,) = factory.branch(process)
    outside.starts_on = outside.ends_on = day(7)
    outside.save()
    prerequisite_add(actor=actor, node=outside, requires=tasks[2], kind="blocks")

    done = shift(process, phase, day(4), None)
    assert days(phase) == (day(4), day(13))
    assert [days(task)[0] for task in (*tasks, outside)] == [day(4), day(6), day(8), day(10)]
    assert {move.node.pk for move in done.inside} == {task.pk for task in tasks}

    # The objective has no days of its own: its tasks move, the phase stays.
    back = shift(process, tasks[0].parent, day(5), None, with_followers=False)
    assert [days(task)[0] for task in (*tasks, outside)] == [day(5), day(7), day(9), day(10)]
    assert days(phase) == (day(4), day(13))
    with pytest.raises(Conflict):
        shift(process, outside.parent, day(9), None)
    for moved, with_followers in ((back, False), (done, True)):
        token = services.undo_token(process, moved.moves(with_followers=with_followers))
        services.schedule_restore(actor=actor, process=process, token=token)
    assert [days(task)[0] for task in (*tasks, outside)] == [day(1), day(3), day(5), day(7)]
    with pytest.raises(Forbidden):
        shift(process, phase, day(8), None, actor=factory.member(process, Role.COAUTHOR))
