import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cocreation.kernel import clock
from community.models import AccessToken
from community.services.tokens import token_create, token_revoke
from tests.factories import community as make

ME = "/api/v1/me/"


def client_with(secret, scheme="Token"):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"{scheme} {secret}")
    return client


def token(user=None, scope="write"):
    return token_create(user=user or make.user(), name="t", scope=scope, days=9)


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["Token", "token", "TOKEN"])
def test_a_token_opens_the_api(scheme):
    user = make.user()
    _row, secret = token(user)
    answer = client_with(secret, scheme).get(ME)
    assert answer.status_code == 200
    assert answer.json()["id"] == str(user.pk)
    assert AccessToken.objects.get().last_used_at is not None


@pytest.mark.django_db
def test_without_a_token_the_api_asks_to_sign_in():
    answer = APIClient().get(ME)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Token"
    assert answer.json()["code"] == "not_authenticated"


def _expired(row, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: row.expires_at + datetime.timedelta(seconds=1))


def _revoked(row, monkeypatch):
    token_revoke(actor=row.user, token=row)


def _inactive(row, monkeypatch):
    row.user.is_active = False
    row.user.save()


def _unknown(row, monkeypatch):
    row.delete()


@pytest.mark.django_db
@pytest.mark.parametrize("spoil", [_expired, _revoked, _inactive, _unknown])
def test_token_denied_when_it_does_not_work(spoil, monkeypatch):
    row, secret = token()
    spoil(row, monkeypatch)
    answer = client_with(secret).get(ME)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid_token"


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["", " ", "x y", "\x00", "ā" * 10])
def test_nonsense_in_the_header_is_denied(secret):
    assert client_with(secret).get(ME).status_code == 401


@pytest.mark.django_db
def test_a_bad_token_is_denied_even_where_the_public_may_read():
    assert client_with("kpr_wrong").get("/api/v1/organisations/").status_code == 401


@pytest.mark.django_db
def test_a_token_that_may_only_read_cannot_write():
    user = make.user("Anna")
    _row, secret = token(user, scope="read")
    client = client_with(secret)
    assert client.get(ME).status_code == 200
    answer = client.patch(ME, {"name": "Berta"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "token_read_only"
    user.refresh_from_db()
    assert user.name == "Anna"


@pytest.mark.django_db
def test_a_session_opens_the_api_but_writing_needs_the_csrf_token():
    user = make.user("Anna")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(ME).json()["name"] == "Anna"
    answer = client.patch(ME, {"name": "Berta"}, content_type="application/json")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_asking_with_a_token_takes_three_queries(django_assert_num_queries):
    _row, secret = token()
    client = client_with(secret)
    client.get(ME)
    # the token with its user, the memberships, the unread notifications
    with django_assert_num_queries(3):
        client.get(ME)
