"""A new process out of another: the plan always, the rest by choice and by right."""

import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cocreation.kernel.errors import Forbidden, NotFound
from community.models import Notification, User
from documents.selectors.texts import document_content
from processes.models import Node, Process, Role
from processes.permissions import role_of
from processes.services.copying import Choice, process_copy
from tests.factories import processes as factory
from tests.factories.archives import rich_process

_BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db
PLAN = ("kind", "phase_kind", "title", "description", "done_when", "order", "template_node_id")


def plan(process: Process) -> list[tuple]:
    rows = process.nodes.filter(disabled_at=None).order_by("kind", "title", "order")
    return [
        (*(getattr(row, name) for name in PLAN), row.parent and row.parent.title) for row in rows
    ]


def test_the_plan_comes_along_with_its_dates_moved_and_nothing_done():
    source = rich_process(2)
    source.work_days = "LV"
    source.save()
    day = datetime.date(2027, 5, 3)
    copy = process_copy(actor=source.created_by, source=source, title="Again", starts_on=day)
    assert copy.work_days == "LV"
    assert plan(copy) == plan(source)
    assert set(copy.nodes.values_list("status", flat=True)) == {"awaiting"}
    first = min(copy.nodes.exclude(starts_on=None).values_list("starts_on", flat=True))
    assert first == day

    def lengths(process):
        rows = process.nodes.exclude(starts_on=None).order_by("title", "order")
        return [row.ends_on - row.starts_on for row in rows]

    assert lengths(copy) == lengths(source)

    def ties(process):
        rows = Node.objects.filter(process=process, disabled_at=None)
        return sorted(
            (tie.node.title, tie.requires.title, tie.kind)
            for row in rows
            for tie in row.prerequisites.all()
        )

    assert ties(copy) == ties(source)
    assert ties(copy)
    profiled = Node.objects.filter(process=copy, problem_profiles__isnull=False)
    assert profiled.count() == 1
    assert copy.visibility == "private"
    assert not copy.documents.exists()
    assert not copy.teams.exists()
    assert [row.user for row in copy.roles.all()] == [source.created_by]


def test_people_texts_and_files_come_along_by_choice():
    source = rich_process(3)
    everything = Choice(people=True, texts=True, files=True)
    copy = process_copy(actor=source.created_by, source=source, title="Again", choice=everything)
    facilitator = User.objects.get(name="facilitator")
    assert role_of(facilitator, copy) == Role.FACILITATOR
    coauthor = source.teams.get().members.first().user
    assert role_of(coauthor, copy) == Role.COAUTHOR
    assert Notification.objects.filter(user=facilitator, process_id=copy.pk).count() == 1
    shown = source.documents.filter(removed_at=None).order_by("title")
    copied = copy.documents.order_by("title")
    assert [row.title for row in copied] == [row.title for row in shown]
    for old, new in zip(shown, copied, strict=True):
        assert new.task.title == old.task.title
        words = [str(block.get("content")) for block in document_content(old)[0]["content"]]
        assert words == [str(block.get("content")) for block in document_content(new)[0]["content"]]
        assert new.head.sequence == 1
        assert not new.threads.exists()
    kinds = sorted(copy.nodes.filter(assets__isnull=False).values_list("assets__kind", flat=True))
    assert kinds == sorted(["file", "interlinker", *(["document"] * copied.count())])


def test_who_may_read_takes_the_plan_and_nothing_else():
    source = factory.process(visibility="public")
    factory.branch(source)
    reader = factory.person()
    assert process_copy(actor=reader, source=source, title="Mine").nodes.count() == 3
    for choice in (Choice(people=True), Choice(texts=True), Choice(files=True)):
        with pytest.raises(Forbidden):
            process_copy(actor=reader, source=source, title="Mine", choice=choice)
    facilitator = factory.member(source, Role.FACILITATOR)
    with pytest.raises(Forbidden):
        process_copy(actor=facilitator, source=source, title="X", choice=Choice(people=True))
    with pytest.raises(NotFound):
        process_copy(actor=reader, source=factory.process(), title="X")


def test_a_branch_that_is_hidden_from_somebody_is_not_in_their_copy():
    source = factory.process(visibility="public")
    phase, _objective, _tasks = factory.branch(source)
    factory.branch(source)
    reader = factory.member(source, Role.NONE, node=phase)
    assert process_copy(actor=reader, source=source, title="Mine").nodes.count() == 3


def test_the_page_copies_at_once_or_in_the_background(django_capture_on_commit_callbacks):
    source = rich_process(1)
    client = Client()
    client.force_login(source.created_by, _BACKEND)
    page = client.get(f"/processes/{source.pk}/copy/").content.decode()
    assert "Texts as they are now" in page
    answer = client.post(f"/processes/{source.pk}/copy/", {"title": "Plan"})
    assert answer["Location"] == f"/processes/{Process.objects.get(title='Plan').pk}/"
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/processes/{source.pk}/copy/", {"title": "All", "texts": "on"})
    assert answer["Location"].startswith("/works/")
    assert Process.objects.get(title="All").documents.exists()
    assert client.post(f"/processes/{source.pk}/copy/", {"title": ""}).status_code == 422


def test_programs_copy(django_capture_on_commit_callbacks):
    source = factory.process(visibility="public")
    factory.branch(source)
    api = APIClient()
    api.force_authenticate(factory.person())
    with django_capture_on_commit_callbacks(execute=True):
        answer = api.post(f"/api/v1/processes/{source.pk}/copy/", {"title": "Mine"})
    assert answer.status_code == 202
    assert Process.objects.get(title="Mine").nodes.count() == 3
    denied = api.post(f"/api/v1/processes/{source.pk}/copy/", {"title": "X", "people": True})
    assert denied.status_code == 403
