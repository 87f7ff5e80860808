"""REST: processes and their trees."""

import json

import pytest
from django.core.checks import run_checks

from processes import checks
from processes.api.viewsets import ProcessViewSet
from processes.models import Node, Process, Role
from tests.factories import processes as make

pytestmark = pytest.mark.django_db
URL = "/api/v1/processes/"
PROBLEM = "application/problem+json"


@pytest.fixture
def process():
    return make.process(title="Bus lanes")


def problem(response, status, code):
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith(PROBLEM)
    assert response.json()["code"] == code
    return response.json()


def test_a_process_is_made_from_a_template_and_shown_as_a_tree(as_user):
    client = as_user(make.person())
    template = make.template(phases=2, tasks=2, duration_days=3)
    body = {
        "title": "Night buses",
        "language": "lv",
        "visibility": "open_to_comment",
        "template": str(template.pk),
        "starts_on": "2026-03-02",
    }
    made = client.post(URL, body)
    assert made.status_code == 201
    assert made.json()["role"] == "coordinator"
    assert made.json()["abilities"]["process_finish"]
    tree = client.get(f"{URL}{made.json()['id']}/tree/").json()
    assert [phase["title"] for phase in tree] == ["Phase 1", "Phase 2"]
    task = tree[0]["children"][0]["children"][0]
    wanted = {"kind": "task", "title": "Task 1.1", "status": "awaiting", "children": []}
    assert wanted.items() <= task.items()
    assert (task["starts_on"], task["ends_on"]) == ("2026-03-02", "2026-03-04")
    assert tree[0]["kind"] == "phase"


def test_anybody_reads_an_open_process_and_nobody_a_private_one(as_user, process):
    public = make.process(visibility="public")
    for client in (as_user(), as_user(make.person())):
        assert client.get(f"{URL}{public.pk}/").status_code == 200
        assert client.get(f"{URL}{public.pk}/tree/").json() == []
        for path in ("", "tree/", "roles/", "teams/", "invitations/", "activity/"):
            problem(client.get(f"{URL}{process.pk}/{path}"), 404, "not_found")
        assert client.get(URL).json()["count"] == 1


def test_visitors_must_sign_in_to_make_one(as_user):
    problem(as_user().post(URL, {"title": "T", "language": "en"}), 401, "not_authenticated")
    assert not Process.objects.exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"title": ""}, 400),
        ({"title": "x" * 201}, 400),
        ({"title": "a\x00b"}, 400),
        ({"language": "xx"}, 400),
        ({"template": "nonsense"}, 400),
        ({"template": "00000000-0000-0000-0000-000000000000"}, 422),
        ({"organisation": "00000000-0000-0000-0000-000000000000"}, 422),
        ({"starts_on": "9999-12-31"}, 422),
    ],
)
def test_bad_input_names_the_field_and_makes_nothing(as_user, change, status):
    body = {"title": "T", "language": "en"} | change
    answer = as_user(make.person()).post(URL, body)
    assert answer.status_code == status, answer.content
    assert set(change) <= set(answer.json()["fields"])
    assert not Process.objects.exists()


def test_a_body_that_is_no_object_is_refused(as_user, process):
    client = as_user(process.created_by)
    for body in ([1], "text", 5, None):
        assert client.post(URL, body, format="json").status_code == 400
        assert client.patch(f"{URL}{process.pk}/", body, format="json").status_code in (200, 400)


def test_a_process_is_changed_by_who_may(as_user, process):
    url = f"{URL}{process.pk}/"
    facilitator = make.member(process, Role.FACILITATOR)
    answer = as_user(facilitator).patch(url, {"summary": "Short", "revision": 1})
    assert answer.json()["summary"] == "Short"
    assert answer.json()["revision"] == 2
    problem(as_user(facilitator).patch(url, {"visibility": "public"}), 403, "role")
    observer = make.member(process, Role.OBSERVER)
    assert "coordinators" in problem(as_user(observer).patch(url, {}), 403, "role")["detail"]
    problem(as_user(make.person()).patch(url, {}), 404, "not_found")


