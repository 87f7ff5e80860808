"""REST: invitation links and leaving."""

import pytest

from processes.models import InvitationLink, Role
from processes.permissions import role_of
from tests.factories import processes as make
from tests.processes.api.test_api_processes import problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return make.process(title="Bus lanes")


def path(process, rest="invitation-links/") -> str:
    return f"/api/v1/processes/{process.pk}/{rest}"


def test_a_link_is_made_listed_without_its_address_and_taken_back(as_user, process):
    client = as_user(process.created_by)
    phase = make.branch(process)[0]
    body = {"role": "commenter", "node": str(phase.pk), "days": 3, "max_uses": 5}
    made = client.post(path(process), body).json()
    assert "/links/" in made["url"]
    [row] = client.get(path(process)).json()["results"]
    assert "url" not in row
    assert (row["role"], row["max_uses"], row["use_count"]) == ("commenter", 5, 0)
    assert client.delete(path(process, f"invitation-links/{row['id']}/")).status_code == 204
    assert client.get(path(process)).json()["count"] == 0


def test_bad_links_are_refused(as_user, process):
    client = as_user(process.created_by)
    for body in ({"role": "coordinator"}, {"role": "commenter", "days": 0}, {}):
        assert client.post(path(process), body).status_code == 400
    assert not InvitationLink.objects.exists()


@pytest.mark.parametrize("role", [Role.COAUTHOR, Role.OBSERVER])
def test_members_make_no_links(as_user, process, role):
    client = as_user(make.member(process, role))
    problem(client.post(path(process), {"role": "observer"}), 403, "role")
    problem(client.get(path(process)), 403, "role")


def test_people_leave_and_the_last_coordinator_does_not(as_user, process):
    person = make.member(process, Role.COAUTHOR)
    assert as_user(person).post(path(process, "leave/")).status_code == 204
    assert role_of(person, process) == "visitor"
    problem(as_user(process.created_by).post(path(process, "leave/")), 409, "last_coordinator")


def test_coming_in_by_a_link_and_who_did(as_user, process):
    client = as_user(process.created_by)
    body = {"role": "commenter", "max_uses": 1, "label": "Poster"}
    secret = client.post(path(process), body).json()["url"].strip("/").rpartition("/")[2]
    accept, person = "/api/v1/invitation-links/accept/", make.person("Guest")
    assert as_user().post(accept, {"secret": secret}).status_code == 401
    came = as_user(person).post(accept, {"secret": secret}).json()
    assert came == {"process": str(process.pk), "role": "commenter"}
    late = problem(as_user(make.person()).post(accept, {"secret": secret}), 410, "link_full")
    assert "As many people" in late["detail"]
    problem(as_user(person).post(accept, {"secret": "nonsense"}), 404, "link_unknown")
    [row] = client.get(path(process)).json()["results"]
    assert [use["user"]["name"] for use in row["uses"]] == ["Guest"]
    client.delete(path(process, f"invitation-links/{row['id']}/"))
    # Taken back, it still says who came in by it.
    [row] = client.get(path(process)).json()["results"]
    assert row["revoked_at"]
    assert row["use_count"] == 1
