"""Why somebody may or may not: says what every door says, with where it comes from."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocreation.kernel.errors import Forbidden, NotFound
from processes.models import Role, Visibility
from processes.permissions import ABILITIES, ProcessAccess, decide
from processes.permissions.explain import explain
from processes.selectors.explaining import explanation_get_for
from tests.factories import processes as make

pytestmark = pytest.mark.django_db
ROLES = st.sampled_from([None, *Role])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    at_process=ROLES,
    at_phase=ROLES,
    of_team=ROLES,
    visibility=st.sampled_from(list(Visibility)),
)
def test_the_explanation_never_says_anything_else_than_the_doors(
    at_process, at_phase, of_team, visibility
):
    process = make.process_row(visibility)
    phase, _objective, [task] = make.branch(process)
    person = make.person()
    team = make.team_row(process, person)
    for role, place in (
        (at_process, {"user": person}),
        (at_phase, {"user": person, "node": phase}),
        (of_team, {"team": team, "node": phase}),
    ):
        if role:
            make.role_row(process, role, **place)
    found = explain(ProcessAccess(person, process), task)
    for ability in ABILITIES:
        doors = decide(person, ability, task)
        assert bool(found.answers[ability]) == bool(doors), ability
        assert getattr(found.answers[ability], "code", "") == getattr(doors, "code", "")
    given = [step for step in found.steps if step.decides]
    assert bool(given) == bool(at_process or at_phase or of_team)
    if at_phase or of_team:
        assert all("In “Phase 1”" in step.words for step in given)


def test_a_branch_that_takes_away_is_named_with_who_did_it():
    process = make.process()
    phase = make.branch(process)[0]
    person = make.member(process, Role.COAUTHOR)
    row = make.role_row(process, Role.NONE, user=person, node=phase)
    row.granted_by = process.created_by
    row.save()
    words = [s.words for s in explain(ProcessAccess(person, process), phase).steps if s.decides]
    assert words == ["In “Phase 1”: No access (given by Coordinator)."]


def test_people_ask_about_themselves_and_leaders_about_everybody_who_takes_part():
    process = make.process()
    member, stranger = make.member(process, Role.COAUTHOR), make.person()
    found, person = explanation_get_for(member, process)
    assert (found.role, person) == ("coauthor", member)
    found, person = explanation_get_for(process.created_by, process, person_id=member.pk)
    assert (found.role, person) == ("coauthor", member)
    with pytest.raises(Forbidden):
        explanation_get_for(member, process, person_id=process.created_by.pk)
    with pytest.raises(NotFound):
        explanation_get_for(process.created_by, process, person_id=stranger.pk)


def test_of_several_roles_at_one_place_only_what_counts_is_marked():
    process = make.process_row()
    phase = make.branch(process)[0]
    person = make.person()
    make.role_row(process, Role.COAUTHOR, team=make.team_row(process, person), node=phase)
    make.role_row(process, Role.NONE, user=person, node=phase)
    steps = explain(ProcessAccess(person, process), phase).steps
    [counts] = [step.words for step in steps if step.decides]
    assert "No access" in counts
