"""Giving and taking roles, the last coordinator, the grants that follow."""

from io import StringIO

import pytest
from django.core.management import call_command
from guardian.shortcuts import get_objects_for_user
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocreation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.models import Activity, Notification
from processes.models import NodeUserObjectPermission, ProcessUserObjectPermission, Role
from processes.permissions import decide, role_of
from processes.selectors.access import epochs
from processes.services.grants import grants_sync
from processes.services.roles import role_grant, role_revoke
from processes.services.teams import (
    team_create,
    team_member_add,
    team_member_remove,
    team_remove,
    team_update,
)
from tests.at_once import at_once
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return make.process()


def grant(process, actor=None, **values):
    return role_grant(actor=actor or process.created_by, process=process, **values)


def test_a_role_is_given_replaced_and_told(process):
    user = make.person()
    grant(process, user=user, role=Role.OBSERVER)
    grant(process, user=user, role=Role.COAUTHOR)
    assert role_of(user, process) == Role.COAUTHOR
    assert process.roles.filter(user=user).count() == 1
    assert Notification.objects.filter(user=user, kind="role.granted").count() == 2
    assert Activity.objects.filter(process_id=process.pk, verb="role.granted").count() == 3


def test_giving_a_role_raises_the_epoch_so_that_no_old_answer_is_used(process):
    user = make.person()
    before = epochs([process.pk])[process.pk]
    assert not decide(user, "process_read", process)
    grant(process, user=user, role=Role.OBSERVER)
    assert epochs([process.pk])[process.pk] == process.access_epoch > before
    assert decide(user, "process_read", process)


def test_a_role_is_taken_away(process):
    user = make.member(process, Role.COAUTHOR)
    role_revoke(actor=process.created_by, row=process.roles.get(user=user))
    assert role_of(user, process) == "visitor"


def test_people_may_give_up_their_own_role(process):
    user = make.member(process, Role.COMMENTER)
    role_revoke(actor=user, row=process.roles.get(user=user))
    assert role_of(user, process) == "visitor"


def test_nobody_frees_themself_of_none(process):
    user = make.member(process, Role.NONE)
    with pytest.raises(NotFound):
        role_revoke(actor=user, row=process.roles.get(user=user))


def test_coauthors_neither_give_nor_take(process):
    coauthor, other = make.member(process, Role.COAUTHOR), make.member(process, Role.OBSERVER)
    with pytest.raises(Forbidden):
        grant(process, coauthor, user=other, role=Role.COAUTHOR)
    with pytest.raises(Forbidden):
        role_revoke(actor=coauthor, row=process.roles.get(user=other))


def test_facilitators_do_not_touch_coordinators(process):
    facilitator = make.member(process, Role.FACILITATOR)
    second = make.member(process, Role.COORDINATOR)
    phase, _objective, _tasks = make.branch(process)
    for values in (
        {"user": facilitator, "role": Role.COORDINATOR},
        {"user": second, "role": Role.OBSERVER},
        {"user": second, "role": Role.NONE, "node": phase},
        {"team": make.team(process, second), "role": Role.OBSERVER, "node": phase},
    ):
        with pytest.raises(Forbidden) as refusal:
            grant(process, facilitator, **values)
        assert refusal.value.code == "rank"
    with pytest.raises(Forbidden):
        role_revoke(actor=facilitator, row=process.roles.get(user=second))


def test_facilitators_do_not_raise_themselves_through_a_team(process):
    facilitator = make.member(process, Role.FACILITATOR)
    leaders = make.team(process)
    grant(process, team=leaders, role=Role.COORDINATOR)
    with pytest.raises(Forbidden):
        team_member_add(actor=facilitator, team=leaders, user=facilitator)
    with pytest.raises(Forbidden):
        team_remove(actor=facilitator, team=leaders)


def test_facilitators_do_not_lower_a_coordinator_by_a_team_of_a_branch(process):
    facilitator = make.member(process, Role.FACILITATOR)
    phase, _objective, _tasks = make.branch(process)
    readers = make.team(process)
    grant(process, team=readers, node=phase, role=Role.OBSERVER)
    with pytest.raises(Forbidden):
        team_member_add(actor=facilitator, team=readers, user=process.created_by)


def test_a_role_for_a_team_or_node_of_another_process_is_refused(process):
    other = make.process(process.created_by)
    _phase, _objective, [task] = make.branch(other)
    with pytest.raises(Invalid):
        grant(process, user=make.person(), role=Role.OBSERVER, node=task)
    with pytest.raises(Invalid):
        grant(process, team=make.team(other), role=Role.OBSERVER)


def test_the_last_coordinator_stays(process):
    coordinator = process.created_by
    row = process.roles.get(user=coordinator)
    for attempt in (
        lambda: role_revoke(actor=coordinator, row=row),
        lambda: grant(process, user=coordinator, role=Role.FACILITATOR),
        lambda: grant(process, user=coordinator, role=Role.NONE),
    ):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert refusal.value.code == "last_coordinator"
    assert role_of(coordinator, process) == Role.COORDINATOR


