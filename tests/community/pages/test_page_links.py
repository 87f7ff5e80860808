import re

import pytest
from django.core import mail as outbox
from django.core.cache import cache

from community.models import Mail, SignInLink, User
from community.services.links import sign_in_link_create
from tests.factories import community as make

REQUEST = "/accounts/link/"


@pytest.fixture(autouse=True)
def _uncounted():
    cache.clear()


def ask(client, email, **fields):
    return client.post(REQUEST, {"email": email, **fields})


def path_for(email="new@example.org", next_url="/catalogue/"):
    return sign_in_link_create(email=email, next_url=next_url, language="en")[1]


def signed_in_as(client):
    return client.session.get("_auth_user_id")


@pytest.mark.django_db(transaction=True)
def test_from_asking_to_being_signed_in(client):
    answer = ask(client, "new@example.org", next="/catalogue/")
    assert answer.status_code == 302
    assert answer.url == "/accounts/link/sent/"
    assert client.get(answer.url).status_code == 200
    [path] = re.findall(r"https?://[^/]+(/accounts/link/\S+)", outbox.outbox[0].body)
    page = client.get(path)
    assert page.status_code == 200
    assert "new@example.org" in page.content.decode()
    assert not User.objects.exists()
    answer = client.post(path)
    assert answer.status_code == 302
    assert answer.url == "/catalogue/"
    assert signed_in_as(client) == str(User.objects.get().pk)


@pytest.mark.django_db
def test_a_mail_scanner_that_opens_the_link_uses_nothing_up(client):
    path = path_for()
    for _visit in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code in (200, 405)
    assert SignInLink.objects.get().used_at is None
    assert not signed_in_as(client)
    assert client.post(path).status_code == 302


@pytest.mark.django_db
def test_a_used_link_says_so_and_offers_a_new_one(client):
    path = path_for()
    client.post(path)
    client.logout()
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code in (409, 410)
        assert f'action="{REQUEST}"' in answer.content.decode()
    assert not signed_in_as(client)


@pytest.mark.django_db
def test_an_unknown_link_is_not_found(client):
    assert client.get("/accounts/link/nonsense/").status_code == 404
    assert client.post("/accounts/link/nonsense/").status_code == 404


@pytest.mark.django_db
def test_the_answer_is_the_same_with_and_without_an_account(client):
    make.user(email="known@example.org")
    make.user(email="closed@example.org", is_active=False)
    answers = {
        (answer.status_code, answer.url)
        for answer in (
            ask(client, f"{name}@example.org") for name in ("known", "unknown", "closed")
        )
    }
    assert answers == {(302, "/accounts/link/sent/")}
    assert set(Mail.objects.values_list("to", flat=True)) == {
        "known@example.org",
        "unknown@example.org",
    }


@pytest.mark.django_db
def test_link_request_denied_too_often_for_one_address_but_not_for_another(client):
    for _attempt in range(5):
        assert ask(client, "a@example.org").status_code == 302
    answer = ask(client, "A@example.org")
    assert answer.status_code == 429
    assert "a@example.org" in answer.content.decode().lower(), "what was typed is kept"
    assert ask(client, "b@example.org").status_code == 302
    assert Mail.objects.filter(to="a@example.org").count() == 5


@pytest.mark.django_db
def test_link_request_denied_too_often_from_one_sender(client):
    codes = [ask(client, f"a{number}@example.org").status_code for number in range(32)]
    assert codes.count(429) == 2


@pytest.mark.django_db
def test_link_request_denied_for_what_is_no_address(client):
    assert ask(client, "nonsense").status_code == 200
    assert ask(client, "x" * 10_000 + "@example.org").status_code == 200
    assert not SignInLink.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "next_url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_next_never_leads_away(client, next_url):
    assert (
        "evil" not in client.get(REQUEST, {"next": next_url}).content.decode().split("<form", 1)[1]
    )
    ask(client, "a@example.org", next=next_url)
    assert SignInLink.objects.get().next_url == ""
    path = path_for("b@example.org", next_url)
    assert client.post(path).url == "/my-work/"


@pytest.mark.django_db
def test_who_is_signed_in_as_somebody_else_becomes_the_person_of_the_link(client):
    other = make.user()
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    before = client.session.session_key
    client.post(path_for())
    assert signed_in_as(client) == str(User.objects.get(email="new@example.org").pk)
    assert client.session.session_key != before


@pytest.mark.django_db
def test_a_closed_account_is_told_so_and_stays_out(client):
    user = make.user(is_active=False)
    answer = client.post(path_for(user.email))
    assert answer.status_code == 403
    assert not signed_in_as(client)


@pytest.mark.django_db
def test_pressing_the_button_needs_the_csrf_token():
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    path = path_for()
    assert strict.post(path).status_code == 403
    assert SignInLink.objects.get().used_at is None
