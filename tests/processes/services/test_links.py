"""Invitation links: for whoever has them, up to a number and a day; each counts once."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, DomainError, Forbidden, Invalid, SignInNeeded
from processes.models import InvitationLink, Process, ProcessRole, Role
from processes.permissions import role_of
from processes.services.leaving import process_leave
from processes.services.links import link_accept, link_create, link_revoke
from processes.services.processes import process_finish
from processes.services.roles import role_grant
from tests.at_once import at_once
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return make.process()


def link(process, role=Role.COAUTHOR, **fields):
    return link_create(actor=process.created_by, process=process, role=role, **fields)


def role(user, process, node=None):
    return role_of(user, Process.objects.get(pk=process.pk), node)


def test_who_has_the_link_gets_the_role_and_the_team_once(process):
    team = make.team(process)
    made, secret = link(process, team=team)
    person = make.person()
    for _ in range(2):
        link_accept(secret=secret, user=person)
    made.refresh_from_db()
    assert made.use_count == 1
    assert role(person, process) == "coauthor"
    assert team.members.get().user == person


def test_who_left_does_not_come_back_by_the_same_link_and_hears_why(process):
    _made, secret = link(process)
    person = make.person()
    link_accept(secret=secret, user=person)
    process_leave(actor=person, process=process)
    with pytest.raises(Conflict) as refusal:
        link_accept(secret=secret, user=person)
    assert refusal.value.code == "link_used_before"
    assert role(person, process) == "visitor"


def test_a_link_for_a_branch_opens_the_branch_only(process):
    phase = make.branch(process)[0]
    _made, secret = link(process, node=phase)
    person = make.person()
    link_accept(secret=secret, user=person)
    assert role(person, process) == "visitor"
    assert role(person, process, phase) == "coauthor"


def test_a_higher_role_is_not_lowered(process):
    _made, secret = link(process, role=Role.OBSERVER)
    facilitator = make.member(process, Role.FACILITATOR)
    link_accept(secret=secret, user=facilitator)
    assert role(facilitator, process) == "facilitator"


def test_a_link_ends_by_number_day_and_hand_each_with_its_own_words(process):
    full, full_secret = link(process, max_uses=1)
    link_accept(secret=full_secret, user=make.person())
    old, old_secret = link(process)
    InvitationLink.objects.filter(pk=old.pk).update(expires_at=clock.now() - datetime.timedelta(1))
    gone, gone_secret = link(process)
    link_revoke(actor=process.created_by, link=gone)
    person = make.person()
    codes, words = [], set()
    for secret in (full_secret, old_secret, gone_secret, "nonsense"):
        with pytest.raises(DomainError) as refusal:
            link_accept(secret=secret, user=person)
        codes.append((refusal.value.code, refusal.value.status))
        words.add(refusal.value.message)
    assert codes == [
        ("link_full", 410), ("link_expired", 410), ("link_revoked", 410), ("link_unknown", 404),
    ]  # fmt: skip
    assert len(words) == 4
    assert role(person, process) == "visitor"
    assert full.process == process


def test_nobody_comes_in_without_signing_in_or_into_a_finished_process(process):
    _made, secret = link(process)
    with pytest.raises(SignInNeeded):
        link_accept(secret=secret, user=AnonymousUser())
    process_finish(actor=process.created_by, process=process)
    with pytest.raises(Conflict):
        link_accept(secret=secret, user=make.person())


def test_what_a_link_cannot_be(process):
    for fields in ({"days": 0}, {"days": 400}, {"max_uses": 0}, {"max_uses": 9999}):
        with pytest.raises(Invalid):
            link(process, **fields)
    for wrong in (Role.COORDINATOR, Role.NONE, "king"):
        with pytest.raises((Invalid, Forbidden)):
            link(process, role=wrong)
    with pytest.raises(Invalid):
        link(process, node=make.branch(make.process())[0])


@pytest.mark.parametrize("who", [Role.COAUTHOR, Role.COMMENTER, Role.OBSERVER])
def test_only_leaders_make_links(process, who):
    with pytest.raises(Forbidden):
        link_create(actor=make.member(process, who), process=process, role=Role.OBSERVER)
    assert not InvitationLink.objects.exists()


def test_the_secret_is_not_kept(process):
    made, secret = link(process)
    assert secret not in str(InvitationLink.objects.filter(pk=made.pk).values().get())


def test_who_leaves_has_nothing_left_and_the_last_coordinator_stays(process):
    person = make.member(process, Role.COAUTHOR)
    make.team(process, person)
    role_grant(
        actor=process.created_by,
        process=process,
        user=person,
        role=Role.FACILITATOR,
        node=make.branch(process)[0],
    )
    process_leave(actor=person, process=process)
    assert not ProcessRole.objects.filter(user=person).exists()
    assert role(person, process) == "visitor"
    with pytest.raises(Conflict) as refusal:
        process_leave(actor=person, process=process)
    assert refusal.value.code == "not_in_process"
    with pytest.raises(Conflict) as refusal:
        process_leave(actor=process.created_by, process=process)
    assert refusal.value.code == "last_coordinator"
    assert role(process.created_by, process) == "coordinator"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one transaction writes at a time there")
def test_the_last_place_of_a_link_is_given_once(process):
    _made, secret = link(process, max_uses=1)
    people = [make.person(), make.person()]
    outcomes = at_once(
        *(lambda user=user: link_accept(secret=secret, user=user) for user in people)
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["link_full"]