def test_a_closed_account_does_not_count_as_coordinator(process):
    second = make.member(process, Role.COORDINATOR)
    second.is_active = False
    second.save()
    with pytest.raises(Conflict):
        role_revoke(actor=process.created_by, row=process.roles.get(user=process.created_by))


def test_a_coordinator_by_team_counts_until_the_team_is_left(process):
    user = make.person()
    team = make.team(process, user)
    grant(process, team=team, role=Role.COORDINATOR)
    role_revoke(actor=process.created_by, row=process.roles.get(user=process.created_by))
    with pytest.raises(Conflict):
        team_member_remove(actor=user, team=team, user=user)
    with pytest.raises(Conflict):
        team_remove(actor=user, team=team)


@pytest.mark.django_db(transaction=True)
def test_of_two_coordinators_who_demote_each_other_at_once_one_stays():
    process = make.process()
    first, second = process.created_by, make.member(process, Role.COORDINATOR)

    def demote(actor, target):
        return role_grant(actor=actor, process=process, user=target, role=Role.OBSERVER)

    outcomes = at_once(lambda: demote(first, second), lambda: demote(second, first))
    (refusal,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert refusal in ("role", "last_coordinator", "rank")
    assert process.roles.filter(role=Role.COORDINATOR).count() == 1


def test_teams_reach_their_members_with_their_roles(process):
    user = make.person()
    team = make.team(process)
    grant(process, team=team, role=Role.COAUTHOR)
    team_member_add(actor=process.created_by, team=team, user=user)
    team_member_add(actor=process.created_by, team=team, user=user)
    assert role_of(user, process) == Role.COAUTHOR
    assert Notification.objects.filter(user=user, kind="team.member_added").count() == 1
    team_member_remove(actor=process.created_by, team=team, user=user)
    assert role_of(user, process) == "visitor"


def test_two_teams_of_one_name_are_refused(process):
    make.team(process, name="Youth")
    with pytest.raises(Invalid):
        team_create(actor=process.created_by, process=process, name=" Youth ")
    other = make.team(process, name="Seniors")
    with pytest.raises(Invalid):
        team_update(actor=process.created_by, team=other, name="Youth")


# --- guardian's grants -----------------------------------------------------------------------


def granted(user, codename, model):
    return set(get_objects_for_user(user, f"processes.{codename}", klass=model, use_groups=False))


def test_grants_follow_roles_of_persons_and_teams_at_their_place(process):
    from processes.models import Node, Process

    phase, _objective, _tasks = make.branch(process)
    user = make.person()
    team = make.team(process, user)
    grant(process, team=team, role=Role.COMMENTER)
    grant(process, user=user, node=phase, role=Role.COAUTHOR)
    assert granted(user, "process_commenter", Process) == {process}
    assert granted(user, "node_coauthor", Node) == {phase}
    grant(process, user=user, role=Role.NONE)
    assert granted(user, "process_commenter", Process) == set()
    # Never a row per task and person: only where a role is given.
    assert NodeUserObjectPermission.objects.count() == 1


def test_rebuild_grants_repairs_and_reports(process):
    make.member(process, Role.COAUTHOR)
    ProcessUserObjectPermission.objects.filter(permission__codename="process_coauthor").delete()
    with pytest.raises(SystemExit):
        call_command("rebuild_grants", "--check", stdout=StringIO())
    out = StringIO()
    call_command("rebuild_grants", stdout=out)
    assert out.getvalue() == "grants: 1 added, 0 removed\n"
    call_command("rebuild_grants", "--check", stdout=out)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.sampled_from(Role.values))))
def test_grants_after_any_changes_are_those_that_a_rebuild_makes(steps):
    process = make.process()
    phase, _objective, [task] = make.branch(process)
    users = [make.person() for _ in range(3)]
    teams = [make.team(process, users[0], users[1]), make.team(process, users[1])]
    holders = [{"user": user} for user in users] + [{"team": team} for team in teams]
    for holder, place, role in steps:
        if holder == 5:
            row = process.roles.exclude(user=process.created_by).first()
            if row:
                role_revoke(actor=process.created_by, row=row)
        else:
            grant(process, node=[None, phase, task][place], role=role, **holders[holder])
    assert grants_sync(process) == (0, 0)


@pytest.mark.parametrize("members", [1, 30])
def test_grants_cost_the_same_for_one_member_and_for_thirty(members, django_assert_max_num_queries):
    process = make.process()
    team = make.team(process, *[make.person() for _ in range(members)])
    make.role_row(process, Role.COAUTHOR, team=team)
    with django_assert_max_num_queries(10):
        assert grants_sync(process) == (members, 0)
