import datetime
import io

import pytest
from django.core.management import CommandError, call_command

from cocreation.kernel import clock
from cocreation.kernel.errors import Forbidden, Invalid
from community.digests import digest
from community.models import AccessToken
from community.selectors import user_by_token
from community.services.tokens import MAX_TOKENS_PER_PERSON, token_create, token_revoke, token_touch
from tests.factories import community as make


def new_token(user=None, **fields):
    fields = {"name": "test", "scope": "write", "days": 30} | fields
    return token_create(user=user or make.user(), **fields)


@pytest.mark.django_db
def test_a_token_is_stored_as_a_hash_only():
    token, secret = new_token()
    assert token.digest == digest(secret)
    assert secret not in str(AccessToken.objects.values().get())
    assert user_by_token(secret) == (token.user, token)


@pytest.mark.django_db
def test_token_denied_when_unknown_expired_revoked_or_its_owner_is_inactive(monkeypatch):
    assert user_by_token("kpr_unknown") is None
    token, secret = new_token()
    token_revoke(actor=token.user, token=token)
    assert user_by_token(secret) is None
    token, secret = new_token()
    token.user.is_active = False
    token.user.save()
    assert user_by_token(secret) is None
    token, secret = new_token()
    monkeypatch.setattr(clock, "now", lambda: token.expires_at)
    assert user_by_token(secret) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"days": 367}, {"scope": "admin"}, {"name": "x" * 101}]
)
def test_token_create_denied_with_wrong_values(wrong):
    with pytest.raises(Invalid):
        new_token(**wrong)
    assert not AccessToken.objects.exists()


@pytest.mark.django_db
def test_token_create_denied_to_a_closed_account():
    with pytest.raises(Forbidden):
        new_token(make.user(is_active=False))


@pytest.mark.django_db
def test_token_create_denied_beyond_the_limit():
    user = make.user()
    for _number in range(MAX_TOKENS_PER_PERSON):
        new_token(user)
    with pytest.raises(Invalid) as refused:
        new_token(user)
    assert refused.value.code == "too_many"


@pytest.mark.django_db
def test_a_token_of_somebody_else_cannot_be_revoked():
    token, secret = new_token()
    with pytest.raises(Forbidden):
        token_revoke(actor=make.user(), token=token)
    assert user_by_token(secret)
    token_revoke(actor=make.operator(), token=token)
    assert user_by_token(secret) is None


@pytest.mark.django_db
def test_use_is_noted_at_most_once_a_minute(monkeypatch, django_assert_num_queries):
    token, _secret = new_token()
    token_touch(token=token)
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    with django_assert_num_queries(0):
        token_touch(token=token)
    monkeypatch.setattr(clock, "now", lambda: first + datetime.timedelta(seconds=61))
    token_touch(token=token)
    token.refresh_from_db()
    assert token.last_used_at > first


@pytest.mark.django_db
def test_create_token_prints_only_the_token():
    user = make.user(email="anna@example.org")
    out = io.StringIO()
    call_command(
        "create_token",
        "Anna@example.org",
        "--days",
        "7",
        "--scope",
        "read",
        "--name",
        "CI",
        stdout=out,
    )
    secret = out.getvalue().strip()
    assert out.getvalue() == f"{secret}\n"
    found, token = user_by_token(secret)
    assert found == user
    assert (token.scope, token.name) == ("read", "CI")
    assert 6 < (token.expires_at - clock.now()).total_seconds() / 86400 <= 7


@pytest.mark.django_db
def test_create_token_says_when_nobody_has_the_address():
    with pytest.raises(CommandError, match=r"no account with the address nobody@example\.org"):
        call_command("create_token", "nobody@example.org")
    with pytest.raises(CommandError, match="between 1 and 366"):
        call_command("create_token", make.user().email, "--days", "1000")
