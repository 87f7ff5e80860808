"""What a person's list of work takes from texts, and in which groups it stands."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cocreation.kernel import clock
from documents.services.threads import comment_create, thread_resolve
from documents.work import mentions_waiting
from frontend.presenters.work_groups import work_groups
from processes.models import Role
from processes.services.roles import role_revoke
from processes.work_kinds import WorkItem
from tests.factories import documents as make
from tests.factories import processes as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    coordinator = factory.person("Coordinator")
    process = factory.process(coordinator, visibility="private")
    return make.document(process=process, actor=coordinator, title="Draft plan")


def named(document, user, times: int = 1):
    author = factory.member(document.process, Role.COMMENTER, name="Commenter")
    body = f"@{user.display_name}, when?"
    return [make.thread(document, actor=author, body=body) for _number in range(times)]


def test_being_named_waits_until_one_replies_or_the_comment_is_settled(document):
    user = factory.member(document.process, Role.COAUTHOR)
    first, second = named(document, user, 2)
    titles = [item.title for item in mentions_waiting(user)]
    assert titles == [f"Reply to Commenter in #{n} of “Draft plan”" for n in (1, 2)]
    comment_create(actor=user, thread=first, body="In May.")
    assert [item.object_id for item in mentions_waiting(user)] == [second.pk]
    thread_resolve(actor=second.created_by, thread=second)
    assert mentions_waiting(user) == []


def test_being_named_in_a_text_one_no_longer_sees_asks_nothing(document):
    user = factory.member(document.process, Role.COAUTHOR)
    named(document, user)
    assert mentions_waiting(user)
    role_revoke(actor=document.process.created_by, row=document.process.roles.get(user=user))
    assert mentions_waiting(user) == []


def test_many_mentions_ask_as_much_as_one(document):
    counts = []
    for times in (1, 12):
        user = factory.member(document.process, Role.COAUTHOR, name=f"Coauthor{times}")
        named(document, user, times)
        with CaptureQueriesContext(connection) as queries:
            assert len(mentions_waiting(user)) == times
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_work_stands_in_groups_by_when_it_is_due(monkeypatch):
    wednesday = datetime.date(2026, 11, 25)
    monkeypatch.setattr(clock, "today", lambda: wednesday)

    def item(kind="task", days=None):
        due_on = None if days is None else wednesday + datetime.timedelta(days=days)
        return WorkItem(kind=kind, title=f"{kind} {days}", url="/", due_on=due_on)

    items = [item(days=days) for days in (-1, 0, 4, 5)] + [item(), item("mention", 9)]
    groups = {group.name: [one.title for one in group.items] for group in work_groups(items)}
    assert groups == {
        "late": ["task -1"],
        "week": ["task 0", "task 4"],
        "people": ["mention 9"],
        "later": ["task 5"],
        "undated": ["task None"],
    }
    assert list(groups) == ["late", "week", "people", "later", "undated"]
    assert work_groups([]) == []


def test_programs_read_their_own_work_only(document):
    user = factory.member(document.process, Role.COAUTHOR)
    named(document, user)
    api = APIClient()
    api.force_authenticate(user)
    [item] = api.get("/api/v1/me/my-work/").json()
    assert (item["kind"], item["process_title"]) == ("mention", document.process.title)
    assert APIClient().get("/api/v1/me/my-work/").status_code in (401, 403)