@pytest.mark.parametrize("title", ["a\0b", "\ud800", 1])
def test_words_that_the_database_does_not_keep_are_refused(as_user, process, title):
    body = json.dumps({"twins": {"lv": {"title": title, "summary": ""}}})
    path = f"/api/v1/processes/{process.pk}/"
    answer = as_user(process.created_by).patch(path, body, content_type="application/json")
    assert answer.status_code == 422
    assert "twins" in str(answer.json())


def test_two_edits_of_one_field_answer_409_with_the_present_value(as_user, process):
    client = as_user(process.created_by)
    client.patch(f"{URL}{process.pk}/", {"title": "Theirs", "revision": 1})
    answer = client.patch(f"{URL}{process.pk}/", {"title": "Mine", "revision": 1})
    body = problem(answer, 409, "edited_meanwhile")
    assert body["details"]["current"] == {"title": "Theirs"}


def test_finishing_is_for_coordinators_and_closes_everything_but_reopening(as_user, process):
    url = f"{URL}{process.pk}/"
    problem(as_user(make.member(process, Role.FACILITATOR)).post(f"{url}finish/"), 403, "role")
    client = as_user(process.created_by)
    assert client.post(f"{url}finish/").json()["status"] == "finished"
    problem(client.patch(url, {"title": "New"}), 403, "process_finished")
    problem(client.post(f"{url}finish/"), 409, "status")
    answer = client.post(f"{url}reopen/").json()
    assert (answer["status"], answer["abilities"]["process_edit"]) == ("in_progress", True)


def test_the_list_is_filtered_and_refuses_unknown_values(as_user, process):
    make.process(process.created_by, title="Night buses", visibility="public", language="uk")
    client = as_user(process.created_by)

    def titles(query):
        return {row["title"] for row in client.get(f"{URL}{query}").json()["results"]}

    assert titles("") == {"Bus lanes", "Night buses"}
    assert titles("?visibility=public&language=uk&search=night") == {"Night buses"}
    assert titles("?mine=true&status=finished") == set()
    problem(client.get(f"{URL}?status=gone"), 400, "invalid")


@pytest.mark.parametrize("number", [1, 50])
def test_the_list_costs_the_same_for_1_and_50(as_user, number, django_assert_num_queries):
    user = make.person()
    for _ in range(number):
        make.role_row(make.process_row("public"), Role.COAUTHOR, user=user)
    client = as_user(user)
    client.get(f"{URL}?page_size=50")
    with django_assert_num_queries(3):  # count, rows, roles
        rows = client.get(f"{URL}?page_size=50").json()["results"]
    assert len(rows) == number
    assert {row["role"] for row in rows} == {"coauthor"}


def test_activity_is_for_people_inside(as_user):
    process = make.process(visibility="public")
    url = f"{URL}{process.pk}/activity/"
    verbs = [row["verb"] for row in as_user(process.created_by).get(url).json()["results"]]
    assert verbs == ["process.created", "role.granted"]
    problem(as_user(make.person()).get(url), 403, "role")


# --- nodes -----------------------------------------------------------------------------------

NODES = "/api/v1/nodes/"


def test_a_tree_is_built_changed_and_moved(as_user, process):
    client = as_user(process.created_by)
    phase = client.post(NODES, {"process": process.pk, "kind": "phase", "title": "P"}).json()
    goal = client.post(NODES, {"parent": phase["id"], "kind": "objective", "title": "O"}).json()
    ids = [
        client.post(
            NODES, {"parent": goal["id"], "kind": "task", "title": title, "position": 0}
        ).json()["id"]
        for title in ("B", "A")
    ]
    patched = client.patch(
        f"{NODES}{ids[0]}/", {"title": "Bee", "ends_on": "2026-05-01", "revision": 1}
    )
    assert patched.json()["revision"] == 2
    moved = client.post(f"{NODES}{ids[0]}/move/", {"position": 0})
    assert moved.json()["order"] == 0
    put = client.put(f"{NODES}{ids[1]}/prerequisites/", {"blocks": [ids[0]]})
    assert put.json()["requires"] == [ids[0]]
    problem(client.put(f"{NODES}{ids[0]}/prerequisites/", {"blocks": [ids[1]]}), 409, "cycle")
    assert client.get(f"{NODES}{ids[1]}/").json()["title"] == "A"


