"""What programs were promised: each list, each shape, and a whole process from template to answer by REST alone."""

import re

import pytest
from django.core.management import call_command
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient

from documents.models import Outcome
from processes.models import Role, Visibility
from tests.factories import documents as texts
from tests.factories import processes as make

V1 = "/api/v1/"
LISTS = {
    "organisations/": [{"kind": "ngo"}, {"search": "ministry"}, {"territory": "LV"}],
    "interlinkers/": [{"nature": "knowledge"}, {"search": "map"}, {"difficulty": "easy"}],
    "problem-profiles/": [{"search": "people"}],
    "process-templates/": [{"language": "en"}],
    "processes/": [
        {"visibility": "public"},
        {"mine": "true"},
        {"search": "x"},
        {"status": "finished"},
    ],
    "tasks/": [{"status": "finished"}, {"mine": "true"}],
    "documents/": [],
    "threads/": [{"status": "open"}, {"needs_answer": "true"}],
    "stories/": [{"search": "law"}, {"language": "en"}],
    "background-works/": [],
    "notifications/": [{"unread": "true"}],
    "processes/{process}/roles/": [],
    "processes/{process}/invitations/": [],
    "processes/{process}/join-requests/": [{"status": "waiting"}],
    "processes/{process}/teams/": [],
    "processes/{process}/activity/": [],
    "tasks/{task}/assets/": [],
    "documents/{document}/threads/": [{"status": "resolved"}, {"needs_answer": "false"}],
    "threads/{thread}/comments/": [],
}


def ok(answer, status: int = 200):
    assert answer.status_code == status, answer.content
    return answer.json()


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.mark.parametrize("name", LISTS)
def test_lists_come_in_pages(api, world, name):
    address = V1 + name.format(
        process=world.process.pk,
        task=world.task.pk,
        document=world.document.pk,
        thread=world.thread.pk,
    )
    body = ok(api.get(address, {"page_size": 1}))
    assert set(body) == {"count", "next", "previous", "results"}
    assert len(body["results"]) == 1
    assert body["count"] >= 1
    assert bool(body["next"]) == (body["count"] > 1)
    for filters in LISTS[name]:
        narrowed = ok(api.get(address, filters))
        assert narrowed["count"] <= body["count"], filters


def test_tasks_can_be_narrowed(api, world):
    def count(**filters) -> int:
        return ok(api.get(f"{V1}tasks/", filters))["count"]

    other = make.process(world.coordinator, template=make.template(phases=1, tasks=3))
    assert count(process=world.process.pk) == 2
    assert count(process=other.pk) == 3
    assert count(mine="true") == 0
    coauthor = client_of(world.process.teams.get().members.get().user)
    [row] = ok(coauthor.get(f"{V1}tasks/", {"mine": "true"}))["results"]
    assert row["id"] == str(world.task.pk)
    api.post(f"{V1}tasks/{world.task.pk}/status/", {"status": "in_progress"})
    assert count(process=world.process.pk, status="in_progress") == 1


def test_tasks_and_threads_of_a_hidden_branch_are_not_listed(world):
    phase = world.process.nodes.get(kind="phase")
    shut_out = make.member(world.process, Role.NONE, node=phase)
    for client in (client_of(shut_out),):
        for name in ("tasks/", "threads/", "documents/"):
            assert ok(client.get(V1 + name))["count"] == 0


def test_tasks_and_threads_of_a_private_process_are_not_listed(world, anonymous):
    private = texts.document(visibility=Visibility.PRIVATE)
    texts.thread(private)
    for client in (anonymous, client_of(world.citizen)):
        for name in ("tasks/", "threads/", "documents/"):
            filters = {"process": str(private.process_id)}
            assert ok(client.get(V1 + name))["count"] > 0
            assert ok(client.get(V1 + name, filters))["count"] == 0


@pytest.mark.parametrize("name", ["tasks/", "threads/"])
def test_a_list_costs_the_same_for_one_and_many(api, world, name, django_assert_max_num_queries):
    address = V1 + name
    with django_assert_max_num_queries(12) as few:
        ok(api.get(address))
    for _ in range(3):
        make.process(world.coordinator, template=make.template(phases=2, tasks=3))
        texts.thread(world.document)
    with django_assert_max_num_queries(len(few)):
        ok(api.get(address))


