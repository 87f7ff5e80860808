"""Process templates and their trees."""

import uuid

import pytest

from cocreation.kernel.errors import NotFound
from interlinkers.entries import prerequisite_pairs
from interlinkers.models import ProcessTemplate
from interlinkers.selectors import template_get, template_tree, templates_list
from tests.factories.interlinkers import (
    interlinker,
    node,
    profile,
    template,
    template_entry,
)

pytestmark = pytest.mark.django_db


def test_list_counts_phases_objectives_and_tasks(django_assert_num_queries):
    tasks = [node("task", f"t{index}") for index in range(3)]
    template(node("phase", "p", node("objective", "o", *tasks), node("objective", "o2")), name="B")
    template(name={"en": "A", "lv": "Ā"})
    with django_assert_num_queries(2):
        rows = list(templates_list())
        found = [
            (row.text("name"), row.phase_count, row.objective_count, row.task_count) for row in rows
        ]
    assert found == [("A", 1, 1, 1), ("B", 1, 2, 3)]


@pytest.mark.parametrize("number", [1, 20])
def test_tree_is_nested_and_in_order_at_a_constant_cost(number, django_assert_num_queries):
    few, kit = profile(), interlinker()
    tasks = [
        node(
            "task",
            f"t{index}",
            problem_profiles=(few.external_id,),
            interlinkers=(kit.external_id,),
            prerequisites=[f"t{index - 1}"] if index else [],
        )
        for index in range(number)
    ]
    row = template(
        node("phase", "first", node("objective", "o", *tasks)),
        node("phase", "second"),
        profiles=[few],
        interlinkers=[kit],
    )
    with django_assert_num_queries(7):
        tree = template_tree(row)
        for branch in tree[0].children[0].children:
            assert branch.node.problem_profiles.all()[0].text("name")
            assert branch.node.interlinkers.all()[0].text("name")
    assert [branch.node.external_id for branch in tree] == ["first", "second"]
    below = [branch.node.external_id for branch in tree[0].children[0].children]
    assert below == [f"t{index}" for index in range(number)]


def test_hidden_template_is_not_found():
    row = template()
    assert template_get(row.pk) == row
    ProcessTemplate.objects.update(is_published=False)
    for wrong in (row.pk, uuid.uuid4()):
        with pytest.raises(NotFound):
            template_get(wrong)


def test_prerequisites_are_looked_for_among_siblings_first_and_never_point_forward():
    entry = template_entry(
        "x",
        node("phase", "p1", node("objective", "o", node("task", "same"), node("task", "b"))),
        node(
            "phase",
            "p2",
            node(
                "objective",
                "o2",
                node("task", "same", prerequisites=["b", "later", "nowhere"]),
                node("task", "c", prerequisites=["same"]),
                node("task", "later", prerequisites=["later"]),
            ),
            prerequisites=["p1"],
        ),
    )
    order = [entry_node.external_id for entry_node in entry.nodes()]
    assert order == ["p1", "o", "same", "b", "p2", "o2", "same", "c", "later"]
    pairs, missing = prerequisite_pairs(entry)
    assert sorted(pairs) == [(4, 0), (6, 3), (7, 6)]
    assert missing == [("same", "nowhere")]
