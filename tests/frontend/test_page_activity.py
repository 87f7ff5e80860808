"""The log of a process: narrowed, in full sentences, as a file, and never more than the reader may see."""

import csv
import datetime
import io
import json
import re
import uuid

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from cocreation.kernel import clock
from community.services.activity import activity_dated
from documents.services.documents import document_rename
from processes.models import Role
from processes.services.assets import asset_link_create
from processes.services.tasks import task_assign
from processes.services.tree import node_update
from tests.factories import processes as factory
from tests.frontend.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return factory.process(visibility="public")


@pytest.fixture
def coordinator(process):
    return signed_in(process.created_by)


def renamed(process, node, title, actor=None):
    node_update(actor=actor or process.created_by, node=node, title=title)


def page(client: Client, process, **query) -> str:
    response = client.get(f"/processes/{process.pk}/activity/", query)
    assert response.status_code == 200
    return response.content.decode().split('id="results"')[1].split("</section>")[0]


def test_the_log_is_narrowed_by_person_kind_part_words_and_days(process, coordinator):
    first, second = factory.branch(process), factory.branch(process)
    other = factory.member(process, Role.FACILITATOR, name="Facilitator Two")
    renamed(process, first[0], "Beginning")
    renamed(process, second[2][0], "Legal check", actor=other)
    with activity_dated(clock.now() - datetime.timedelta(days=30)):
        renamed(process, first[2][0], "Long ago")
    third = factory.branch(process)[2][0]
    text = texts_in(process, third, "Draft plan")
    today = clock.today().isoformat()

    def shown(**query) -> set[str]:
        html = page(coordinator, process, **query)
        words = {"Beginning", "Legal check", "Long ago", "Draft plan"}
        return {word for word in words if word in html}

    assert shown() == {"Beginning", "Legal check", "Long ago", "Draft plan"}
    assert shown(person=str(other.pk)) == {"Legal check"}
    assert shown(kind="texts") == {"Draft plan"}
    assert shown(node=str(first[0].pk)) == {"Beginning", "Long ago"}
    assert shown(node=str(third.pk)) == {"Draft plan"}
    assert shown(document=str(text)) == {"Draft plan"}
    assert shown(search="legal CHECK") == {"Legal check"}
    assert shown(since=today) == {"Beginning", "Legal check", "Draft plan"}
    assert shown(until=(clock.today() - datetime.timedelta(days=2)).isoformat()) == {"Long ago"}
    assert "Nothing found" in page(coordinator, process, search="zzz")


def test_a_filter_that_is_nonsense_is_said_and_left_out(process, coordinator):
    response = coordinator.get(
        f"/processes/{process.pk}/activity/",
        {"since": "someday", "node": "x", "person": str(uuid.uuid4())},
    )
    html = response.content.decode()
    assert "was not understood and left out" in html
    assert "started this process" in html


def test_lines_say_from_what_to_what_who_and_why(process, coordinator):
    _phase, _objective, [task, *_rest] = factory.branch(process)
    day = datetime.date(2027, 3, 3)
    node_update(actor=process.created_by, node=task, ends_on=day)
    node_update(actor=process.created_by, node=task, ends_on=day + datetime.timedelta(days=7))
    html = page(coordinator, process)
    assert "last day: March 3, 2027 → March 10, 2027" in html or (
        "last day: 3 March 2027 → 10 March 2027" in html
    )
    assert "on the server&#x27;s command line" in html


def test_what_happened_in_a_hidden_branch_is_nowhere(process, coordinator):
    shown, hidden = factory.branch(process), factory.branch(process)
    author = factory.member(process, Role.COAUTHOR)
    renamed(process, hidden[2][0], "Secret task")
    renamed(process, shown[2][0], "Plain task")
    asset_link_create(
        actor=process.created_by, task=hidden[2][0], title="Secret link", url="https://example.org"
    )
    asset = texts_in(process, hidden[2][0], "Secret text")
    factory.member(process, Role.OBSERVER)
    from processes.services.roles import role_grant

    role_grant(
        actor=process.created_by, process=process, node=hidden[0], user=author, role=Role.NONE
    )
    member = signed_in(author)
    for html in (
        page(member, process),
        page(member, process, node=str(hidden[0].pk)),
        page(member, process, document=str(asset)),
        member.get(f"/processes/{process.pk}/activity/").content.decode(),
        member.get(f"/api/v1/processes/{process.pk}/activity/?page_size=100").content.decode(),
    ):
        assert "Secret" not in html
    assert "Plain task" in page(member, process)
    assert "Secret text" in page(coordinator, process)


def texts_in(process, task, title) -> uuid.UUID:
    from processes.services.assets import asset_document_create

    asset = asset_document_create(
        actor=process.created_by, task=task, title=title, start={"kind": "empty"}
    )
    from documents.models import Document

    document_rename(
        actor=process.created_by,
        document=Document.objects.get(pk=asset.object_id),
        title=title + "!",
    )
    return asset.object_id


