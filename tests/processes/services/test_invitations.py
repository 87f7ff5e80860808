"""Inviting by e-mail, accepting in two clicks, and everything that is wrong with an old link."""

import datetime
import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core import mail

from cocreation.kernel import clock
from cocreation.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    SignInNeeded,
)
from community.models import Mail, Notification, User
from processes.models import Invitation, Role
from processes.permissions import role_of
from processes.selectors.invitations import invitation_find, invitation_own_get
from processes.selectors.work import my_work
from processes.services.invitations import (
    invitation_accept,
    invitation_accept_own,
    invitation_create,
    invitation_resend,
    invitation_revoke,
)
from processes.services.processes import process_finish
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return make.process(title="Bus lanes")


@pytest.fixture
def invite(process, django_capture_on_commit_callbacks):
    """Invite somebody and return the invitation with the secret out of the mail."""

    def _invite(email="new@example.org", role=Role.COAUTHOR, **values):
        with django_capture_on_commit_callbacks(execute=True):
            invitation = invitation_create(
                actor=values.pop("actor", process.created_by),
                process=process,
                email=email,
                role=role,
                **values,
            )
        return invitation, secret_in(mail.outbox[-1].body)

    return _invite


def secret_in(body: str) -> str:
    return re.search(r"/invitations/([^/\s]+)/", body).group(1)


def test_the_mail_says_who_invites_to_what_and_the_secret_is_nowhere_else(process, invite):
    invitation, secret = invite(message="Please join us.")
    body = mail.outbox[-1].body
    assert "Bus lanes" in body
    assert "Co-author" in body
    assert "Please join us." in body
    assert secret not in str(Invitation.objects.values().get())
    assert invitation_find(secret) == invitation


def test_somebody_without_an_account_gets_one_with_the_role(process, invite):
    _invitation, secret = invite("New@Example.org")
    _invitation, person = invitation_accept(secret=secret, user=AnonymousUser())
    assert person == User.objects.get(email="new@example.org")
    assert EmailAddress.objects.get(user=person).verified
    assert role_of(person, process) == Role.COAUTHOR
    assert Notification.objects.filter(kind="invitation.accepted").count() == 1


def test_a_signed_in_person_accepts_with_one_click(process, invite):
    user = make.person(email="known@example.org")
    _invitation, secret = invite("known@example.org")
    invitation_accept(secret=secret, user=user)
    assert role_of(user, process) == Role.COAUTHOR


def test_an_account_with_a_password_is_asked_to_sign_in_first(process, invite):
    user = make.person(email="known@example.org", password="a long password")
    _invitation, secret = invite("known@example.org")
    with pytest.raises(SignInNeeded):
        invitation_accept(secret=secret, user=AnonymousUser())
    assert role_of(user, process) == "visitor"


def test_an_account_without_a_password_is_signed_in_by_the_mail(process, invite):
    user = make.person(email="known@example.org")
    _invitation, secret = invite("known@example.org")
    assert invitation_accept(secret=secret, user=None)[1] == user


def test_the_wrong_account_is_explained(process, invite):
    _invitation, secret = invite("known@example.org")
    with pytest.raises(Conflict, match=r"known@example\.org") as refusal:
        invitation_accept(secret=secret, user=make.person())
    assert refusal.value.code == "wrong_account"
    assert invitation_find(secret).accepted_at is None


@pytest.mark.parametrize("case", ["used", "expired", "revoked", "unknown"])
def test_an_invitation_that_does_not_work_says_why(process, invite, case):
    invitation, secret = invite()
    if case == "used":
        invitation_accept(secret=secret, user=None)
    elif case == "expired":
        Invitation.objects.update(expires_at=clock.now() - datetime.timedelta(seconds=1))
    elif case == "revoked":
        invitation_revoke(actor=process.created_by, invitation=invitation)
    else:
        secret = "nonsense"
    with pytest.raises(DomainError) as refusal:
        invitation_accept(secret=secret, user=None)
    assert refusal.value.code == f"invitation_{case}"
    assert refusal.value.status == (404 if case == "unknown" else 410)


