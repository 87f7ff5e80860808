import pytest
from django.utils import translation
from rest_framework.test import APIClient

from community.services.notifications import notify
from tests.factories import community as make

URL = "/api/v1/notifications/"


def client_of(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def tell(user, key="k"):
    data = {"organisation": "River Keepers"}
    return notify(user=user, kind="organisation.role_changed", key=key, data=data, url="/x/")


@pytest.mark.django_db
def test_i_read_my_own_only():
    user = make.user()
    mine = tell(user)
    tell(make.user())
    [row] = client_of(user).get(URL).json()["results"]
    assert row["id"] == str(mine.pk)
    assert row["title"] == "Your role in River Keepers was changed"
    assert row["read_at"] is None


@pytest.mark.django_db
def test_notifications_denied_to_visitors():
    assert APIClient().get(URL).status_code == 401
    assert APIClient().post(f"{URL}read-all/").status_code == 401


@pytest.mark.django_db
def test_marking_one_and_all_as_read():
    user = make.user()
    one, _two = tell(user), tell(user, "2")
    client = client_of(user)
    assert client.post(f"{URL}{one.pk}/read/").json()["read_at"] is not None
    assert client.get(URL, {"unread": "true"}).json()["count"] == 1
    assert client.post(f"{URL}read-all/").json() == {"count": 1}
    assert client.get(URL, {"unread": "true"}).json()["count"] == 0


@pytest.mark.django_db
def test_marking_somebody_elses_is_denied_as_if_it_were_not_there():
    theirs = tell(make.user())
    assert client_of(make.user()).post(f"{URL}{theirs.pk}/read/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.read_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 50])
def test_the_list_takes_two_queries_however_long(count, django_assert_num_queries):
    user = make.user()
    for number in range(count):
        tell(user, str(number))
    client = client_of(user)
    with django_assert_num_queries(2):
        assert client.get(URL, {"page_size": 100}).json()["count"] == count


@pytest.mark.django_db
def test_the_language_is_that_of_the_request():
    user = make.user()
    tell(user)
    with translation.override("en"):
        answer = client_of(user).get(URL, headers={"Accept-Language": "lv"})
    assert answer["Content-Language"] == "lv"
