"""The REST door to the days of the plan."""

import pytest
from rest_framework.test import APIClient

from processes.models import Role
from processes.services.prerequisites import prerequisite_add
from processes.services.tree import node_update
from tests.factories import processes as factory
from tests.processes.services.test_schedule import day, days

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    process = factory.process(visibility="public")
    _phase, _objective, tasks = factory.branch(process, tasks=2)
    for task, number in zip(tasks, (1, 2), strict=True):
        node_update(actor=process.created_by, node=task, starts_on=day(number), ends_on=day(number))
    prerequisite_add(actor=process.created_by, node=tasks[1], requires=tasks[0], kind="blocks")
    return process, tasks


def client(user) -> APIClient:
    api = APIClient()
    api.force_authenticate(user)
    return api


def test_preview_move_and_undo(plan):
    process, tasks = plan
    api = client(process.created_by)
    path, body = (
        f"/api/v1/nodes/{tasks[0].pk}/schedule/",
        {
            "starts_on": "2027-03-01",
            "ends_on": "2027-03-04",
        },
    )

    seen = api.post(f"{path}preview/", body)
    assert [row["starts_on"] for row in seen.data["followers"]] == ["2027-03-05"]
    assert days(tasks[1]) == (day(2), day(2))

    done = api.post(path, body)
    assert done.status_code == 200, done.data
    assert days(tasks[1]) == (day(5), day(5))

    undone = api.post(f"/api/v1/processes/{process.pk}/schedule/undo/", {"undo": done.data["undo"]})
    assert undone.status_code == 204
    assert days(tasks[1]) == (day(2), day(2))


def test_a_day_before_its_prerequisite_is_a_conflict_that_names_the_earliest(plan):
    process, tasks = plan
    body = {"starts_on": "2027-03-01", "ends_on": "2027-03-04"}

    answer = client(process.created_by).post(f"/api/v1/nodes/{tasks[1].pk}/schedule/", body)

    assert answer.status_code == 409
    assert answer.data["code"] == "before_prerequisite"


@pytest.mark.parametrize("action", ["", "preview/"])
def test_only_leaders_move(plan, action):
    process, tasks = plan
    body = {"starts_on": "2027-03-01", "ends_on": "2027-03-04"}
    path = f"/api/v1/nodes/{tasks[0].pk}/schedule/{action}"

    assert client(factory.member(process, Role.COAUTHOR)).post(path, body).status_code == 403
    assert APIClient().post(path, body).status_code in (401, 403)


def test_a_phase_moves_as_a_whole_and_tells_what_could_come_earlier(plan):
    process, tasks = plan
    api = client(process.created_by)
    phase = tasks[0].parent.parent
    seen = api.post(f"/api/v1/nodes/{phase.pk}/schedule/preview/", {"starts_on": "2027-03-04"})
    assert [row["starts_on"] for row in seen.data["inside"]] == ["2027-03-04", "2027-03-05"]
    observer = client(factory.member(process, Role.OBSERVER))
    body = {"starts_on": "2027-03-04"}
    assert observer.post(f"/api/v1/nodes/{phase.pk}/schedule/", body).status_code == 403
    assert api.post(f"/api/v1/nodes/{phase.pk}/schedule/", body).status_code == 200
    assert days(tasks[1]) == (day(5), day(5))

    body = {"starts_on": "2027-03-02", "keep_length": True}
    seen = api.post(f"/api/v1/nodes/{tasks[0].pk}/schedule/preview/", body)
    assert [row["starts_on"] for row in seen.data["coming"]] == ["2027-03-03"]
    api.post(f"/api/v1/nodes/{tasks[0].pk}/schedule/", body | {"earlier": True})
    assert days(tasks[1]) == (day(3), day(3))
