import pytest
from rest_framework.test import APIClient

from community.services.notifications import notify
from tests.factories import community as make

ME = "/api/v1/me/"


def signed_in(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.mark.django_db
def test_me_says_who_i_am():
    user = make.user("Anna Ozola", language="lv")
    make.membership(make.organisation("River Keepers"), user)
    notify(
        user=user, kind="organisation.role_changed", key="k", data={"organisation": "R"}, url="/"
    )
    me = signed_in(user).get(ME).json()
    assert me["email"] == user.email
    assert (me["display_name"], me["initials"], me["language"]) == ("Anna Ozola", "AO", "lv")
    assert me["colour"].startswith("#")
    assert me["organisations"][0]["organisation"]["name"] == "River Keepers"
    assert me["organisations"][0]["role"] == "member"
    assert me["unread_notifications"] == 1
    assert "password" not in me


@pytest.mark.django_db
def test_me_is_changed():
    user = make.user("Anna", about="old")
    answer = signed_in(user).patch(
        ME, {"name": "Berta", "language": "uk", "time_zone": "Pacific/Auckland"}
    )
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["language"]) == ("Berta", "uk")
    assert answer.json()["time_zone"] == "Pacific/Auckland"
    for unknown in ("Europe/Atlantis", "../../etc/passwd", "Europe"):
        refused = signed_in(user).patch(ME, {"time_zone": unknown})
        assert refused.status_code == 422
        assert "time_zone" in refused.json()["fields"]
    assert signed_in(user).patch(ME, {"time_zone": ""}).json()["time_zone"] == ""
    user.refresh_from_db()
    assert (user.name, user.about) == ("Berta", "old")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"language": "xx"}, "language"),
        ({"name": "x" * 121}, "name"),
        ({"about": 5 * "x" * 100}, "about"),
    ],
)
def test_me_change_denied_with_wrong_values(data, field):
    answer = signed_in(make.user()).patch(ME, data)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert field in answer.json()["fields"]


@pytest.mark.django_db
def test_me_change_denied_to_visitors_and_of_what_is_not_mine_to_set():
    assert APIClient().patch(ME, {"name": "x"}).status_code == 401
    user = make.user()
    assert signed_in(user).patch(ME, {"is_staff": True, "email": "x@y.example"}).status_code == 200
    user.refresh_from_db()
    assert not user.is_staff
    assert user.email.endswith("@example.org")


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["{", "[]", '"x"', "null"])
def test_me_change_denied_when_the_body_is_no_object(body):
    answer = signed_in(make.user()).patch(ME, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
