"""The deepest branch wins and can take away; teams and persons at one level; the way to a branch."""

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from cocreation.kernel.errors import Forbidden, NotFound, SignInNeeded
from processes.models import Assignment, Process, Role
from processes.permissions import access_for, decide, decide_grant, role_of
from processes.permissions.roles import RANK, RoleRow, level_roles, role_on_path
from processes.selectors.access import epochs
from processes.selectors.processes import process_get_for
from processes.selectors.tasks import node_get_for, task_get_for
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def process() -> Process:
    return make.process_row()


def test_the_deepest_role_wins_upwards_and_downwards(process):
    phase, objective, [task] = make.branch(process)
    user = make.person()
    make.role_row(process, Role.COAUTHOR, user=user)
    make.role_row(process, Role.OBSERVER, user=user, node=phase)
    make.role_row(process, Role.FACILITATOR, user=user, node=task)
    access = access_for(user, process)
    assert access.role_at(None) == Role.COAUTHOR
    assert access.role_at(phase) == access.role_at(objective.pk) == Role.OBSERVER
    assert access.role_at(task.pk) == Role.FACILITATOR


def test_none_on_a_branch_takes_reading_away_even_in_a_public_process():
    process = make.process_row("open_to_comment")
    phase, _objective, [task] = make.branch(process)
    _other, _, [open_task] = make.branch(process)
    user = make.person()
    make.role_row(process, Role.NONE, user=user, node=phase)
    assert decide(user, "process_read", task).code == "not_found"
    assert decide(user, "process_read", open_task)
    assert decide(user, "process_read", process)
    with pytest.raises(NotFound):
        task_get_for(user, task.pk, need="process_read")


def test_a_deeper_role_gives_back_what_none_took_and_shows_the_way_there(process):
    phase, objective, [task, hidden] = make.branch(process, tasks=2)
    user = make.person()
    make.role_row(process, Role.NONE, user=user)
    make.role_row(process, Role.COAUTHOR, user=user, node=task)
    access = access_for(user, process)
    assert access.can_see(None)
    assert access.can_see(phase)
    assert access.can_see(objective.pk)
    assert access.decide("document_write", task)
    assert not access.can_see(hidden)
    assert access.decide("document_read", objective).code == "not_found"


def test_a_branch_coordinator_does_not_edit_the_process(process):
    phase, _objective, [task] = make.branch(process)
    user = make.person()
    make.role_row(process, Role.COORDINATOR, user=user, node=phase)
    assert decide(user, "node_edit", task)
    assert decide(user, "role_grant", task)
    for ability in ("process_edit", "process_finish", "team_edit", "join_request_decide"):
        assert not decide(user, ability, task)


def test_the_highest_of_person_and_teams_wins_at_one_level(process):
    user = make.person()
    make.role_row(process, Role.OBSERVER, user=user)
    make.role_row(process, Role.COAUTHOR, team=make.team_row(process, user))
    make.role_row(process, Role.NONE, team=make.team_row(process, user))
    assert role_of(user, process) == Role.COAUTHOR


def test_none_given_to_the_person_beats_their_teams(process):
    user = make.person()
    make.role_row(process, Role.NONE, user=user)
    make.role_row(process, Role.COORDINATOR, team=make.team_row(process, user))
    assert role_of(user, process) == Role.NONE
    assert not decide(user, "process_read", process)


def test_a_role_elsewhere_gives_nothing_here(process):
    user = make.person()
    make.role_row(make.process_row(), Role.COORDINATOR, user=user)
    assert role_of(user, process) == "visitor"
    assert decide(user, "process_read", process).code == "not_found"


def test_a_coauthor_sets_the_status_of_tasks_given_to_them_or_their_team(process):
    _phase, _objective, [mine, ours, other] = make.branch(process, tasks=3)
    user = make.person()
    make.role_row(process, Role.COAUTHOR, user=user)
    Assignment.objects.create(node=mine, user=user)
    Assignment.objects.create(node=ours, team=make.team_row(process, user))
    access = access_for(user, process)
    assert access.decide("task_status_set", mine)
    assert access.decide("task_status_set", ours)
    assert access.decide("task_status_set", other).code == "role"


