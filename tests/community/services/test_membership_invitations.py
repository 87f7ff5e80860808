import datetime

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded, TooMany
from community.models import Mail, Membership, MembershipInvitation, User
from community.selectors import membership_invitations_open
from community.services import membership_invitations as invitations
from tests.at_once import at_once
from tests.factories import community as make

VISITOR = AnonymousUser()


@pytest.fixture(autouse=True)
def _uncounted(settings):
    cache.clear()
    settings.DEMO = True  # keeps the texts of mails that are sent


@pytest.fixture
def organisation():
    return make.organisation("River Keepers")


@pytest.fixture
def keeper(organisation):
    return make.administrator(organisation)


def invite(keeper, organisation, email="new@example.org", role="member"):
    sent = invitations.membership_invitation_send(
        actor=keeper, organisation=organisation, email=email, role=role
    )
    text = Mail.objects.get(key=f"membership_invitation:{sent.pk}").text
    secret = next(word for word in text.split() if "/accounts/organisations/" in word)
    return sent, secret.rstrip("/").rpartition("/")[2]


def accept(secret, user=VISITOR):
    return invitations.membership_invitation_accept(secret=secret, user=user)


@pytest.mark.django_db
def test_somebody_new_joins_with_one_click(keeper, organisation):
    sent, secret = invite(keeper, organisation, role="administrator")
    assert sent.digest != secret
    membership, person = accept(secret)
    assert membership.role == "administrator"
    assert (membership.organisation, membership.user) == (organisation, person)
    assert person.email == "new@example.org"
    assert EmailAddress.objects.get(user=person).verified
    assert not membership_invitations_open(organisation).exists()


@pytest.mark.django_db
def test_whoever_invites_learns_nothing_about_accounts(keeper, organisation):
    make.user(email="known@example.org")
    known, _secret = invite(keeper, organisation, "known@example.org")
    unknown, _secret = invite(keeper, organisation, "unknown@example.org")
    shown = ("organisation_id", "role", "accepted_at")
    assert [getattr(known, f) for f in shown] == [getattr(unknown, f) for f in shown]
    subjects = set(Mail.objects.values_list("subject", flat=True))
    assert subjects == {"Administrator asks you to join River Keepers"}
    assert organisation.memberships.count() == 1


@pytest.mark.django_db
def test_who_has_an_account_signs_in_first(keeper, organisation):
    user = make.user(email="known@example.org")
    _sent, secret = invite(keeper, organisation, user.email)
    with pytest.raises(SignInNeeded):
        accept(secret)
    assert not organisation.memberships.filter(user=user).exists()
    membership, person = accept(secret, user)
    assert person == user
    assert membership.role == "member"


@pytest.mark.django_db
def test_accept_denied_to_somebody_else(keeper, organisation):
    _sent, secret = invite(keeper, organisation)
    with pytest.raises(Conflict) as refused:
        accept(secret, make.user())
    assert refused.value.code == "wrong_account"
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.django_db
def test_accept_denied_twice_too_late_or_with_nonsense(keeper, organisation, monkeypatch):
    _sent, secret = invite(keeper, organisation)
    _membership, person = accept(secret)
    with pytest.raises(Conflict) as refused:
        accept(secret, person)
    assert refused.value.code == "invitation_accepted"
    with pytest.raises(NotFound) as refused:
        accept("nonsense")
    assert refused.value.code == "invitation_unknown"
    late, secret = invite(keeper, organisation, "late@example.org")
    monkeypatch.setattr(clock, "now", lambda: late.expires_at + datetime.timedelta(seconds=1))
    with pytest.raises(Conflict) as refused:
        accept(secret)
    assert refused.value.code == "invitation_expired"


@pytest.mark.django_db
def test_a_newer_invitation_replaces_the_older(keeper, organisation):
    _sent, old = invite(keeper, organisation)
    _sent, new = invite(keeper, organisation, "NEW@example.org", role="administrator")
    assert MembershipInvitation.objects.count() == 1
    with pytest.raises(NotFound):
        accept(old)
    assert accept(new)[0].role == "administrator"


@pytest.mark.django_db
def test_send_denied(keeper, organisation):
    member = make.user()
    make.membership(organisation, member)
    with pytest.raises(Forbidden):
        invite(member, organisation)
    for wrong in ({"email": "nonsense"}, {"role": "king"}):
        with pytest.raises(Invalid):
            invite(keeper, organisation, **wrong)
    with pytest.raises(Conflict) as refused:
        invite(keeper, organisation, member.email)
    assert refused.value.code == "member_already"
    assert not MembershipInvitation.objects.exists()


@pytest.mark.django_db
def test_send_denied_too_often(keeper, organisation):
    for number in range(invitations.INVITATIONS_PER_HOUR):
        invite(keeper, organisation, f"a{number}@example.org")
    with pytest.raises(TooMany):
        invite(keeper, organisation, "one-more@example.org")


@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_exactly_one_joins(keeper, organisation):
    _sent, secret = invite(keeper, organisation)
    results = at_once(*[lambda: accept(secret)] * 4)
    assert sum(isinstance(result, str) for result in results) == 3
    assert Membership.objects.filter(user__email="new@example.org").count() == 1


@pytest.mark.django_db
def test_the_page_has_one_button_and_signs_the_newcomer_in(client, keeper, organisation):
    _sent, secret = invite(keeper, organisation)
    path = f"/accounts/organisations/{secret}/"
    page = client.get(path)
    assert page.status_code == 200
    assert "River Keepers" in page.content.decode()
    assert organisation.memberships.count() == 1, "opening the page changes nothing"
    answer = client.post(path)
    assert answer.status_code == 302
    assert answer.url == f"/organisations/{organisation.slug}/"
    assert client.session["_auth_user_id"] == str(User.objects.get(email="new@example.org").pk)
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410
    assert client.get("/accounts/organisations/nonsense/").status_code == 404


@pytest.mark.django_db
def test_the_page_sends_who_has_an_account_to_sign_in(client, keeper, organisation):
    user = make.user(email="known@example.org")
    _sent, secret = invite(keeper, organisation, user.email)
    path = f"/accounts/organisations/{secret}/"
    answer = client.post(path)
    assert answer.status_code == 401
    assert f"/accounts/login/?next={path}" in answer.content.decode()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(path).status_code == 302
    assert organisation.memberships.filter(user=user).exists()
