"""The checklist of a task: who changes it, what finishing asks of it, two people at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocreation.kernel.errors import Conflict, Invalid
from community.models import Activity
from processes.models import ChecklistItem, Node, NodeStatus
from processes.models.checklists import POINTS_MAX
from processes.selectors.activity import ActivityFilter, process_activity
from processes.selectors.checklists import checklist_of
from processes.services.checklists import (
    point_add,
    point_move,
    point_remove,
    point_restore,
    point_tick,
    point_update,
)
from processes.services.copying import process_copy
from processes.services.tasks import task_status_set
from tests.at_once import at_once
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    return make.branch(make.process())[2][0]


def add(task, *texts, **more) -> list[ChecklistItem]:
    actor = task.process.created_by
    return [point_add(actor=actor, task=task, text=words, **more) for words in texts]


def finish(task) -> Node:
    return task_status_set(actor=task.process.created_by, task=task, status="finished")


def texts(task) -> list[str]:
    rows = checklist_of(task).points
    assert [row.position for row in rows] == list(range(len(rows)))
    return [row.text for row in rows]


def test_finishing_asks_for_the_needed_points_and_names_the_open_ones(task):
    actor = task.process.created_by
    first, second = add(task, "Everybody was asked", "The figures are checked")
    add(task, "A picture is chosen", is_needed=False)
    point_tick(actor=actor, point=first, is_done=True)
    with pytest.raises(Conflict) as refusal:
        finish(task)
    assert refusal.value.code == "checklist_open"
    assert refusal.value.details == {
        "open_points": [{"id": str(second.pk), "text": "The figures are checked"}]
    }
    assert "The figures are checked" in refusal.value.message
    task.refresh_from_db()
    assert task.status == NodeStatus.AWAITING
    point_tick(actor=actor, point=second, is_done=True)
    assert finish(task).status == NodeStatus.FINISHED


def test_changing_the_list_lets_a_task_be_finished_and_is_logged(task):
    actor = task.process.created_by
    one, two = add(task, "One", "Two")
    point_update(actor=actor, point=one, is_needed=False)
    point_remove(actor=actor, point=two)
    assert finish(task).status == NodeStatus.FINISHED
    lines = Activity.objects.filter(target_id=task.pk, verb__startswith="checklist.")
    assert list(lines.order_by("created_at").values_list("verb", "target_label")) == [
        ("checklist.point_added", "One"),
        ("checklist.point_added", "Two"),
        ("checklist.point_changed", "One"),
        ("checklist.point_removed", "Two"),
    ]


def test_a_finished_task_keeps_what_it_needs(task):
    actor = task.process.created_by
    needed, other = [*add(task, "Needed"), *add(task, "Not needed", is_needed=False)]
    gone = add(task, "Gone")[0]
    point_remove(actor=actor, point=gone)
    point_tick(actor=actor, point=needed, is_done=True)
    finish(task)
    for act in (
        lambda: point_tick(actor=actor, point=needed, is_done=False),
        lambda: point_update(actor=actor, point=other, is_needed=True),
        lambda: point_restore(actor=actor, point=gone),
        lambda: add(task, "One more"),
    ):
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.code == "task_finished"
    point_tick(actor=actor, point=other, is_done=True)
    add(task, "A wish for later", is_needed=False)
    assert texts(task) == ["Needed", "Not needed", "A wish for later"]


def test_a_tick_twice_is_a_tick_once_and_says_whose(task):
    [point] = add(task, "Read aloud")
    first, second = make.person(), make.person()
    point_tick(actor=first, point=point, is_done=True)
    row = point_tick(actor=second, point=point, is_done=True)
    assert (row.done_by, Activity.objects.filter(verb="checklist.ticked").count()) == (first, 1)
    assert point_tick(actor=second, point=point, is_done=False).done_by is None


def test_a_removed_point_comes_back_to_its_place_with_its_tick(task):
    actor = task.process.created_by
    _one, two, _three = add(task, "1", "2", "3")
    point_tick(actor=actor, point=two, is_done=True)
    for _ in range(2):
        point_remove(actor=actor, point=two)
    assert texts(task) == ["1", "3"]
    with pytest.raises(Conflict) as refusal:
        point_tick(actor=actor, point=two, is_done=False)
    assert refusal.value.code == "point_removed"
    assert point_restore(actor=actor, point=two).is_done
    assert texts(task) == ["1", "2", "3"]


def test_bad_points_are_refused(task):
    actor = task.process.created_by
    for words in ("", " \n", "x" * 301):
        with pytest.raises(Invalid) as refusal:
            point_add(actor=actor, task=task, text=words)
        assert "text" in refusal.value.fields
    with pytest.raises(Invalid):
        point_add(actor=actor, task=task.parent, text="Of an objective")
    rows = [ChecklistItem(task=task, text=str(n), position=n) for n in range(POINTS_MAX)]
    ChecklistItem.objects.bulk_create(rows)
    with pytest.raises(Conflict) as refusal:
        add(task, "One too many")
    assert refusal.value.code == "checklist_full"


@settings(max_examples=12)
@given(moves=st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 6)), max_size=4))
def test_moves_do_what_they_do_to_a_list(moves):
    task = make.branch(make.process())[2][0]
    wanted = ["a", "b", "c", "d", "e"]
    rows = {row.text: row for row in add(task, *wanted)}
    for index, position in moves:
        words = wanted.pop(index)
        wanted.insert(max(0, min(position, 4)), words)
        point_move(actor=task.process.created_by, point=rows[words], position=position)
        assert texts(task) == wanted


def test_a_copy_has_the_points_but_not_the_ticks(task):
    source = task.process
    one, two, three = add(task, "One", "Two", "Three", is_needed=False)
    point_tick(actor=source.created_by, point=one, is_done=True)
    point_remove(actor=source.created_by, point=two)
    copy = process_copy(actor=source.created_by, source=source, title="Again")
    rows = ChecklistItem.objects.filter(task__process=copy)
    assert [(row.text, row.is_needed, row.is_done) for row in rows] == [
        ("One", False, False),
        (three.text, False, False),
    ]


@pytest.mark.django_db(transaction=True)
def test_finishing_and_a_new_needed_point_at_once_never_both_happen(task):
    outcomes = at_once(lambda: finish(Node.objects.get(pk=task.pk)), lambda: add(task, "Late"))
    refused = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert refused in (["checklist_open"], ["task_finished"])
    task.refresh_from_db()
    is_open = task.checklist.filter(done_at=None, is_needed=True).exists()
    assert not (task.status == NodeStatus.FINISHED and is_open)


def test_the_log_of_the_plan_tells_of_checklists(task):
    add(task, "One")
    process = task.process
    rows = process_activity(process.created_by, process, ActivityFilter(kind="plan"))
    assert rows.first().verb == "checklist.point_added"
