"""Requests to take part: asked, told, accepted with a role or declined with an answer."""

import pytest

from cocreation.kernel.errors import Conflict, Forbidden, Invalid
from community.models import Notification
from processes.models import JoinRequest, Role
from processes.permissions import decide, role_of
from processes.selectors.work import my_work
from processes.services.joining import join_request_create, join_request_decide
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return make.process(visibility="open_to_join")


def ask(process, user=None, reason="I live here."):
    return join_request_create(actor=user or make.person(), process=process, reason=reason)


def test_coordinators_and_facilitators_are_told_and_have_it_in_their_work(process):
    facilitator = make.member(process, Role.FACILITATOR)
    make.member(process, Role.COAUTHOR)
    ask(process)
    told = Notification.objects.filter(kind="join_request.created")
    assert {row.user for row in told} == {process.created_by, facilitator}
    [item] = my_work(process.created_by)
    assert (item.kind, item.count) == ("join_requests", 1)


def test_accepting_gives_the_role_and_tells(process):
    request = ask(process)
    join_request_decide(
        actor=process.created_by, request=request, accept=True, role=Role.COMMENTER, answer="Hi"
    )
    assert role_of(request.user, process) == Role.COMMENTER
    assert decide(request.user, "join_request_create", process).code == "has_role"
    told = Notification.objects.get(user=request.user, kind="join_request.accepted")
    assert told.data["answer"] == "Hi"


def test_accepting_into_a_team_and_not_into_one_above_the_own_rank_or_elsewhere(process):
    request, facilitator = ask(process), make.member(process, Role.FACILITATOR)
    team = make.team(process)
    make.role_row(process, Role.COORDINATOR, team=make.team(process, name="Lead"))
    lead = process.teams.get(name="Lead")
    strange = make.team(make.process())
    for wrong, error in ((lead, Forbidden), (strange, Invalid)):
        with pytest.raises(error):
            join_request_decide(actor=facilitator, request=request, accept=True, team=wrong)
    assert role_of(request.user, process) == "visitor"
    join_request_decide(actor=facilitator, request=request, accept=True, team=team)
    assert team.members.get().user == request.user
    assert role_of(request.user, process) == Role.COAUTHOR


def test_declining_gives_nothing_and_tells(process):
    request = ask(process)
    join_request_decide(actor=process.created_by, request=request, accept=False, answer="Full.")
    assert role_of(request.user, process) == "visitor"
    assert Notification.objects.filter(user=request.user, kind="join_request.declined").exists()
    ask(process, request.user)


def test_asking_twice_and_answering_twice_are_refused(process):
    request = ask(process)
    with pytest.raises(Conflict):
        ask(process, request.user)
    join_request_decide(actor=process.created_by, request=request, accept=False)
    with pytest.raises(Conflict):
        join_request_decide(actor=process.created_by, request=request, accept=True)
    assert role_of(request.user, process) == "visitor"


def test_a_request_needs_a_reason(process):
    with pytest.raises(Invalid):
        ask(process, reason="  ")
    assert not JoinRequest.objects.exists()


def test_facilitators_accept_up_to_their_role(process):
    facilitator = make.member(process, Role.FACILITATOR)
    request = ask(process)
    with pytest.raises(Forbidden):
        join_request_decide(actor=facilitator, request=request, accept=True, role=Role.COORDINATOR)
    with pytest.raises(Invalid):
        join_request_decide(actor=facilitator, request=request, accept=True, role="none")
    join_request_decide(actor=facilitator, request=request, accept=True)
    assert role_of(request.user, process) == Role.COAUTHOR
