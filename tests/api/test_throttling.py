"""Writes are counted per person or address, reading is free; who writes too often learns when to go on."""

import datetime

import pytest
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from cocreation.kernel import clock
from tests.factories import community as people


@pytest.fixture
def few(monkeypatch):
    """Let a person write twice an hour, an address once."""
    rates = {"user_write": "2/hour", "anonymous_write": "1/hour"}
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", rates)


class Open(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def post(self, request):
        return Response()


def rename(client: APIClient):
    return client.patch("/api/v1/me/", {"name": "Anna"})


def test_the_third_write_of_two_is_429_with_the_time_to_wait(few, api):
    assert [rename(api).status_code for _ in range(2)] == [200, 200]
    answer = rename(api)
    assert answer.status_code == 429
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "throttled"
    assert 1 <= int(answer["Retry-After"]) <= 3600


def test_reading_is_never_counted(few, api):
    assert {api.get("/api/v1/me/").status_code for _ in range(10)} == {200}
    assert rename(api).status_code == 200


def test_one_persons_writes_do_not_count_for_another(few, api):
    for _ in range(3):
        rename(api)
    other = APIClient()
    other.force_authenticate(people.user())
    assert rename(other).status_code == 200


def test_the_count_begins_anew_with_the_next_hour(few, api, monkeypatch):
    for _ in range(3):
        rename(api)
    later = clock.now() + datetime.timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert rename(api).status_code == 200


@pytest.mark.usefixtures("few")
def test_nobody_is_counted_by_address():
    view = Open.as_view()
    post = APIRequestFactory().post
    assert view(post("/", REMOTE_ADDR="192.0.2.1")).status_code == 200
    assert view(post("/", REMOTE_ADDR="192.0.2.1")).status_code == 429
    assert view(post("/", REMOTE_ADDR="192.0.2.2")).status_code == 200


@pytest.mark.usefixtures("few")
def test_an_address_cannot_be_made_up_where_no_proxy_is_trusted():
    view = Open.as_view()
    post = APIRequestFactory().post
    statuses = [
        view(post("/", REMOTE_ADDR="192.0.2.9", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}")).status_code
        for n in range(2)
    ]
    assert statuses == [200, 429]


def test_every_view_is_throttled_by_default():
    assert [row.__name__ for row in api_settings.DEFAULT_THROTTLE_CLASSES] == ["WriteThrottle"]
