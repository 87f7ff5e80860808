import datetime

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.models import AccessToken, Mail, SignInLink, User
from community.selectors import SignInLinkState, sign_in_link_state
from community.services.links import safe_path, sign_in_link_create, sign_in_link_use
from community.services.tokens import token_create
from tests.at_once import at_once
from tests.factories import community as make


def new_link(email="new@example.org", next_url="/processes/", **fields):
    fields.setdefault("language", "en")
    link, path = sign_in_link_create(email=email, next_url=next_url, **fields)
    return link, path.rstrip("/").rpartition("/")[2]


@pytest.mark.django_db
def test_a_link_makes_the_account_when_it_is_used_and_not_before():
    _link, secret = new_link(name="Anna", language="lv")
    assert not User.objects.exists()
    user, next_url = sign_in_link_use(secret=secret)
    assert (user.email, user.name, user.language) == ("new@example.org", "Anna", "lv")
    assert next_url == "/processes/"
    assert not user.has_usable_password()
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()


@pytest.mark.django_db
def test_a_link_signs_in_who_has_an_account_whatever_the_case_of_the_address():
    user = make.user(email="Anna@Example.org")
    _link, secret = new_link("ANNA@example.ORG ")
    assert sign_in_link_use(secret=secret)[0] == user
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_link_works_once():
    _link, secret = new_link()
    sign_in_link_use(secret=secret)
    with pytest.raises(Conflict) as refused:
        sign_in_link_use(secret=secret)
    assert refused.value.code == "link_used"


@pytest.mark.django_db
def test_a_link_is_useless_after_thirty_minutes(monkeypatch):
    link, secret = new_link()
    monkeypatch.setattr(clock, "now", lambda: link.expires_at)
    assert sign_in_link_state(secret)[1] is SignInLinkState.EXPIRED
    with pytest.raises(Conflict) as refused:
        sign_in_link_use(secret=secret)
    assert refused.value.code == "link_expired"
    assert link.expires_at - link.created_at < datetime.timedelta(minutes=31)


@pytest.mark.django_db
def test_a_secret_nobody_made_is_refused():
    with pytest.raises(NotFound) as refused:
        sign_in_link_use(secret="x" * 43)
    assert refused.value.code == "link_unknown"


@pytest.mark.django_db
def test_the_secret_is_stored_nowhere_once_the_mail_is_sent(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        _link, secret = new_link()
    assert secret in outbox.outbox[0].body
    for model in (SignInLink, Mail):
        for row in model.objects.values():
            assert secret not in str(row)


@pytest.mark.django_db
def test_a_closed_account_gets_neither_mail_nor_entry():
    user = make.user(is_active=False)
    _link, secret = new_link(user.email)
    assert not Mail.objects.exists()
    with pytest.raises(Forbidden):
        sign_in_link_use(secret=secret)


@pytest.mark.django_db
def test_the_mail_is_in_the_language_of_the_account():
    user = make.user(language="uk")
    new_link(user.email, language="en")
    assert Mail.objects.get().language == "uk"


@pytest.mark.django_db
def test_no_mail_where_the_caller_sends_its_own():
    new_link(template="")
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_a_stranger_who_signed_up_with_my_address_is_locked_out_when_i_arrive():
    stranger_made = User.objects.create_user("me@example.org", "the stranger's password")
    EmailAddress.objects.create(
        user=stranger_made, email="me@example.org", verified=False, primary=True
    )
    token_create(user=stranger_made, name="theirs", scope="write", days=9)
    _link, secret = new_link("me@example.org")
    user, _next = sign_in_link_use(secret=secret)
    assert user == stranger_made
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not AccessToken.objects.exists()
    assert EmailAddress.objects.get(user=user).verified


@pytest.mark.django_db
def test_a_confirmed_person_keeps_the_password():
    user = make.user()
    _link, secret = new_link(user.email)
    sign_in_link_use(secret=secret)
    user.refresh_from_db()
    assert user.check_password(make.PASSWORD)


@pytest.mark.django_db
def test_what_is_no_address_is_refused():
    with pytest.raises(Invalid) as refused:
        new_link("not an address")
    assert "email" in refused.value.fields


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("/documents/1/?a=b#c", "/documents/1/?a=b#c"),
        ("", ""),
        ("//evil.example/", ""),
        ("/\\evil.example", ""),
        ("https://evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("/" + "a" * 600, ""),
        ("/\n/evil.example", ""),
    ],
)
def test_next_is_a_path_on_this_site(url, kept):
    assert safe_path(url) == kept


@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_exactly_one_gets_in():
    _link, secret = new_link()
    results = at_once(*[lambda: sign_in_link_use(secret=secret)] * 6)
    assert [result for result in results if isinstance(result, str)] == ["link_used"] * 5
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_second_confirmed_address_leads_to_the_same_account():
    user = make.user()
    EmailAddress.objects.create(user=user, email="work@example.org", verified=True)
    _link, secret = new_link("Work@example.org")
    assert sign_in_link_use(secret=secret)[0] == user
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_second_address_that_nobody_confirmed_leads_to_nobodys_account():
    user = make.user()
    EmailAddress.objects.create(user=user, email="work@example.org", verified=False)
    _link, secret = new_link("work@example.org")
    assert sign_in_link_use(secret=secret)[0] != user
