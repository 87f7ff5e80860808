"""REST: what may be done in phases."""

import datetime

import pytest

from cocreation.kernel import clock
from processes.models import Role
from processes.services.assets import asset_document_create
from tests.factories import processes as make
from tests.processes.api.test_api_processes import problem

pytestmark = pytest.mark.django_db
PHASES = "/api/v1/phases/"


@pytest.fixture
def process():
    return make.process(title="Bus lanes", visibility="open_to_comment")


@pytest.fixture
def phase(process):
    return make.branch(process)[0]


def test_a_phase_gets_rules_is_extended_closed_and_opened_again(as_user, process, phase):
    client = as_user(process.created_by)
    path = f"{PHASES}{phase.pk}/"
    levels = {"leaders": "comment", "coauthors": "comment", "visitors": "comment"}
    said = client.put(f"{path}rules/", levels).json()
    assert said["state"] == "open"
    assert said["levels"] == levels | {"commenters": "comment"}
    assert said["sentences"] == [
        "May comment: coordinators and facilitators, co-authors, commenters, everybody else."
    ]
    day = str(clock.today() + datetime.timedelta(days=9))
    assert client.post(f"{path}extend/", {"ends_on": day}).json()["ends_on"] == day
    assert client.post(f"{path}close/").json()["state"] == "closed"
    problem(client.post(f"{path}close/"), 409, "phase_not_open")
    assert client.post(f"{path}open/", {}).json()["state"] == "open"
    [row] = as_user().get(f"/api/v1/processes/{process.pk}/phases/").json()
    assert (row["id"], row["state"]) == (str(phase.pk), "open")


def test_a_preset_fills_in_levels_and_the_kind_of_a_phase_proposes_one(as_user, process, phase):
    client = as_user(process.created_by)
    type(phase).objects.filter(pk=phase.pk).update(phase_kind="consult")
    phases = f"/api/v1/processes/{process.pk}/phases/"
    assert client.get(phases).json()[0]["proposed"] == "consultation"
    [row] = client.post(f"{phases}proposed-rules/").json()
    assert (row["levels"]["leaders"], row["proposed"]) == ("comment", "")
    body = {"preset": "evaluation", "visitors": "read"}
    levels = client.put(f"{PHASES}{phase.pk}/rules/", body).json()["levels"]
    assert levels == {
        "leaders": "write", "coauthors": "comment", "commenters": "comment", "visitors": "read",
    }  # fmt: skip
    other = as_user(make.member(process, Role.FACILITATOR))
    problem(other.post(f"{phases}proposed-rules/"), 403, "role")


def test_a_text_goes_on_in_a_task_of_the_next_phase(as_user, process, phase):
    text = asset_document_create(
        actor=process.created_by,
        task=phase.children.get().children.first(),
        title="Plan",
        start={"kind": "empty"},
    )
    _later, _goal, [task] = make.branch(process)
    path, body = f"/api/v1/assets/{text.pk}/carry-on/", {"task": str(task.pk)}
    problem(as_user(make.member(process, Role.COAUTHOR)).post(path, body), 403, "role")
    client = as_user(process.created_by)
    assert client.post(path, body).json()["task"] == str(task.pk)
    problem(client.post(path, {"task": str(phase.pk)}), 404, "not_found")
    elsewhere = make.branch(make.process(process.created_by))[2][0]
    problem(client.post(path, {"task": str(elsewhere.pk)}), 422, "other_process")


def test_bad_levels_days_and_texts_are_refused(as_user, process, phase):
    client = as_user(process.created_by)
    path = f"{PHASES}{phase.pk}/"
    for body in ({"coauthors": "shout"}, {"visitors": "write"}, {"only": ["x"]}):
        assert client.put(f"{path}rules/", body).status_code == 400
    problem(client.put(f"{path}rules/", {"only": [str(phase.pk)]}), 422, "only")
    problem(client.post(f"{path}open/", {"ends_on": "2020-01-01"}), 422, "dates")


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COAUTHOR, Role.OBSERVER])
def test_only_coordinators_change_the_rules_of_a_phase(as_user, process, phase, role):
    client = as_user(make.member(process, role))
    path = f"{PHASES}{phase.pk}/"
    for answer in (
        client.put(f"{path}rules/", {"coauthors": "read"}),
        client.post(f"{path}open/", {}),
        client.post(f"{path}close/"),
        client.post(f"{path}extend/", {"ends_on": "2099-01-01"}),
    ):
        problem(answer, 403, "role")
    assert as_user().post(f"{path}close/").status_code == 401


def test_phases_of_a_private_process_are_not_there_for_strangers(as_user):
    process = make.process()
    phase = make.branch(process)[0]
    problem(as_user().get(f"/api/v1/processes/{process.pk}/phases/"), 404, "not_found")
    problem(as_user(make.person()).post(f"{PHASES}{phase.pk}/close/"), 404, "not_found")
