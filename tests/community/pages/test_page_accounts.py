"""Sign-up, confirmation, passwords: allauth's pages with our settings, words and outbox."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.utils import translation

from community.models import Mail, User
from tests.factories import community as make

SIGN_UP = "/accounts/signup/"
SIGN_IN = "/accounts/login/"
RESET = "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def _uncounted(settings):
    cache.clear()
    settings.DEMO = True  # keeps the texts of mails, which the demo page shows


def sign_up(client, email="anna@example.org", **fields):
    data = {"email": email, "password1": make.PASSWORD, "name": "Anna"} | fields
    return client.post(SIGN_UP, data)


def sign_in(client, email="anna@example.org", password=make.PASSWORD):
    return client.post(SIGN_IN, {"login": email, "password": password})


def link_in(mail):
    return re.search(r"https?://[^/]+(/accounts/\S+)", mail.text)[1]


@pytest.mark.django_db
def test_sign_up_confirm_and_sign_in(client):
    assert sign_up(client).status_code == 302
    user = User.objects.get()
    assert (user.name, user.email) == ("Anna", "anna@example.org")
    assert "_auth_user_id" not in client.session
    path = link_in(Mail.objects.get())
    assert client.get(path).status_code == 200
    assert not EmailAddress.objects.get().verified, "one click on the page, not on opening it"
    client.post(path)
    assert EmailAddress.objects.get().verified
    answer = sign_in(client)
    assert answer.status_code == 302
    assert answer.url == "/my-work/"
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.django_db
def test_sign_in_denied_before_the_address_is_confirmed(client):
    sign_up(client)
    client.logout()
    assert sign_in(client).url == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_addresses_are_one_account_whatever_their_case(client):
    sign_up(client, "Anna@Example.ORG")
    assert User.objects.get().email == "anna@example.org"
    EmailAddress.objects.update(verified=True)
    assert sign_in(client, "ANNA@example.org").url == "/my-work/"


@pytest.mark.django_db
def test_sign_up_does_not_tell_who_has_an_account(client):
    make.user(email="anna@example.org")
    known = sign_up(client, "anna@example.org")
    client.cookies.clear()
    unknown = sign_up(client, "berta@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert User.objects.count() == 2
    subject = Mail.objects.get(to="anna@example.org").subject
    assert subject == "You have an account at Koprade already"


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "password123", "12345678901"])
def test_sign_up_denied_with_a_weak_password(client, password):
    answer = sign_up(client, password1=password)
    assert answer.status_code == 200
    assert "anna@example.org" in answer.content.decode(), "what was typed is kept"
    assert not User.objects.exists()


@pytest.mark.django_db
def test_sign_up_remembers_the_language_of_the_page(client):
    client.post(
        SIGN_UP,
        {"email": "a@example.org", "password1": make.PASSWORD, "name": "A"},
        headers={"Accept-Language": "lv"},
    )
    assert User.objects.get().language == "lv"
    assert Mail.objects.get().language == "lv"


@pytest.mark.django_db
def test_a_forgotten_password_is_set_anew(client):
    user = make.user(language="uk")
    assert client.post(RESET, {"email": user.email}).status_code == 302
    mail = Mail.objects.get()
    assert (mail.to, mail.language) == (user.email, "uk")
    form = client.get(link_in(mail), follow=True)
    path = form.redirect_chain[-1][0]
    client.post(path, {"password1": "another long password", "password2": "another long password"})
    user.refresh_from_db()
    assert user.check_password("another long password")
    assert Mail.objects.count() == 2, "and the person is told"
    again = client.get(link_in(mail), follow=True)
    assert b'name="password1"' not in again.content, "each link works once"


@pytest.mark.django_db
def test_asking_for_a_password_does_not_tell_who_has_an_account(client):
    user = make.user()
    known = client.post(RESET, {"email": user.email})
    unknown = client.post(RESET, {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


@pytest.mark.django_db
def test_asking_for_a_password_is_limited_per_address(client):
    user = make.user()
    codes = [client.post(RESET, {"email": user.email}).status_code for _attempt in range(7)]
    assert 429 in codes or Mail.objects.count() <= 5


@pytest.mark.django_db
def test_guessing_passwords_is_stopped(client):
    user = make.user()
    for _attempt in range(6):
        sign_in(client, user.email, "wrong")
    answer = sign_in(client, user.email)
    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 429)


@pytest.mark.django_db
def test_sign_in_sets_the_language_of_the_person(client, settings):
    make.user(email="anna@example.org", language="lv")
    answer = sign_in(client)
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "lv"


@pytest.mark.django_db
def test_sign_in_denied_to_a_closed_account(client):
    make.user(email="anna@example.org", is_active=False)
    sign_in(client)
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "lv", "uk"])
def test_each_mail_of_accounts_can_be_written_in_each_language(language, rf):
    from community.accounts import CHANGES, MAILS, AccountAdapter

    adapter = AccountAdapter(rf.get("/"))
    user = make.user("Anna & Co", language=language)
    with translation.override("en"):
        for name in (*MAILS, *CHANGES):
            adapter.send_mail(
                f"account/email/{name}",
                user.email,
                {"user": user, "activate_url": "https://x.example/?a=1&b=2"},
            )
    for mail in Mail.objects.all():
        assert mail.language == language
        assert mail.subject
        assert "&amp;" not in mail.text
    assert Mail.objects.count() == len(MAILS) + len(CHANGES)