def test_the_table_is_harmless_and_the_lines_are_whole_with_the_same_filter(process, coordinator):
    task = factory.branch(process)[2][0]
    renamed(process, task, "=HYPERLINK(1)")
    path = f"/processes/{process.pk}/activity"
    table = coordinator.get(f"{path}.csv", {"kind": "plan"})
    text = b"".join(table.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][0] == "When"
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert {row[5].split(".")[0] for row in rows[1:]} <= {"phase", "objective", "task"}
    lines = b"".join(coordinator.get(f"{path}.jsonl").streaming_content).decode().splitlines()
    facts = [json.loads(line) for line in lines]
    assert "process.created" in {facts[0]["verb"], facts[1]["verb"]}
    assert facts[-1]["details"]["title"]["to"] == "=HYPERLINK(1)"
    assert facts[-1]["via"] == "command"


@pytest.mark.django_db(transaction=True)
async def test_the_file_goes_out_as_it_is_read(process, monkeypatch):
    """Under ASGI too: the second part is asked for when the first is sent, and the whole is without gaps."""
    from frontend.views import activity

    def fill():
        phase = factory.branch(process)[0]
        with activity_dated(
            clock.now()
        ):  # the same moment: lines are told apart by more than their time
            for number in range(7):
                renamed(process, phase, f"Title {number}")

    await sync_to_async(fill)()
    asked, sent, read = [], [], activity.activity_after
    monkeypatch.setattr(activity, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(activity, "activity_after", lambda *at: asked.append(at) or read(*at))
    client = AsyncClient()
    await client.aforce_login(process.created_by)
    path = f"/processes/{process.pk}/activity.jsonl?kind=plan"
    response = await client.get(path)
    assert not asked
    async for part in response.streaming_content:
        sent.append([json.loads(line) for line in part.splitlines()])
        assert len(asked) == len(sent)
    assert [len(part) for part in sent] == [3, 3, 1]
    titles = sorted(row["details"]["title"]["to"] for part in sent for row in part)
    assert titles == [f"Title {number}" for number in range(7)]
    await sync_to_async(connections.close_all)()


def test_the_page_goes_on_with_what_is_older(process, coordinator, monkeypatch):
    monkeypatch.setattr("frontend.views.activity.PAGE_ROWS", 3)
    phase = factory.branch(process)[0]
    at = clock.now()
    for number in range(5):
        with activity_dated(at):  # the same moment: lines are told apart by more than their time
            renamed(process, phase, f"Title {number}")
    seen, html = [], page(coordinator, process, kind="plan")
    assert "Newest" not in html
    while True:
        seen += re.findall(r"changed “(Title \d)”", html)
        renamed(process, phase, f"Later {len(seen)}")  # what comes meanwhile moves nothing
        older = re.search(r'rel="next" href="[^"]*before=([^"&]+)', html)
        if not older:
            break
        html = page(coordinator, process, kind="plan", before=older[1])
        assert "Newest" in html
    assert sorted(set(seen)) == sorted(seen) == [f"Title {number}" for number in range(5)]
    assert "Later" in page(coordinator, process, before="nonsense")


def test_only_coordinators_take_the_log_along_and_visitors_see_none_of_it(process):
    facilitator = signed_in(factory.member(process, Role.FACILITATOR))
    assert "(CSV)" not in page(facilitator, process)
    for ending in ("csv", "jsonl"):
        path = f"/processes/{process.pk}/activity.{ending}"
        assert facilitator.get(path).status_code == 403
        assert Client().get(path).status_code in (302, 401, 403)
    assert Client().get(f"/processes/{process.pk}/activity/").status_code in (302, 401, 403)


def test_programs_narrow_the_log_like_people(process, coordinator):
    task = factory.branch(process)[2][0]
    renamed(process, task, "Legal check")
    path = f"/api/v1/processes/{process.pk}/activity/"
    found = coordinator.get(path, {"node": str(task.pk), "kind": "plan"}).json()["results"]
    assert [row["target_label"] for row in found] == ["Legal check"]
    assert found[0]["via"] == "command"
    assert coordinator.get(path, {"kind": "weather"}).status_code == 400
    assert coordinator.get(path, {"since": "someday"}).status_code == 400


def test_pages_and_programs_leave_their_door_in_the_line(process, coordinator):
    from community.models import Activity

    task = factory.branch(process)[2][0]
    coordinator.post(f"/processes/{process.pk}/nodes/{task.pk}/disable/")
    assert Activity.objects.get(verb="task.disabled").via == "page"
    coordinator.patch(
        f"/api/v1/nodes/{task.parent_id}/", {"title": "Goal"}, content_type="application/json"
    )
    assert Activity.objects.get(verb="objective.updated").via == "api"


def test_a_task_leads_to_what_happened_to_it(process, coordinator):
    task = factory.branch(process)[2][0]
    task_assign(actor=process.created_by, task=task, user=process.created_by)
    html = coordinator.get(f"/processes/{process.pk}/tasks/{task.pk}/").content.decode()
    assert f'/processes/{process.pk}/activity/?node={task.pk}"' in html
    assert (
        "activity/?node"
        not in Client().get(f"/processes/{process.pk}/tasks/{task.pk}/").content.decode()
    )


def test_the_page_asks_the_same_for_few_lines_and_for_many(process, coordinator):
    phase = factory.branch(process)[0]

    def count() -> int:
        page(coordinator, process)
        with CaptureQueriesContext(connection) as queries:
            page(coordinator, process)
        return len(queries)

    renamed(process, phase, "One")
    before = count()
    for number in range(30):
        renamed(process, phase, f"Title {number}")
    assert count() == before
