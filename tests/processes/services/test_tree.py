"""Adding, changing, moving, switching off and on; prerequisites."""

import contextlib
import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocreation.kernel.errors import Conflict, Invalid
from community.models import Activity
from processes.models import Node, NodeKind, Prerequisite
from processes.services.prerequisites import prerequisites_set
from processes.services.tree import (
    node_create,
    node_disable,
    node_move,
    node_restore,
    node_update,
)
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return make.process()


def add(process, kind, parent=None, title="Part", **fields):
    return node_create(
        actor=process.created_by, process=process, kind=kind, parent=parent, title=title, **fields
    )


def titles(process, kind=NodeKind.TASK, parent=None):
    rows = process.nodes.filter(kind=kind)
    return [node.title for node in (rows.filter(parent=parent) if parent else rows)]


def test_a_task_is_inserted_anywhere(process):
    _phase, objective, _tasks = make.branch(process, tasks=2)
    add(process, "task", objective, "First", position=0)
    add(process, "task", objective, "Between", position=2)
    add(process, "task", objective, "Last")
    assert titles(process) == ["First", "Task 1", "Between", "Task 2", "Last"]
    assert Activity.objects.filter(verb="task.created").count() == 3


@pytest.mark.parametrize(
    ("kind", "above"),
    [("task", None), ("task", "phase"), ("objective", None), ("phase", "phase"), ("folder", None)],
)
def test_a_part_has_its_place(process, kind, above):
    phase, _objective, _tasks = make.branch(process)
    with pytest.raises(Invalid):
        add(process, kind, phase if above else None)


def test_a_part_of_another_process_is_no_parent(process):
    _phase, objective, _tasks = make.branch(make.process())
    with pytest.raises(Invalid):
        add(process, "task", objective)


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "x" * 10_000_000])
def test_a_bad_title_is_refused(process, title):
    with pytest.raises(Invalid) as error:
        add(process, "phase", title=title)
    assert "title" in error.value.fields


def test_dates_in_the_wrong_order_are_refused(process):
    _phase, objective, [task] = make.branch(process)
    day = datetime.date(2026, 5, 1)
    early = day - datetime.timedelta(days=1)
    with pytest.raises(Invalid):
        node_update(actor=process.created_by, node=task, starts_on=day, ends_on=early)
    with pytest.raises(Invalid):
        node_update(actor=process.created_by, node=objective, starts_on=day)
    node_update(actor=process.created_by, node=task, starts_on=day, ends_on=day)
    with pytest.raises(Invalid):
        node_update(actor=process.created_by, node=task, ends_on=early)


def test_a_node_edited_meanwhile_tells_the_present_value(process):
    phase, _objective, _tasks = make.branch(process)
    node_update(actor=process.created_by, node=phase, title="Theirs", revision=1)
    with pytest.raises(Conflict) as conflict:
        node_update(actor=process.created_by, node=phase, title="Mine", revision=1)
    assert conflict.value.details["current"] == {"title": "Theirs"}
    node_update(actor=process.created_by, node=phase, description="Mine", revision=1)
    node_update(actor=process.created_by, node=phase, title="Mine", revision=phase.revision)
    phase.refresh_from_db()
    assert (phase.title, phase.description) == ("Mine", "Mine")


def test_a_task_moves_to_another_objective_at_its_place(process):
    _phase, _objective, [first, _second] = make.branch(process, tasks=2)
    _other, goal, _tasks = make.branch(process, tasks=2)
    before = process.access_epoch
    node_move(actor=process.created_by, node=first, parent=goal, position=1)
    assert [n.order for n in Node.objects.filter(parent=goal)] == [0, 1, 2]
    assert Node.objects.get(pk=first.pk).order == 1
    assert list(_objective.children.values_list("title", "order")) == [("Task 2", 0)]
    process.refresh_from_db()
    assert process.access_epoch == before + 1


def test_a_part_is_not_moved_under_itself_or_to_a_wrong_place(process):
    phase, objective, [task] = make.branch(process)
    for node, parent in ((phase, task), (objective, objective), (phase, phase)):
        with pytest.raises(Conflict) as conflict:
            node_move(actor=process.created_by, node=node, parent=parent, position=0)
        assert conflict.value.code == "under_itself"
    with pytest.raises(Invalid):
        node_move(actor=process.created_by, node=task, parent=phase, position=0)
    with pytest.raises(Invalid):
        node_move(actor=process.created_by, node=task, parent=None, position=0)
    _phase, strange, _tasks = make.branch(make.process())
    with pytest.raises(Invalid):
        node_move(actor=process.created_by, node=task, parent=strange, position=0)


