"""REST: roles, invitations, requests to join, teams."""

import pytest

from community.models import Mail
from processes.models import Invitation, Role, Team
from processes.permissions import role_of
from tests.factories import processes as make
from tests.processes.api.test_api_processes import problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return make.process(visibility="open_to_join")


@pytest.fixture
def url(process):
    return f"/api/v1/processes/{process.pk}/"


def test_roles_are_listed_given_and_taken(as_user, process, url):
    user = make.member(process, Role.OBSERVER)
    client = as_user(process.created_by)
    given = client.post(f"{url}roles/", {"user": user.pk, "role": "coauthor"})
    assert given.status_code == 201
    assert given.json()["abilities"] == {"role_grant": True}
    rows = client.get(f"{url}roles/").json()["results"]
    assert {row["role"] for row in rows} == {"coordinator", "coauthor"}
    assert client.delete(f"{url}roles/{given.json()['id']}/").status_code == 204
    assert role_of(user, process) == "visitor"
    problem(client.delete(f"{url}roles/{given.json()['id']}/"), 404, "not_found")


def test_a_role_at_a_branch(as_user, process, url):
    phase, _objective, [task] = make.branch(process)
    user = make.member(process, Role.OBSERVER)
    body = {"user": user.pk, "role": "facilitator", "node": phase.pk}
    assert as_user(process.created_by).post(f"{url}roles/", body).status_code == 201
    assert role_of(user, process, task) == Role.FACILITATOR
    # A facilitator of the branch gives roles there, not in the process.
    team = make.team(process)
    body = {"team": team.pk, "role": "coauthor", "node": task.pk}
    assert as_user(user).post(f"{url}roles/", body).status_code == 201
    problem(as_user(user).post(f"{url}roles/", body | {"node": None}), 403, "role")
    strange = make.branch(make.process(process.created_by))[2][0]
    answer = as_user(process.created_by).post(f"{url}roles/", body | {"node": strange.pk})
    problem(answer, 404, "not_found")


def test_roles_are_denied_to_others(as_user, process, url):
    coauthor = make.member(process, Role.COAUTHOR)
    facilitator = make.member(process, Role.FACILITATOR)
    row = process.roles.get(user=process.created_by)
    body = {"user": coauthor.pk, "role": "coordinator"}
    problem(as_user(coauthor).post(f"{url}roles/", body), 403, "role")
    problem(as_user(facilitator).post(f"{url}roles/", body), 403, "rank")
    problem(as_user(facilitator).delete(f"{url}roles/{row.pk}/"), 403, "rank")
    problem(as_user(process.created_by).delete(f"{url}roles/{row.pk}/"), 409, "last_coordinator")
    problem(as_user(make.person()).get(f"{url}roles/"), 403, "role")
    problem(as_user().get(f"{url}roles/"), 403, "role")
    problem(as_user().post(f"{url}roles/", body), 401, "not_authenticated")


def test_ids_of_strangers_cannot_be_tried_out(as_user, process, url):
    body = {"user": make.person().pk, "role": "observer"}
    problem(as_user(process.created_by).post(f"{url}roles/", body), 404, "not_found")
    problem(as_user(process.created_by).post(f"{url}roles/", {"role": "observer"}), 422, "missing")
    body = {"user": "x", "team": "y", "role": "observer"}
    problem(as_user(process.created_by).post(f"{url}roles/", body), 400, "invalid")


def test_invitations_are_sent_listed_sent_again_and_taken_back(as_user, process, url):
    client = as_user(process.created_by)
    made = client.post(f"{url}invitations/", {"email": "new@example.org", "role": "coauthor"})
    assert made.status_code == 201
    assert made.json()["state"] == "open"
    assert "digest" not in made.json()
    one = f"{url}invitations/{made.json()['id']}/"
    assert client.post(f"{one}resend/").status_code == 200
    assert Mail.objects.count() == 2
    assert client.delete(one).status_code == 204
    [row] = client.get(f"{url}invitations/").json()["results"]
    assert row["state"] == "revoked"
    problem(client.post(f"{one}resend/"), 410, "invitation_revoked")


def test_invitations_are_denied_to_others(as_user, process, url):
    invitation = as_user(process.created_by).post(
        f"{url}invitations/", {"email": "new@example.org", "role": "coauthor"}
    )
    one = f"{url}invitations/{invitation.json()['id']}/"
    for client in (as_user(make.member(process, Role.COAUTHOR)), as_user(make.person())):
        body = {"email": "x@example.org", "role": "observer"}
        problem(client.post(f"{url}invitations/", body), 403, "role")
        problem(client.get(f"{url}invitations/"), 403, "role")
        problem(client.delete(one), 403, "role")
        problem(client.post(f"{one}resend/"), 403, "role")
    body = {"email": "x@example.org", "role": "coordinator"}
    facilitator = as_user(make.member(process, Role.FACILITATOR))
    problem(facilitator.post(f"{url}invitations/", body), 403, "rank")
    assert Invitation.objects.count() == 1
    elsewhere = f"/api/v1/processes/{make.process(process.created_by).pk}/"
    answer = as_user(process.created_by).delete(
        f"{elsewhere}invitations/{invitation.json()['id']}/"
    )
    problem(answer, 404, "not_found")


