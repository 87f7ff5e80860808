"""Coming in by a link, leaving, giving roles in parts, and why somebody may or may not."""

import re

import pytest
from django.test import Client

from processes.models import InvitationLink, ProcessRole, Role
from processes.permissions import role_of
from processes.services.joining import join_request_create
from tests.factories import community
from tests.factories import processes as factory
from tests.frontend.clients import signed_in

pytestmark = pytest.mark.django_db
LINK = {"role": "coauthor", "label": "Poster", "days": "7", "max_uses": "2", "team": ""}


@pytest.fixture
def process():
    return factory.process(title="Quiet nights")


@pytest.fixture
def coordinator(process):
    return signed_in(process.created_by)


def made(coordinator, process) -> str:
    page = coordinator.post(f"/processes/{process.pk}/links/", LINK).content.decode()
    return re.search(r'value="[^"]*(/links/[^"]+/)"', page)[1]


def test_a_link_is_shown_once_with_its_code_and_lets_people_in(process, coordinator):
    path = made(coordinator, process)
    secret = path.split("/")[2]
    people = coordinator.get(f"/processes/{process.pk}/people/").content.decode()
    assert "Poster" in people
    assert secret not in people
    visitor = Client().get(path).content.decode()
    assert "Quiet nights" in visitor
    assert f"next={path}" in visitor
    person = factory.person()
    assert signed_in(person).post(path).url == f"/processes/{process.pk}/"
    assert role_of(person, process) == "coauthor"
    assert signed_in(person).get(path).url == f"/processes/{process.pk}/"


def test_a_link_that_is_used_up_or_taken_back_says_so(process, coordinator):
    path = made(coordinator, process)
    for _number in range(2):
        signed_in(factory.person()).post(path)
    late = signed_in(factory.person())
    assert late.get(path).status_code == 410
    assert late.post(path).status_code == 410
    other = made(coordinator, process)
    link = InvitationLink.objects.latest("created_at")
    coordinator.post(f"/links/{link.pk}/revoke/")
    answer = Client().get(other)
    assert answer.status_code == 410
    assert "taken back" in answer.content.decode()
    assert Client().get("/links/nonsense/").status_code == 404


def test_the_form_of_a_link_keeps_what_was_typed(process, coordinator):
    answer = coordinator.post(f"/processes/{process.pk}/links/", LINK | {"days": "900"})
    assert answer.status_code == 422
    assert 'value="Poster"' in answer.content.decode()


def test_others_make_and_take_back_no_links(process, coordinator):
    made(coordinator, process)
    link = InvitationLink.objects.get()
    member = signed_in(factory.member(process, Role.COAUTHOR))
    assert member.post(f"/processes/{process.pk}/links/", LINK).status_code == 403
    assert member.post(f"/links/{link.pk}/revoke/").status_code == 403
    assert signed_in(factory.person()).post(f"/links/{link.pk}/revoke/").status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


def test_a_role_is_given_in_a_part_and_taken_away_there(process, coordinator):
    phase = factory.branch(process)[0]
    person = factory.member(process, Role.COMMENTER)
    data = {"holder": f"user:{person.pk}", "role": "coauthor", "place": str(phase.pk)}
    coordinator.post(f"/processes/{process.pk}/roles/", data)
    assert role_of(person, process, phase) == "coauthor"
    coordinator.post(f"/processes/{process.pk}/roles/", data | {"role": "none"})
    assert role_of(person, process, phase) == "none"
    assert role_of(person, process) == "commenter"
    team = factory.team(process, factory.member(process, Role.OBSERVER))
    coordinator.post(f"/processes/{process.pk}/roles/", data | {"holder": f"team:{team.pk}"})
    assert ProcessRole.objects.get(team=team).node == phase
    wrong = data | {"holder": "user:nobody"}
    assert coordinator.post(f"/processes/{process.pk}/roles/", wrong).status_code == 422
    member = signed_in(factory.member(process, Role.COAUTHOR))
    assert member.post(f"/processes/{process.pk}/roles/", data).status_code == 403


def test_leaving_asks_first_and_the_last_coordinator_is_told_what_to_do(process, coordinator):
    person = factory.member(process, Role.COAUTHOR)
    client = signed_in(person)
    path = f"/processes/{process.pk}/leave/"
    assert client.get(path).status_code == 200
    assert role_of(person, process) == "coauthor"
    assert client.post(path).url == "/my-work/"
    assert client.get(f"/processes/{process.pk}/").status_code == 404
    answer = coordinator.post(path)
    assert answer.status_code == 409
    assert "Give the role to somebody else first." in answer.content.decode()