MOVES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.integers(-2, 30)), max_size=12)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(MOVES)
def test_after_any_moves_siblings_count_from_zero_and_nothing_is_lost(moves):
    process = make.process()
    for tasks in (1, 2, 3):
        make.branch(process, tasks=tasks)
    everything = set(process.nodes.values_list("pk", flat=True))
    for which, where, position in moves:
        rows = list(process.nodes.order_by("created_at", "pk"))
        node = rows[which % len(rows)]
        if node.kind == NodeKind.PHASE:
            parent = None
        else:
            kind = NodeKind.PHASE if node.kind == NodeKind.OBJECTIVE else NodeKind.OBJECTIVE
            parents = [row for row in rows if row.kind == kind]
            parent = parents[where % len(parents)]
        moved = node_move(actor=process.created_by, node=node, parent=parent, position=position)
        siblings = list(process.nodes.filter(parent=parent, kind=node.kind))
        assert siblings[max(0, min(position, len(siblings) - 1))] == moved
    assert set(process.nodes.values_list("pk", flat=True)) == everything
    by_parent: dict = {}
    for node in process.nodes.all():
        by_parent.setdefault((node.parent_id, node.kind), []).append(node.order)
        assert (node.parent_id is None) == (node.kind == NodeKind.PHASE)
    for orders in by_parent.values():
        assert sorted(orders) == list(range(len(orders)))


def test_switching_off_keeps_everything_and_on_brings_it_back(process):
    phase, _objective, [task] = make.branch(process)
    node_disable(actor=process.created_by, node=phase)
    node_disable(actor=process.created_by, node=phase)
    phase.refresh_from_db()
    assert phase.disabled_by == process.created_by
    assert Activity.objects.filter(verb="phase.disabled").count() == 1
    node_restore(actor=process.created_by, node=phase)
    phase.refresh_from_db()
    assert (phase.disabled_at, phase.disabled_by) == (None, None)
    assert Node.objects.filter(pk=task.pk).exists()


def test_a_cycle_of_prerequisites_is_refused_and_named(process):
    _phase, _objective, [a, b, c] = make.branch(process, tasks=3)
    prerequisites_set(actor=process.created_by, node=b, blocks=[a])
    prerequisites_set(actor=process.created_by, node=c, blocks=[b])
    with pytest.raises(Conflict) as conflict:
        prerequisites_set(actor=process.created_by, node=a, blocks=[c])
    assert conflict.value.code == "cycle"
    assert conflict.value.details["cycle"] == ["Task 1", "Task 2", "Task 3", "Task 1"]
    assert "Task 2" in conflict.value.message
    with pytest.raises(Conflict):
        prerequisites_set(actor=process.created_by, node=a, blocks=[a])
    prerequisites_set(actor=process.created_by, node=b, blocks=[])
    assert Prerequisite.objects.count() == 1


def test_prerequisites_are_of_one_kind_and_process(process):
    phase, _objective, [task] = make.branch(process)
    _phase, _objective, [strange] = make.branch(make.process())
    for other in (phase, strange):
        with pytest.raises(Invalid):
            prerequisites_set(actor=process.created_by, node=task, blocks=[other])


EDGES = st.lists(st.tuples(st.integers(0, 4), st.sets(st.integers(0, 4))), max_size=10)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(EDGES)
def test_no_list_of_changes_makes_a_cycle(changes):
    process = make.process()
    _phase, _objective, tasks = make.branch(process, tasks=5)
    for which, before in changes:
        with contextlib.suppress(Conflict):
            prerequisites_set(
                actor=process.created_by, node=tasks[which], blocks=[tasks[n] for n in before]
            )
    edges: dict = {}
    for after, before in Prerequisite.objects.values_list("node_id", "requires_id"):
        edges.setdefault(after, set()).add(before)
    done: set = set()
    while ready := {t.pk for t in tasks} - done - {n for n, b in edges.items() if b - done}:
        done |= ready
    assert len(done) == 5
