import uuid

import pytest
from rest_framework.test import APIClient

from cocreation.kernel import clock
from community.models import Organisation
from community.services import membership_invitations
from tests.factories import community as make

URL = "/api/v1/organisations/"
ME = "/api/v1/me/"


def client_of(user=None):
    client = APIClient()
    if user:
        client.force_authenticate(user)
    return client


def names(answer):
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


@pytest.mark.django_db
def test_everybody_may_list_and_narrow_organisations():
    country = make.territory("Latvia")
    region = make.territory("Region", country)
    town = make.territory("Town", region)
    make.organisation("Town council", kind="public_administration", territory=town)
    make.organisation("River Keepers", description="Clean water", territory=country)
    make.organisation("Elsewhere")
    client = client_of()
    assert names(client.get(URL)) == ["Elsewhere", "River Keepers", "Town council"]
    assert names(client.get(URL, {"kind": "ngo"})) == ["Elsewhere", "River Keepers"]
    assert names(client.get(URL, {"territory": town.code})) == ["Town council"]
    assert names(client.get(URL, {"territory": country.code})) == ["River Keepers", "Town council"]
    assert names(client.get(URL, {"search": "water clean"})) == ["River Keepers"]
    assert names(client.get(URL, {"search": "water council"})) == []
    assert client.get(URL, {"kind": "gang"}).status_code == 400


@pytest.mark.django_db
def test_the_list_comes_in_pages():
    for _number in range(30):
        make.organisation()
    answer = client_of().get(URL).json()
    assert answer["count"] == 30
    assert len(answer["results"]) == 25
    assert len(client_of().get(URL, {"page": 2}).json()["results"]) == 5
    assert client_of().get(URL, {"page": 3}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 50])
def test_the_list_takes_two_queries_however_long(count, django_assert_num_queries):
    for _number in range(count):
        organisation = make.organisation(territory=make.territory())
        make.administrator(organisation)
    with django_assert_num_queries(2):
        answer = client_of().get(URL, {"page_size": 100}).json()
    assert len(answer["results"]) == count
    assert answer["results"][0]["member_count"] == 1


@pytest.mark.django_db
def test_one_organisation_says_what_i_may_do():
    organisation = make.organisation()
    keeper = make.administrator(organisation)
    url = f"{URL}{organisation.pk}/"
    may = client_of(keeper).get(url).json()["abilities"]
    assert may == {
        "organisation_read": True,
        "organisation_create": True,
        "organisation_update": True,
        "member_edit": True,
    }
    assert client_of(make.user()).get(url).json()["abilities"]["organisation_update"] is False
    assert client_of().get(url).json()["abilities"]["organisation_create"] is False


@pytest.mark.django_db
def test_what_is_not_there_is_404():
    answer = client_of().get(f"{URL}{uuid.uuid4()}/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    for path in (f"{URL}none/", "/api/v1/nothing/"):
        answer = client_of().get(path)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_signed_in_person_makes_an_organisation():
    territory = make.territory()
    answer = client_of(make.user()).post(
        URL, {"name": "River Keepers", "kind": "ngo", "territory": territory.code}
    )
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert body["slug"] == "river-keepers"
    assert body["member_count"] == 1
    assert body["territory"]["code"] == territory.code
    assert body["abilities"]["organisation_update"] is True


@pytest.mark.django_db
def test_organisation_create_denied():
    data = {"name": "Ministry", "kind": "public_administration"}
    assert client_of().post(URL, data).status_code == 401
    answer = client_of(make.user()).post(URL, data)
    assert answer.status_code == 403
    assert answer.json()["code"] == "public_administration"
    answer = client_of(make.user()).post(URL, {"kind": "ngo"})
    assert answer.status_code == 400
    assert "name" in answer.json()["fields"]
    answer = client_of(make.user()).post(URL, {"name": "x", "kind": "ngo", "territory": "nowhere"})
    assert answer.status_code == 404
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_its_administrator_changes_it_and_others_are_denied():
    organisation = make.organisation("Old", territory=make.territory())
    url = f"{URL}{organisation.pk}/"
    assert client_of().patch(url, {"name": "New"}).status_code == 401
    answer = client_of(make.user()).patch(url, {"name": "New"})
    assert answer.status_code == 403
    assert "administrators" in answer.json()["detail"]
    keeper = make.administrator(organisation)
    answer = client_of(keeper).patch(url, {"name": "New", "territory": None})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["name"], answer.json()["territory"]) == ("New", None)
    organisation.refresh_from_db()
    assert organisation.name == "New"


@pytest.mark.django_db
def test_joining_by_the_mailed_invitation_once(monkeypatch):
    organisation, person = make.organisation("River trust"), make.user("New")
    secrets = iter(["first", "second"])
    monkeypatch.setattr(membership_invitations, "secret_new", lambda: next(secrets))
    for email in (person.email, "late@example.org"):
        sent = membership_invitations.membership_invitation_send(
            actor=make.administrator(organisation),
            organisation=organisation,
            email=email,
            role="member",
        )
    accept, client = f"{ME}memberships/accept/", client_of(person)
    assert client_of().post(accept, {"secret": "first"}).status_code == 401
    assert client.post(accept, {"secret": "first"}).json()["organisation"]["name"] == "River trust"
    type(sent).objects.filter(pk=sent.pk).update(expires_at=clock.now())
    for secret, status, code in (
        ("first", 410, "invitation_accepted"),
        ("second", 410, "invitation_expired"),
        ("third", 404, "invitation_unknown"),
    ):
        answer = client.post(accept, {"secret": secret})
        assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.django_db
@pytest.mark.parametrize("search", ["\x00", "%", "' OR 1=1", "ā " * 200])
def test_strange_words_find_nothing_and_break_nothing(search):
    make.organisation()
    assert client_of().get(URL, {"search": search}).status_code in (200, 400)