def test_threads_can_be_narrowed(api, world):
    def count(**filters) -> int:
        return ok(api.get(f"{V1}threads/", filters))["count"]

    assert count(document=world.document.pk) == 2
    assert count(process=world.process.pk, needs_answer="true") == 1
    ok(api.patch(f"{V1}threads/{world.thread.pk}/", {"status": "resolved"}))
    assert count(status="open", document=world.document.pk) == 0


def test_an_answer_that_is_not_given_yet_is_404(api, world):
    assert api.get(f"{V1}threads/{world.thread.pk}/disposition/").status_code == 404


def test_trees_are_nested_nodes(api, world):
    [phase] = ok(api.get(f"{V1}processes/{world.process.pk}/tree/"))
    [objective] = phase["children"]
    first, second = objective["children"]
    for node, kind in ((phase, "phase"), (objective, "objective"), (first, "task")):
        assert {"id", "kind", "title", "status", "children"} <= set(node)
        assert node["kind"] == kind
    assert first["children"] == []
    assert second["requires"] == [first["id"]]


def test_processes_have_four_visibilities(api):
    for visibility in ("private", "public", "open_to_comment", "open_to_join"):
        body = {"title": "A process", "language": "en", "visibility": visibility}
        assert ok(api.post(f"{V1}processes/", body), 201)["visibility"] == visibility


def test_a_ticket_is_a_secret_that_ends(api, world):
    body = ok(api.post(f"{V1}documents/{world.document.pk}/ticket/"), 201)
    assert set(body) == {"ticket", "expires_at"}
    assert len(body["ticket"]) >= 20
    assert parse_datetime(body["expires_at"]).utcoffset() is not None


def test_create_token_prints_only_a_token_that_works(world, capsys):
    call_command("create_token", world.coordinator.email)
    printed = capsys.readouterr().out
    assert re.fullmatch(r"\S{20,}\n", printed)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {printed.strip()}")
    assert ok(client.get(f"{V1}me/"))["email"] == world.coordinator.email


def test_a_process_from_template_to_answer_by_rest_alone(api, world):
    [template] = ok(api.get(f"{V1}process-templates/"))["results"]
    process = ok(
        api.post(
            f"{V1}processes/",
            {
                "title": "Paths to school",
                "language": "en",
                "visibility": "open_to_comment",
                "template": template["id"],
            },
        ),
        201,
    )
    [phase] = ok(api.get(f"{V1}processes/{process['id']}/tree/"))
    task = phase["children"][0]["children"][0]
    [found] = ok(api.get(f"{V1}tasks/{task['id']}/recommendations/"))
    assert found["reasons"]
    asset = ok(
        api.post(
            f"{V1}tasks/{task['id']}/assets/",
            {
                "kind": "document",
                "title": "The plan",
                "start": "interlinker",
                "interlinker": found["interlinker"]["id"],
            },
        ),
        201,
    )
    assert {"id", "kind", "document"} <= set(asset)
    assert asset["kind"] == "document"
    document = f"{V1}documents/{asset['document']['id']}/"
    assert ok(api.get(document))["title"] == "The plan"
    assert "Every child walks safely." in ok(api.get(f"{document}markdown/"))["markdown"]
    assert ok(api.post(f"{document}ticket/"), 201)["ticket"]

    citizen = client_of(world.citizen)
    thread = ok(
        citizen.post(
            f"{document}threads/",
            {"anchor": {"quote": "walks safely"}, "body": "Also in **winter**?"},
        ),
        201,
    )
    assert thread["anchor"]["quote"] == "walks safely"
    assert thread["needs_answer"]
    address = f"{V1}threads/{thread['id']}/"
    reply = ok(api.post(f"{address}comments/", {"body": "Good question."}), 201)
    assert [row["id"] for row in ok(citizen.get(f"{address}comments/"))["results"]][1] == reply[
        "id"
    ]
    answer = {"outcome": Outcome.TAKEN_IN_FULL, "reason": "Snow is cleared first there."}
    assert citizen.put(f"{address}disposition/", answer).status_code == 403
    given = ok(api.put(f"{address}disposition/", answer))
    assert given["outcome"] == "taken_in_full"
    assert ok(citizen.get(f"{address}disposition/")) == given

    table = ok(api.get(f"{document}response-table/"))
    assert (table["answered"], table["asked"]) == (1, 1)
    [row] = table["rows"]
    assert row["reason"] == answer["reason"]
    assert row["passage"] == "walks safely"
