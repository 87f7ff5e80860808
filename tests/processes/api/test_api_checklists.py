"""REST: the checklist of a task."""

import pytest

from processes.models import ChecklistItem, Role
from tests.factories import processes as make
from tests.processes.api.test_api_processes import problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    return make.branch(make.process(visibility="public"))[2][0]


@pytest.fixture
def url(task):
    return f"/api/v1/tasks/{task.pk}/"


def test_leaders_change_the_list_and_coauthors_tick_it(as_user, task, url):
    leader = as_user(task.process.created_by)
    points = f"{url}checklist/"
    first = leader.post(points, {"text": " All were  asked "}).json()
    assert (first["text"], first["is_needed"], first["is_done"]) == ("All were asked", True, False)
    second = leader.post(points, {"text": "A wish", "is_needed": False, "position": 0}).json()
    assert [row["id"] for row in as_user().get(points).json()] == [second["id"], first["id"]]
    problem(leader.post(f"{url}status/", {"status": "finished"}), 409, "checklist_open")
    refusal = leader.post(f"{url}status/", {"status": "finished"}).json()
    assert refusal["details"]["open_points"] == [{"id": first["id"], "text": "All were asked"}]

    coauthor = as_user(make.member(task.process, Role.COAUTHOR))
    one = f"{points}{first['id']}/"
    problem(coauthor.post(points, {"text": "Mine"}), 403, "role")
    problem(coauthor.patch(one, {"is_needed": False}), 403, "role")
    problem(coauthor.delete(one), 403, "role")
    problem(as_user(make.person()).post(f"{one}tick/", {"is_done": True}), 403, "role")
    ticked = coauthor.post(f"{one}tick/", {"is_done": True}).json()
    assert (ticked["is_done"], ticked["done_by"]["name"]) == (True, "coauthor")
    assert leader.get(url).json()["checklist"][1]["is_done"]
    tree = leader.get(f"/api/v1/processes/{task.process_id}/tree/").json()
    shown = tree[0]["children"][0]["children"][0]
    assert (shown["points_done"], shown["point_count"]) == (1, 2)
    assert leader.post(f"{url}status/", {"status": "finished"}).status_code == 200
    problem(coauthor.post(f"{one}tick/", {"is_done": False}), 409, "task_finished")

    moved = leader.patch(one, {"text": "All answered", "position": 0}).json()
    assert (moved["text"], moved["position"]) == ("All answered", 0)
    assert leader.delete(one).status_code == 204
    assert [row["text"] for row in leader.get(points).json()] == ["A wish"]
    assert leader.post(f"{one}restore/").json()["position"] == 0


def test_points_are_found_at_their_own_task_only(as_user, task, url):
    leader = as_user(task.process.created_by)
    other = make.branch(task.process)[2][0]
    point = ChecklistItem.objects.create(task=other, text="Elsewhere")
    problem(leader.post(f"{url}checklist/{point.pk}/tick/", {"is_done": True}), 404, "not_found")
    problem(leader.get(f"/api/v1/tasks/{task.parent_id}/checklist/"), 404, "not_found")


@pytest.mark.parametrize("number", [1, 50])
def test_a_list_costs_the_same_for_1_and_50(as_user, task, url, number, django_assert_num_queries):
    user = task.process.created_by
    rows = [ChecklistItem(task=task, text=str(n), done_by=user) for n in range(number)]
    ChecklistItem.objects.bulk_create(rows)
    client = as_user(user)
    client.get(f"{url}checklist/")
    with django_assert_num_queries(3):
        assert len(client.get(f"{url}checklist/").json()) == number
