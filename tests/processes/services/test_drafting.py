"""What a template proposes for a task: its text is started once, and teams get roles that lower nobody."""

import pytest
from rest_framework.test import APIClient

from cocreation.kernel.errors import Conflict, Forbidden, Invalid
from documents.selectors.texts import document_content
from processes.models import ProcessRole, Role, TeamKind
from processes.permissions import role_of
from processes.selectors.drafting import role_proposals, start_suggestion
from processes.selectors.tasks import task_get_for
from processes.services.drafting import draft_start, proposed_roles_give
from processes.services.processes import process_create
from processes.services.roles import role_grant
from processes.services.template_saving import template_save
from tests.factories import processes as make

pytestmark = pytest.mark.django_db
PROPOSAL = {
    "document": {"titles": {"en": "The rules", "lv": "Noteikumi"}, "texts": {"en": "# Begin"}},
    "roles": {
        "nonprofit": "coauthor",
        "citizens": "commenter",
        "forprofit": "coordinator",
        "x": "y",
    },
    "checklist": [
        {"texts": {"lv": "Visi jautāti", "en": "All asked"}, "is_needed": True},
        {"texts": {"en": "A picture"}, "is_needed": False},
        {"texts": {}, "is_needed": True},
    ],
}


@pytest.fixture
def process():
    return make.process(template=make.template(phases=1, tasks=1, **PROPOSAL), language="lv")


@pytest.fixture
def task(process):
    return task_get_for(process.created_by, process.nodes.get(kind="task").pk, need="process_read")


def team(process, kind: str, *users, role: str = "", node=None):
    made = make.team(process, *users)
    made.kind = kind
    made.save()
    if role:
        role_grant(actor=process.created_by, process=process, team=made, role=role, node=node)
    return made


def states(task) -> dict:
    return {row.team: row.state for row in role_proposals(task)}


def test_a_process_has_the_points_of_its_template_in_its_language(task):
    rows = task.checklist.values_list("text", "is_needed", "position", "done_at")
    assert list(rows) == [("Visi jautāti", True, 0, None), ("A picture", False, 1, None)]


def test_starting_the_text_gives_teams_of_a_kind_their_role_on_the_task_alone(process, task):
    writer, citizen, trader = make.person(), make.person(), make.person()
    ngo = team(process, TeamKind.NONPROFIT, writer)
    team(process, TeamKind.CITIZENS, citizen)
    team(process, TeamKind.FORPROFIT, trader)
    asset, given = draft_start(actor=process.created_by, task=task)
    assert asset.title == "Noteikumi"
    assert "Begin" in str(document_content(process.documents.get())[0])
    assert {row.team.kind: row.role for row in given} == {
        "nonprofit": "coauthor",
        "citizens": "commenter",
    }
    assert role_of(writer, process, task) == Role.COAUTHOR
    assert role_of(citizen, process, task) == Role.COMMENTER
    assert role_of(writer, process) == role_of(trader, process, task) == "visitor"
    assert states(task)[ngo] == "decided"
    assert proposed_roles_give(actor=process.created_by, task=task) == []


def test_nobody_is_lowered_and_what_teams_have_from_elsewhere_is_not_given_again(process, task):
    kind, phase = TeamKind.NONPROFIT, task.parent.parent
    plain, barred = make.person(), make.member(process, Role.NONE, node=phase)
    leads = make.member(process, Role.FACILITATOR)
    writes = make.member(process, Role.COAUTHOR, node=phase)
    wanted = {
        team(process, kind, plain): "give",
        team(process, kind): "give",
        team(process, kind, plain, role=Role.OBSERVER): "give",
        team(process, kind, role=Role.COAUTHOR): "has",
        team(process, kind, make.person(), role=Role.FACILITATOR, node=phase): "has",
        team(process, kind, writes): "has",
        team(process, kind, leads, make.person()): "more",
        team(process, kind, make.person(), barred): "barred",
        team(process, kind, role=Role.NONE, node=phase): "barred",
        team(process, kind, make.person(), role=Role.OBSERVER, node=task): "decided",
    }
    assert states(task) == wanted
    rows = ProcessRole.objects.filter(node=task)
    before = set(rows.values_list("team", "role"))
    people = {user: role_of(user, process, task) for user in (leads, writes, barred)}
    proposed_roles_give(actor=process.created_by, task=task)
    given = {made.pk for made, state in wanted.items() if state == "give"}
    assert set(rows.values_list("team", "role")) - before == {(pk, "coauthor") for pk in given}
    assert {user: role_of(user, process, task) for user in people} == people


