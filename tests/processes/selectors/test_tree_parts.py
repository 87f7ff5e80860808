"""The parts of a plan that a change touches, as the whole tree would show them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processes.models import Role
from processes.selectors.processes import process_tree
from processes.selectors.tree import walk
from processes.selectors.tree_parts import tree_parts, waiting_below
from processes.services.prerequisites import prerequisites_set
from processes.services.tasks import task_status_set
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


def looks(tree):
    """What a page shows of each part."""
    return {
        part.id: (
            part.title,
            part.status,
            part.percent,
            part.ends_on,
            tuple(part.waits_for),
            tuple(part.blocked_by),
        )
        for part in walk(tree)
    }


def test_a_change_touches_what_is_above_and_what_waits(django_assert_num_queries):
    process = make.process()
    actor = process.created_by
    (phase, objective, [first, second]), (_later, _goal, [waiting]), _rest = (
        make.branch(process, tasks=count) for count in (2, 1, 5)
    )
    prerequisites_set(actor=actor, node=waiting, blocks=[first])
    phases, touched = tree_parts(process, actor, [first.pk])
    assert [part.id for part in phases] == [phase.pk, waiting.parent.parent_id]
    assert {phase.pk, objective.pk, first.pk, waiting.pk} <= touched
    assert second.pk not in touched


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    edges=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=8),
    which=st.integers(0, 8),
    status=st.sampled_from(["awaiting", "in_progress", "finished"]),
)
def test_a_page_that_takes_the_parts_shows_what_the_whole_tree_shows(edges, which, status):
    process = make.process()
    actor = process.created_by
    rows = [make.branch(process, tasks=2) for _ in range(3)]
    levels = [
        [row[0] for row in rows],
        [row[1] for row in rows],
        [t for row in rows for t in row[2]],
    ]
    nodes = [node for level in levels for node in level]
    for after, before in edges:
        # From earlier to later only, so that no cycle is refused.
        pair = sorted((nodes[after % len(nodes)], nodes[before % len(nodes)]), key=nodes.index)
        if pair[0].kind == pair[1].kind and pair[0] != pair[1]:
            prerequisites_set(actor=actor, node=pair[1], advice=[pair[0]])
    page = looks(process_tree(process, actor))
    task = levels[2][which % len(levels[2])]
    task_status_set(actor=actor, task=task, status=status)
    phases, touched = tree_parts(process, actor, [task.pk])
    fresh = looks(phases)
    page |= {pk: fresh[pk] for pk in (touched | waiting_below(phases, touched)) & fresh.keys()}
    assert page == looks(process_tree(process, actor))


@pytest.mark.parametrize("others", [1, 50])
def test_parts_cost_the_same_in_a_small_and_a_large_plan(others, django_assert_num_queries):
    process = make.process()
    _phase, _objective, [task] = make.branch(process, tasks=1)
    for _ in range(others):
        make.branch(process, tasks=3)
    with django_assert_num_queries(10):
        tree_parts(process, process.created_by, [task.pk])


def test_what_a_person_may_not_see_is_not_among_the_parts():
    process = make.process()
    phase, _objective, [task] = make.branch(process, tasks=1)
    other = make.branch(process, tasks=1)[0]
    member = make.member(process, Role.COAUTHOR)
    make.role_row(process, Role.NONE, user=member, node=phase)
    phases, _touched = tree_parts(process, member, [task.pk, other.pk])
    assert [part.id for part in phases] == [other.pk]