def test_an_observer_does_not_set_the_status_even_of_a_task_given_to_them(process):
    _phase, _objective, [task] = make.branch(process)
    user = make.person()
    make.role_row(process, Role.OBSERVER, user=user)
    Assignment.objects.create(node=task, user=user)
    assert not decide(user, "task_status_set", task)


def test_facilitators_give_roles_up_to_their_own(process):
    user = make.person()
    make.role_row(process, Role.FACILITATOR, user=user)
    assert decide_grant(user, process, Role.FACILITATOR)
    assert decide_grant(user, process, Role.NONE, taken=Role.COAUTHOR)
    assert decide_grant(user, process, Role.COORDINATOR).code == "rank"
    assert decide_grant(user, process, Role.NONE, taken=Role.COORDINATOR).code == "rank"
    assert decide_grant(make.coordinator_of(process), process, Role.COORDINATOR)


def test_coauthors_give_no_roles(process):
    user = make.person()
    make.role_row(process, Role.COAUTHOR, user=user)
    assert decide_grant(user, process, Role.OBSERVER).code == "role"


def test_get_for_answers_404_then_403_with_the_reason():
    process = make.process_row("private")
    user = make.person()
    with pytest.raises(NotFound):
        process_get_for(user, process.pk, need="process_edit")
    make.role_row(process, Role.COMMENTER, user=user)
    with pytest.raises(Forbidden, match="coordinators"):
        process_get_for(user, process.pk, need="process_edit")
    assert process_get_for(user, str(process.pk), need="process_read") == process


def test_get_for_asks_an_anonymous_person_to_sign_in():
    process = make.process_row("open_to_comment")
    with pytest.raises(SignInNeeded):
        process_get_for(AnonymousUser(), process.pk, need="comment_create")


@pytest.mark.parametrize("ident", ["nonsense", "", "00000000-0000-0000-0000-000000000000"])
def test_get_for_knows_no_such_id(ident):
    with pytest.raises(NotFound):
        process_get_for(make.person(), ident, need="process_read")
    with pytest.raises(NotFound):
        node_get_for(make.person(), ident, need="process_read")


def test_task_get_for_takes_tasks_only(process):
    _phase, objective, _tasks = make.branch(process)
    with pytest.raises(NotFound):
        task_get_for(make.coordinator_of(process), objective.pk, need="process_read")


@pytest.mark.parametrize("branches", [1, 50])
def test_rights_cost_the_same_number_of_queries_for_any_tree(branches, django_assert_num_queries):
    process = make.process_row()
    user = make.person()
    for _ in range(branches):
        _phase, _objective, [task] = make.branch(process)
        make.role_row(process, Role.COAUTHOR, user=user, node=task)
    nodes = list(process.nodes.values_list("pk", flat=True))
    with django_assert_num_queries(3):
        access = access_for(user, process)
        for node_id in nodes:
            access.abilities(node_id)
    with django_assert_num_queries(3):
        node = task_get_for(user, task.pk, need="document_write")
        access_for(user, node.process).abilities(node)


def test_epochs_in_one_query(django_assert_num_queries):
    rows = [make.process_row() for _ in range(3)]
    with django_assert_num_queries(1):
        assert epochs([row.pk for row in rows]) == dict.fromkeys((row.pk for row in rows), 1)


# --- the model: read the rule aloud and compare -------------------------------------------------

PATHS = [(), ("phase",), ("objective", "phase"), ("task", "objective", "phase")]
ROWS = st.lists(
    st.builds(RoleRow, st.sampled_from(PATHS), st.sampled_from(list(Role.values)), st.booleans()),
    max_size=8,
)


@given(ROWS)
def test_deepest_level_with_any_row_decides(rows):
    answer = role_on_path(level_roles(rows), PATHS[-1])
    levels = [[row for row in rows if row.path == path] for path in reversed(PATHS)]
    deepest = next((level for level in levels if level), None)
    if deepest is None:
        assert answer is None
    elif any(row.is_direct and row.role == "none" for row in deepest):
        assert answer == "none"
    else:
        best = max(RANK.get(row.role, 0) for row in deepest)
        assert RANK.get(answer, 0) == best