def test_who_may_not_give_roles_starts_the_text_without_them(process, task):
    ngo = team(process, TeamKind.NONPROFIT, make.person())
    coauthor = make.member(process, Role.COAUTHOR)
    task = task_get_for(coauthor, task.pk, need="document_create")
    _asset, given = draft_start(actor=coauthor, task=task)
    assert given == []
    assert states(task)[ngo] == "give"
    with pytest.raises(Forbidden):
        proposed_roles_give(actor=coauthor, task=task)
    with pytest.raises(Conflict) as refusal:
        draft_start(actor=process.created_by, task=task)
    assert refusal.value.code == "text_started"
    assert process.documents.count() == 1


def test_a_task_without_a_proposal_starts_nothing(process):
    task = make.branch(process)[2][0]
    with pytest.raises(Invalid) as refusal:
        draft_start(actor=process.created_by, task=task)
    assert refusal.value.code == "nothing_proposed"
    assert role_proposals(task) == []


def test_a_template_made_of_it_proposes_the_same(process, task):
    ngo = team(process, TeamKind.NONPROFIT, make.person())
    role_grant(actor=process.created_by, process=process, team=ngo, role="observer", node=task)
    template = template_save(actor=process.created_by, process=process, name="Ours", texts=())
    again = process_create(
        actor=process.created_by, title="Again", language="lv", template=template
    )
    node = again.nodes.get(kind="task")
    assert node.template_node.roles == {"nonprofit": "observer", "citizens": "commenter"}
    points = list(task.checklist.values_list("text", "is_needed"))
    assert list(node.checklist.values_list("text", "is_needed")) == points
    assert start_suggestion(node, []) is None


def test_programs_start_it_and_give_the_roles(process, task):
    client = APIClient()
    client.force_authenticate(process.created_by)
    url = f"/api/v1/tasks/{task.pk}/"
    ngo = team(process, TeamKind.NONPROFIT, make.person())
    suggestion = client.get(url).json()["suggestion"]
    assert suggestion["roles"] == {"nonprofit": "coauthor", "citizens": "commenter"}
    body = {"kind": "document", "start": "template"}
    made = client.post(f"{url}assets/", body, format="json")
    assert (made.status_code, made.json()["title"]) == (201, "Noteikumi")
    again = client.post(f"{url}assets/", body, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "text_started")
    [row] = client.post(f"{url}proposed-roles/").json()
    assert (row["team"]["id"], row["state"]) == (str(ngo.pk), "decided")
    coauthor = APIClient()
    coauthor.force_authenticate(make.member(process, Role.COAUTHOR))
    assert coauthor.post(f"{url}proposed-roles/").status_code == 403
    template = client.get(f"/api/v1/process-templates/{process.template_id}/").json()
    shown = template["phases"][0]["children"][0]["children"][0]
    assert [point["is_needed"] for point in shown["checklist"]] == [True, False, True]


@pytest.mark.parametrize("number", [1, 30])
def test_proposals_cost_the_same_for_few_and_many(process, task, number, django_assert_num_queries):
    for _ in range(number):
        team(process, TeamKind.NONPROFIT, make.person(), make.person())
    with django_assert_num_queries(7):
        assert len(role_proposals(task)) == number