def test_a_finished_process_takes_nobody_in(process, invite):
    _invitation, secret = invite()
    process_finish(actor=process.created_by, process=process)
    with pytest.raises(Conflict) as refusal:
        invitation_accept(secret=secret, user=None)
    assert refusal.value.code == "process_finished"
    assert not User.objects.filter(email="new@example.org").exists()


def test_sending_again_makes_the_old_link_useless(
    process, invite, django_capture_on_commit_callbacks
):
    invitation, old = invite()
    Invitation.objects.update(expires_at=clock.now() - datetime.timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        invitation_resend(actor=process.created_by, invitation=invitation)
    new = secret_in(mail.outbox[-1].body)
    with pytest.raises(NotFound):
        invitation_accept(secret=old, user=None)
    invitation_accept(secret=new, user=None)
    with pytest.raises(Conflict):
        invitation_resend(actor=process.created_by, invitation=invitation)
    with pytest.raises(Conflict):
        invitation_revoke(actor=process.created_by, invitation=invitation)


def test_inviting_again_replaces_the_open_invitation(process, invite):
    _first, old = invite()
    _second, new = invite(role=Role.COMMENTER)
    with pytest.raises(Conflict) as refusal:
        invitation_accept(secret=old, user=None)
    assert refusal.value.code == "invitation_revoked"
    invitation_accept(secret=new, user=None)


def test_accepting_never_lowers_a_role(process, invite):
    user = make.person(email="known@example.org")
    _invitation, secret = invite("known@example.org", Role.OBSERVER)
    make.role_row(process, Role.FACILITATOR, user=user)
    invitation_accept(secret=secret, user=user)
    assert role_of(user, process) == Role.FACILITATOR


def test_who_has_the_role_is_not_invited_again(process, invite):
    user = make.member(process, Role.COAUTHOR)
    with pytest.raises(Conflict) as refusal:
        invite(user.email, Role.COMMENTER)
    assert refusal.value.code == "has_role"
    invite(user.email, Role.FACILITATOR)


@pytest.mark.parametrize("role", ["none", "king"])
def test_a_strange_role_is_refused(invite, role):
    with pytest.raises(Invalid):
        invite(role=role)


def test_a_strange_address_is_refused(invite):
    with pytest.raises(Invalid) as error:
        invite("not an address")
    assert "email" in error.value.fields
    assert not Mail.objects.exists()


def test_facilitators_invite_up_to_their_role(process, invite):
    facilitator = make.member(process, Role.FACILITATOR)
    invite(actor=facilitator, role=Role.FACILITATOR)
    with pytest.raises(Forbidden):
        invite(actor=facilitator, role=Role.COORDINATOR)
    leaders = make.team(process)
    make.role_row(process, Role.COORDINATOR, team=leaders)
    with pytest.raises(Forbidden):
        invite(actor=facilitator, role=Role.OBSERVER, team=leaders)


def test_coauthors_do_not_invite(process, invite):
    with pytest.raises(Forbidden):
        invite(actor=make.member(process, Role.COAUTHOR))


def test_an_invitation_to_a_branch_and_a_team(process, invite):
    phase, _objective, [task] = make.branch(process)
    team = make.team(process)
    _invitation, secret = invite(node=phase, team=team)
    _invitation, person = invitation_accept(secret=secret, user=None)
    assert role_of(person, process) == "visitor"
    assert role_of(person, process, task) == Role.COAUTHOR
    assert team.members.get().user == person


def test_an_invitation_waits_in_my_work_and_is_accepted_there(process, invite):
    user = make.person(email="known@example.org")
    invitation, _secret = invite("known@example.org")
    [item] = my_work(user)
    assert (item.kind, item.object_id) == ("invitation", invitation.pk)
    invitation_accept_own(actor=user, invitation=invitation_own_get(user, item.object_id))
    assert role_of(user, process) == Role.COAUTHOR
    assert my_work(user) == []