def test_an_invitation_to_ones_own_address_is_accepted(as_user, process, url):
    user = make.person(email="known@example.org")
    made = as_user(process.created_by).post(
        f"{url}invitations/", {"email": "known@example.org", "role": "coauthor"}
    )
    accept = f"/api/v1/invitations/{made.json()['id']}/accept/"
    problem(as_user(make.person()).post(accept), 404, "not_found")
    assert as_user(user).post(accept).json() == {"process": str(process.pk), "role": "coauthor"}
    problem(as_user(user).post(accept), 410, "invitation_used")


def test_requests_to_join(as_user, process, url):
    user = make.person()
    made = as_user(user).post(f"{url}join-requests/", {"reason": "I live here."})
    assert made.status_code == 201
    decide = f"{url}join-requests/{made.json()['id']}/decide/"
    problem(as_user(user).post(f"{url}join-requests/", {"reason": "!"}), 409, "waiting")
    problem(as_user(user).post(decide, {"accept": True}), 403, "role")
    problem(as_user(user).get(f"{url}join-requests/"), 403, "role")
    problem(as_user().post(f"{url}join-requests/", {"reason": "!"}), 401, "not_authenticated")
    client = as_user(process.created_by)
    [row] = client.get(f"{url}join-requests/?status=waiting").json()["results"]
    assert row["reason"] == "I live here."
    assert client.post(decide, {"accept": True, "role": "commenter"}).json()["status"] == "accepted"
    assert role_of(user, process) == Role.COMMENTER
    problem(client.post(decide, {"accept": False}), 409, "decided")
    problem(as_user(user).post(f"{url}join-requests/", {"reason": "!"}), 403, "has_role")


def test_nobody_asks_to_join_a_process_by_invitation_only(as_user):
    closed = make.process(visibility="public")
    answer = as_user(make.person()).post(
        f"/api/v1/processes/{closed.pk}/join-requests/", {"reason": "!"}
    )
    problem(answer, 403, "role")


def test_teams(as_user, process, url):
    client = as_user(process.created_by)
    user = make.member(process, Role.OBSERVER)
    made = client.post(f"{url}teams/", {"name": "Youth", "kind": "citizens"})
    assert made.status_code == 201
    one = f"{url}teams/{made.json()['id']}/"
    assert client.patch(one, {"name": "Young people"}).json()["name"] == "Young people"
    added = client.post(f"{one}members/", {"user": user.pk})
    assert [row["id"] for row in added.json()["members"]] == [str(user.pk)]
    problem(client.post(f"{one}members/", {"user": make.person().pk}), 404, "not_found")
    assert as_user(user).get(f"{url}teams/").json()["count"] == 1
    assert as_user(user).delete(f"{one}members/{user.pk}/").status_code == 204
    assert client.delete(one).status_code == 204
    assert not Team.objects.exists()


def test_teams_are_denied_to_others(as_user, process, url):
    member = make.member(process, Role.COAUTHOR)
    team = make.team(process, member)
    one = f"{url}teams/{team.pk}/"
    client = as_user(make.member(process, Role.COAUTHOR))
    for answer in (
        client.post(f"{url}teams/", {"name": "Ours"}),
        client.patch(one, {"name": "Ours"}),
        client.delete(one),
        client.post(f"{one}members/", {"user": member.pk}),
        client.delete(f"{one}members/{member.pk}/"),
    ):
        problem(answer, 403, "role")
    assert team.members.count() == 1


@pytest.mark.parametrize("number", [1, 50])
@pytest.mark.parametrize("what", ["roles", "teams", "invitations", "join-requests"])
def test_lists_cost_the_same_for_1_and_50(
    as_user, process, url, what, number, django_assert_max_num_queries
):
    phase, _objective, [task] = make.branch(process)
    for n in range(number):
        user = make.person()
        make.role_row(process, Role.OBSERVER, user=user, node=task)
        make.team_row(process, user)
        process.join_requests.create(user=user, reason="!")
        process.invitations.create(
            email=user.email, role="observer", node=phase, digest=str(n), expires_at=task.created_at
        )
    client = as_user(process.created_by)
    with django_assert_max_num_queries(6):
        assert client.get(f"{url}{what}/?page_size=100").json()["count"] >= number
