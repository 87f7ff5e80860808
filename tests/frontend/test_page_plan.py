"""Changing the plan by plain forms: each change says how to undo it, and undoing undoes it."""

import datetime
import re

import pytest

from processes.models import Node
from processes.services.prerequisites import prerequisites_set
from processes.services.tree import node_update
from tests.factories import processes as factory
from tests.frontend.clients import signed_in

pytestmark = pytest.mark.django_db
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def process():
    return factory.process()


@pytest.fixture
def tasks(process):
    return factory.branch(process, tasks=3)[2]


@pytest.fixture
def coordinator(process):
    return signed_in(process.created_by)


def address(node, action) -> str:
    return f"/processes/{node.process_id}/nodes/{node.pk}/{action}/"


def undo(client, page: str):
    """Press "Undo" on a page."""
    form = re.search(r'notice-undo.*?action="([^"]+)"(.*?)</form>', page, re.DOTALL)
    return client.post(form[1], dict(FIELD.findall(form[2])), follow=True)


def state(node) -> tuple:
    node = Node.objects.get(pk=node.pk)
    return (node.title, node.description, node.order, node.parent_id, node.status, node.disabled_at)


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("status", {"status": "in_progress"}),
        ("disable", {}),
        ("move", {"direction": "down"}),
        ("move", {"position": "2"}),
        ("edit", {"title": "Another name", "description": "Another text"}),
        ("rename", {"title": "Another name"}),
    ],
)
def test_what_was_done_can_be_undone(coordinator, tasks, action, data):
    before = state(tasks[0])
    page = coordinator.post(address(tasks[0], action), data, follow=True).content.decode()
    assert state(tasks[0]) != before
    undo(coordinator, page)
    assert state(tasks[0]) == before


def test_a_move_to_another_objective_is_undone(process, coordinator, tasks):
    _phase, goal, _others = factory.branch(process, tasks=1)
    before = state(tasks[1])
    data = {"place": f"{goal.pk}:1"}
    page = coordinator.post(address(tasks[1], "place"), data, follow=True).content.decode()
    moved = Node.objects.get(pk=tasks[1].pk)
    assert (moved.parent_id, moved.order) == (goal.pk, 1)
    undo(coordinator, page)
    assert state(tasks[1]) == before


def test_a_place_that_is_none_is_refused_and_the_form_shown_again(coordinator, tasks):
    for place in ("nowhere", f"{tasks[1].pk}:0", "9" * 40):
        assert coordinator.post(address(tasks[0], "place"), {"place": place}).status_code == 422
    panel = coordinator.get(address(tasks[0], "place"), headers={"HX-Request": "true"})
    places = re.findall(r'data-place="([^"]+)" aria-selected="(\w+)"', panel.content.decode())
    goal = tasks[0].parent_id
    assert places == [(f"{goal}:0", "true"), (f"{goal}:1", "false"), (f"{goal}:2", "false")]


def test_a_task_is_put_between_others(process, coordinator, tasks):
    path = f"/processes/{process.pk}/nodes/new/?parent={tasks[0].parent_id}&position=1"
    coordinator.post(path, {"title": "Between"})
    rows = process.nodes.filter(kind="task").order_by("order")
    assert [row.title for row in rows] == ["Task 1", "Between", "Task 2", "Task 3"]


def test_the_menus_of_all_lines_are_in_the_page_once_and_on_each_parts_own_page(
    process, coordinator, tasks
):
    page = coordinator.get(f"/processes/{process.pk}/").content.decode()
    assert page.count("Switch off") == 3  # one for each kind, however many tasks
    assert page.count(f'data-move="{address(tasks[0], "move")}"') == 1
    stranger = signed_in(factory.member(process, "observer"))
    assert "data-move" not in stranger.get(f"/processes/{process.pk}/").content.decode()
    own = coordinator.get(address(tasks[0], "edit")).content.decode()
    for action in ("move", "disable", "place"):
        assert address(tasks[0], action) in own
    assert "Bring back" not in own
    coordinator.post(f"/processes/{process.pk}/nodes/new/?after={tasks[0].pk}", {"title": "Next"})
    rows = process.nodes.filter(kind="task").order_by("order")
    assert [row.title for row in rows] == ["Task 1", "Next", "Task 2", "Task 3"]


def test_a_blocked_task_says_what_it_waits_for_and_a_coordinator_lets_it_begin(
    process, coordinator, tasks
):
    first, second, _third = tasks
    prerequisites_set(actor=process.created_by, node=second, blocks=[first])
    response = coordinator.post(address(second, "status"), {"status": "finished"})
    assert response.status_code == 409
    assert "Task 1" in response.content.decode()
    page = f"/processes/{process.pk}/tasks/{second.pk}/"
    assert address(second, "begin") in coordinator.get(page).content.decode()

    assert coordinator.post(address(second, "begin"), {"reason": " "}).status_code == 422
    coordinator.post(address(second, "begin"), {"reason": "The council meets early"})
    assert "The council meets early" in coordinator.get(page).content.decode()
    coordinator.post(address(second, "status"), {"status": "finished"})
    assert state(second)[4] == "finished"
    coordinator.post(address(second, "begin"), {"withdraw": "1"})
    assert "The council meets early" not in coordinator.get(page).content.decode()