def test_switching_off_and_on(as_user, process):
    phase, _objective, [task] = make.branch(process)
    client = as_user(process.created_by)
    off = client.post(f"{NODES}{phase.pk}/disable/").json()
    assert off["disabled_at"]
    assert off["abilities"]["node_disable"]
    assert not off["abilities"]["node_edit"]
    problem(client.patch(f"{NODES}{task.pk}/", {"title": "T"}), 403, "node_disabled")
    problem(
        as_user(make.member(process, Role.FACILITATOR)).post(f"{NODES}{phase.pk}/restore/"),
        403,
        "node_disabled",
    )
    assert client.post(f"{NODES}{phase.pk}/restore/").json()["disabled_at"] is None


@pytest.mark.parametrize("role", [Role.COAUTHOR, Role.COMMENTER, Role.OBSERVER])
def test_writers_and_readers_do_not_change_the_tree(as_user, process, role):
    phase, objective, [task] = make.branch(process)
    client = as_user(make.member(process, role))
    for answer in (
        client.post(NODES, {"process": process.pk, "kind": "phase", "title": "P"}),
        client.post(NODES, {"parent": objective.pk, "kind": "task", "title": "T"}),
        client.patch(f"{NODES}{task.pk}/", {"title": "T"}),
        client.post(f"{NODES}{task.pk}/move/", {"position": 0}),
        client.post(f"{NODES}{phase.pk}/disable/"),
        client.post(f"{NODES}{phase.pk}/restore/"),
        client.put(f"{NODES}{task.pk}/prerequisites/", {"blocks": []}),
    ):
        problem(answer, 403, "role")
    assert Node.objects.count() == 3


def test_a_stranger_finds_no_nodes(as_user, process):
    _phase, _objective, [task] = make.branch(process)
    client = as_user(make.person())
    problem(client.get(f"{NODES}{task.pk}/"), 404, "not_found")
    problem(client.patch(f"{NODES}{task.pk}/", {"title": "T"}), 404, "not_found")
    problem(
        client.post(NODES, {"parent": task.parent_id, "kind": "task", "title": "T"}),
        404,
        "not_found",
    )


def test_a_node_moves_only_where_new_ones_may_be_made(as_user, process):
    phase, _objective, [task] = make.branch(process)
    _phase, goal, _tasks = make.branch(process)
    leader = make.member(process, Role.FACILITATOR, node=phase)
    answer = as_user(leader).post(f"{NODES}{task.pk}/move/", {"parent": goal.pk, "position": 0})
    problem(answer, 404, "not_found")
    strange = make.branch(make.process())[2][0]
    answer = as_user(process.created_by).put(
        f"{NODES}{task.pk}/prerequisites/", {"blocks": [strange.pk]}
    )
    assert "requires" in problem(answer, 422, "requires")["fields"]


# --- the system check -------------------------------------------------------------------------


def test_an_action_without_an_ability_is_found(monkeypatch):
    assert not [e for e in run_checks() if e.id == "processes.E001"]
    monkeypatch.delitem(ProcessViewSet.needs, "finish")
    monkeypatch.setitem(ProcessViewSet.needs, "reopen", "process_fly")
    messages = [error.msg for error in checks.actions_name_abilities(None)]
    assert len(messages) == 2
    assert "ProcessViewSet.finish" in messages[0]