def test_the_page_says_what_one_may_do_and_why(process, coordinator):
    phase = factory.branch(process)[0]
    person = factory.member(process, Role.COAUTHOR)
    factory.role_row(process, Role.OBSERVER, user=person, node=phase)
    path = f"/processes/{process.pk}/why/"
    own = signed_in(person).get(path, {"place": str(phase.pk)}).content.decode()
    assert "In “Phase 1”: Observer" in own
    assert "Only co-authors, facilitators and coordinators write in the text." in own
    asked = coordinator.get(path, {"person": str(person.pk)}).content.decode()
    assert "In the process: Co-author (given by Coordinator)." in asked
    assert signed_in(person).get(path, {"person": str(process.created_by.pk)}).status_code == 403
    assert Client().get(path).status_code == 404


def test_everybody_leaves_a_team_of_their_own_and_no_other(process):
    person, other = (factory.member(process, Role.OBSERVER) for _number in range(2))
    team = factory.team(process, person, other)
    client = signed_in(person)
    page = client.get(f"/processes/{process.pk}/people/").content.decode()
    assert page.count("Leave the team") == 1
    assert client.post(f"/teams/{team.pk}/members/{other.pk}/remove/").status_code == 403
    assert client.post(f"/teams/{team.pk}/members/{person.pk}/remove/").status_code == 302
    assert [member.user for member in team.members.all()] == [other]


def test_administrators_of_an_organisation_change_roles_and_members_do_not():
    organisation = community.organisation("Ministry")
    chief, person = community.administrator(organisation), community.user("Member")
    row = community.membership(organisation, person)
    path = f"/organisations/{organisation.slug}/members/{person.pk}/role/"
    assert signed_in(person).post(path, {"role": "administrator"}).status_code == 403
    page = signed_in(chief).get(f"/organisations/{organisation.slug}/").content.decode()
    assert path in page
    signed_in(chief).post(path, {"role": "administrator"})
    row.refresh_from_db()
    assert row.role == "administrator"
    assert signed_in(chief).post(path, {"role": "king"}).status_code == 422
    alone = f"/organisations/{organisation.slug}/members/{chief.pk}/role/"
    signed_in(person).post(alone, {"role": "member"})
    last = f"/organisations/{organisation.slug}/members/{person.pk}/role/"
    assert signed_in(person).post(last, {"role": "member"}).status_code == 409


def test_a_team_gets_another_name_kind_and_organisation(process, coordinator):
    team, organisation = factory.team(process, name="Water"), community.organisation("River trust")
    path = f"/teams/{team.pk}/change/"
    data = {"name": "River", "kind": "nonprofit", "organisation": str(organisation.pk)}
    coauthor = signed_in(factory.member(process, Role.COAUTHOR))
    assert coauthor.post(path, data).status_code == 403
    coordinator.post(path, data)
    team.refresh_from_db()
    assert (team.name, team.kind, team.organisation) == ("River", "nonprofit", organisation)
    refused = coordinator.post(path, data | {"name": ""})
    assert refused.status_code == 422
    people = coordinator.get(f"/processes/{process.pk}/people/").content.decode()
    assert "River trust" in people


def test_a_request_to_join_is_accepted_into_a_team(process, coordinator):
    type(process).objects.update(visibility="open_to_join")
    team = factory.team(process, name="Water")
    request = join_request_create(actor=factory.person(), process=process, reason="I live here.")
    page = coordinator.get(f"/processes/{process.pk}/people/").content.decode()
    assert f'id="team-{request.pk}"' in page
    data = {"accept": "1", "role": "coauthor", "team": str(team.pk)}
    coordinator.post(f"/join-requests/{request.pk}/", data)
    assert team.members.get().user == request.user


def test_who_came_in_by_a_link_is_shown_to_those_who_invite(process, coordinator):
    path = made(coordinator, process)
    signed_in(factory.person("Guest by poster")).post(path)
    page = coordinator.get(f"/processes/{process.pk}/people/").content.decode()
    assert "Guest by poster" in page.partition("Who came in by it")[2]
    other = signed_in(factory.member(process, Role.COAUTHOR))
    assert "Who came in by it" not in other.get(f"/processes/{process.pk}/people/").content.decode()


def test_a_refusal_leads_to_what_decides_it(process):
    phase = factory.branch(process)[0]
    client = signed_in(factory.member(process, Role.COAUTHOR))
    page = client.get(f"/processes/{process.pk}/phases/{phase.pk}/close/").content.decode()
    why = f"/processes/{process.pk}/why/?place={phase.pk}"
    assert why in page
    assert "Only coordinators say what may be done in a phase" in client.get(why).content.decode()