def test_facilitators_see_what_a_task_waits_for_but_make_no_exception(process, tasks):
    first, second, _third = tasks
    prerequisites_set(actor=process.created_by, node=second, blocks=[first])
    facilitator = signed_in(factory.member(process, "facilitator"))
    page = facilitator.get(f"/processes/{process.pk}/tasks/{second.pk}/").content.decode()
    assert "Task 1" in page
    assert address(second, "begin") not in page
    assert facilitator.post(address(second, "begin"), {"reason": "Now"}).status_code == 403


def test_a_prerequisite_is_taken_away_and_the_undo_brings_it_back(process, coordinator, tasks):
    first, second, _third = tasks
    coordinator.post(address(second, "after"), {"requires": str(first.pk), "kind": "blocks"})
    page = coordinator.post(address(second, "after"), {"remove": str(first.pk)}, follow=True)
    assert not second.prerequisites.exists()
    undo(coordinator, page.content.decode())
    assert second.prerequisites.get().kind == "blocks"


@pytest.mark.parametrize(
    "action", ["status", "disable", "move", "edit", "rename", "place", "after", "begin"]
)
def test_who_only_looks_on_changes_nothing(process, tasks, action):
    observer = signed_in(factory.member(process, "observer"))
    before = state(tasks[0])
    assert (
        observer.post(address(tasks[0], action), {"title": "X", "position": "2"}).status_code == 403
    )
    assert state(tasks[0]) == before


def test_two_who_change_the_same_field_see_both_texts_and_choose(process, coordinator, tasks):
    form = coordinator.get(address(tasks[0], "edit")).content.decode()
    revision = re.search(r'name="revision" value="(\d+)"', form)[1]
    node_update(actor=process.created_by, node=tasks[0], title="Theirs")
    mine = {"title": "Mine", "description": "My explanation", "revision": revision}
    answer = coordinator.post(address(tasks[0], "edit"), mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    words_of_both = ("Now it says: “Theirs”", 'value="Mine"', "My explanation")
    assert all(words in page for words in words_of_both)
    assert state(tasks[0])[0] == "Theirs"
    # The form now knows theirs: saving again is a choice, not an accident.
    again = re.search(r'name="revision" value="(\d+)"', page)[1]
    assert (
        coordinator.post(address(tasks[0], "edit"), mine | {"revision": again}).status_code == 302
    )
    assert state(tasks[0])[:2] == ("Mine", "My explanation")


def test_what_somebody_else_chose_is_said_in_words(process, coordinator, tasks):
    node_update(actor=process.created_by, node=tasks[0], starts_on=datetime.date(2027, 3, 5))
    mine = {"title": tasks[0].title, "starts_on": "2027-03-08", "revision": "1"}
    page = coordinator.post(address(tasks[0], "edit"), mine).content.decode()
    assert "Now it says: “5 Mar 2027”" in page


def test_two_who_change_different_fields_both_succeed(process, coordinator, tasks):
    form = coordinator.get(address(tasks[0], "edit")).content.decode()
    revision = re.search(r'name="revision" value="(\d+)"', form)[1]
    node_update(actor=process.created_by, node=tasks[0], title="Theirs")
    mine = dict(FIELD.findall(form)) | {"title": "Task 1", "description": "My explanation"}
    assert mine["initial-title"] == "Task 1"
    assert mine["revision"] == revision
    coordinator.post(address(tasks[0], "edit"), mine)
    assert state(tasks[0])[:2] == ("Theirs", "My explanation")


def test_a_name_written_in_place_shows_what_somebody_else_called_it_and_its_undo_overwrites_nobody(
    coordinator, tasks
):
    theirs = {"actor": tasks[0].process.created_by, "node": tasks[0]}
    node_update(**theirs, title="Theirs")
    asked = {"headers": {"HX-Request": "true"}}
    mine = {"title": "Mine", "revision": "1"}
    answer = coordinator.post(address(tasks[0], "rename"), mine, **asked)
    assert answer.status_code == 422
    assert "Now it says: “Theirs”" in answer.content.decode()
    assert coordinator.post(address(tasks[0], "rename"), {"title": " "}, **asked).status_code == 422
    assert state(tasks[0])[0] == "Theirs"

    newest = re.search(r'data-revision="(\d+)"', answer.content.decode())[1]
    mine |= {"revision": newest}
    done = coordinator.post(address(tasks[0], "rename"), mine, **asked).content.decode()
    assert state(tasks[0])[0] == "Mine"
    node_update(**theirs, title="Theirs again")
    assert undo(coordinator, done).status_code == 409
    assert state(tasks[0])[0] == "Theirs again"
