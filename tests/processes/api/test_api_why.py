"""REST: why somebody may or may not, and lists of people."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from community.models import BackgroundWork
from processes.models import Invitation, Role
from processes.permissions import ABILITIES
from processes.services.assets import asset_document_create
from processes.services.phases import phase_close
from tests.factories import processes as make
from tests.processes.api.test_api_processes import problem

pytestmark = pytest.mark.django_db
LIST = "email;team\nngo@example.org;Water\nriver@example.org;River\nbroken;\n"


@pytest.fixture
def process():
    return make.process(visibility="public")


def url(process, rest) -> str:
    return f"/api/v1/processes/{process.pk}/{rest}"


def of(answer, ability) -> tuple:
    [row] = [row for row in answer["abilities"] if row["ability"] == ability]
    return row["allowed"], row["code"]


def test_each_object_says_what_one_may_do_with_it_and_why(as_user, process):
    phase, _objective, [task] = make.branch(process)
    coauthor = make.member(process, Role.COAUTHOR, name="Writer")
    asset = asset_document_create(
        actor=process.created_by, task=task, title="Plan", start={"kind": "empty"}
    )
    phase_close(actor=process.created_by, phase=phase)
    client = as_user(coauthor)
    places = {
        f"processes/{process.pk}": (True, ""),
        f"nodes/{task.pk}": (False, "phase_closed"),
        f"assets/{asset.pk}": (False, "phase_closed"),
        f"documents/{asset.object_id}": (False, "phase_closed"),
    }
    for place, expected in places.items():
        answer = client.get(f"/api/v1/{place}/why/").json()
        assert [row["ability"] for row in answer["abilities"]] == list(ABILITIES)
        assert of(answer, "document_write") == expected, place
        assert (answer["role"], answer["person"]["name"]) == ("coauthor", "Writer")
        assert any(step["decides"] for step in answer["steps"])
    anybody = as_user().get(f"/api/v1/nodes/{task.pk}/why/").json()
    assert (anybody["role"], anybody["person"]) == ("anonymous", None)
    # What one added oneself may be changed, and the answer for the thing says so.
    assert of(
        as_user(process.created_by).get(f"/api/v1/assets/{asset.pk}/why/").json(), "asset_edit"
    )[0]


def test_of_others_ask_those_who_give_roles(as_user, process):
    coauthor = make.member(process, Role.COAUTHOR)
    asked = {"person": str(coauthor.pk)}
    path = url(process, "why/")
    assert as_user(process.created_by).get(path, asked).json()["role"] == "coauthor"
    problem(as_user(make.member(process, Role.OBSERVER)).get(path, asked), 403, "role")
    stranger = {"person": str(make.person().pk)}
    problem(as_user(process.created_by).get(path, stranger), 404, "not_found")
    hidden = make.process()
    problem(as_user(make.person()).get(url(hidden, "why/")), 404, "not_found")


def upload(**fields):
    return {"file": SimpleUploadedFile("people.csv", LIST.encode()), **fields}


def test_a_list_is_looked_over_and_no_team_is_left_away(
    as_user, process, django_capture_on_commit_callbacks
):
    make.team(process, name="Water")
    client = as_user(process.created_by)

    def post(rest, **fields):
        return client.post(url(process, f"people/{rest}/"), upload(**fields), format="multipart")

    found = post("check").json()
    assert [line["email"] for line in found["good"]] == ["ngo@example.org"]
    problems = {line["email"]: line["problems"] for line in found["broken"]}
    assert problems["river@example.org"] == ["There is no team “River”."]
    found = post("check", new_teams="true").json()
    assert found["new_teams"] == ["River"]
    assert [line["email"] for line in found["broken"]] == ["broken"]
    assert not Invitation.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert post("invite", new_teams="true").status_code == 202
    assert BackgroundWork.objects.get().report == {"invited": 2, "refused": []}
    teams = dict(Invitation.objects.values_list("email", "team__name"))
    assert teams == {"ngo@example.org": "Water", "river@example.org": "River"}


def test_the_list_of_people_is_for_those_who_give_roles(as_user, process):
    coauthor = make.member(process, Role.COAUTHOR, name="Writer")
    make.team(process, coauthor, name="Water")
    rows = as_user(process.created_by).get(url(process, "people/")).json()["results"]
    assert [(row["name"], row["role"]) for row in rows] == [
        ("Coordinator", "coordinator"),
        ("Writer", "coauthor"),
    ]
    client = as_user(coauthor)
    problem(client.get(url(process, "people/")), 403, "role")
    for rest in ("check", "invite"):
        answer = client.post(url(process, f"people/{rest}/"), upload(), format="multipart")
        problem(answer, 403, "role")
