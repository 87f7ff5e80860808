"""REST: what may be done in phases."""

import datetime

import pytest

from cocreation.kernel import clock
from processes.models import Role
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
