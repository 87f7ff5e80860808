"""What changed since a person was at a process: when a visit ends, what is told, and to whom."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from rest_framework.test import APIClient

from cocreation.kernel import clock
from community.models import Activity
from community.selectors import personal_data_export
from documents.services.threads import comment_create
from frontend.presenters.news import SHOWN, news_shown
from processes.models import NodeStatus, ProcessVisit, Role, Visibility
from processes.selectors.news import news_of
from processes.services.leaving import person_forget
from processes.services.tasks import task_status_set
from processes.services.visits import visit_record, visit_seen
from tests.factories import documents as texts
from tests.factories import processes as make

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def later(monkeypatch):
    def go(minutes):
        moment = clock.now() + minutes * MINUTE
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr(Activity._meta.get_field("created_at"), "_get_default", clock.now)

    return go


def lines(user, process) -> list[str]:
    news = news_shown(user, [process]).get(process.pk)
    return news.lines if news else []


@pytest.fixture
def scene():
    coordinator = make.person("Coordinator")
    process = make.process(coordinator, visibility=Visibility.PRIVATE)
    document = texts.document(process=process, actor=coordinator, title="Draft plan")
    document.coordinator = coordinator
    document.reader = make.member(process, Role.OBSERVER)
    return document


def test_nothing_is_new_at_the_first_visit_and_a_reload_wipes_nothing(scene, later):
    user, process = scene.reader, scene.process
    visit_record(user=user, process=process)
    assert lines(user, process) == []
    later(60)
    texts.thread(scene)
    later(60)
    for _reload in range(3):
        visit_record(user=user, process=process)
        assert lines(user, process) == ["1 new comment on “Draft plan”"]
        later(5)
    later(60)
    visit_record(user=user, process=process)
    assert lines(user, process) == []


def test_what_is_marked_as_seen_is_gone_at_once(scene, later):
    visit_record(user=scene.reader, process=scene.process)
    later(60)
    texts.thread(scene)
    later(1)
    assert lines(scene.reader, scene.process)
    visit_seen(actor=scene.reader, process=scene.process)
    assert lines(scene.reader, scene.process) == []


def test_news_are_put_together_by_thing_in_plain_words_of_each_language(scene, later):
    user, process = scene.reader, scene.process
    visit_record(user=user, process=process)
    later(60)
    thread = texts.thread(scene)
    comment_create(actor=thread.created_by, thread=thread, body="And when?")
    task = process.nodes.get(kind="task")
    task_status_set(actor=scene.coordinator, task=task, status=NodeStatus.FINISHED)
    assert set(lines(user, process)) == {
        "2 new comments on “Draft plan”",
        f"“{task.title}” was finished",
    }
    with translation.override("lv"):
        assert "2 jauni komentāri pie „Draft plan“" in lines(user, process)
    with translation.override("uk"):
        assert "2 нові коментарі до «Draft plan»" in lines(user, process)


def test_ones_own_doings_are_no_news(scene, later):
    visit_record(user=scene.coordinator, process=scene.process)
    later(60)
    texts.thread(scene, actor=scene.coordinator)
    assert lines(scene.coordinator, scene.process) == []


def test_a_long_absence_is_cut_short_with_how_many_more(scene, later):
    visit_record(user=scene.reader, process=scene.process)
    later(60)
    _phase, _objective, tasks = make.branch(scene.process, tasks=SHOWN + 3)
    for task in tasks:
        task_status_set(actor=scene.coordinator, task=task, status=NodeStatus.FINISHED)
    news = news_shown(scene.reader, [scene.process])[scene.process.pk]
    assert (len(news.lines), news.more) == (SHOWN, 3)
    later(60)
    client = Client()
    client.force_login(scene.reader)
    page = reverse("processes:detail", args=[scene.process.pk])
    html = client.get(page).content.decode()
    assert "Since you were here" in html
    assert "and 3 more" in html
    assert "Since you were here" in client.get(reverse("my-work")).content.decode()
    client.post(reverse("processes:seen", args=[scene.process.pk]))
    assert "Since you were here" not in client.get(page).content.decode()


def test_nothing_is_told_of_a_branch_that_is_hidden_from_the_person(scene, later):
    user, process = scene.reader, scene.process
    visit_record(user=user, process=process)
    later(60)
    texts.thread(scene)
    _phase, _objective, [open_task] = make.branch(process)
    task_status_set(actor=scene.coordinator, task=open_task, status=NodeStatus.FINISHED)
    hidden = process.nodes.filter(kind="phase").order_by("order").first()
    make.role_row(process, Role.NONE, user=user, node=hidden)
    assert lines(user, process) == [f"“{open_task.title}” was finished"]


def test_nothing_is_told_to_who_lost_the_right_or_never_had_it(scene, later):
    visit_record(user=scene.reader, process=scene.process)
    later(60)
    texts.thread(scene)
    scene.process.roles.filter(user=scene.reader).delete()
    assert news_of(scene.reader, [scene.process]) == {}
    stranger = make.person("Stranger")
    for path in ("seen", "detail"):
        client = Client()
        client.force_login(stranger)
        address = reverse(f"processes:{path}", args=[scene.process.pk])
        answer = client.post(address) if path == "seen" else client.get(address)
        assert answer.status_code == 404
    api = APIClient()
    api.force_authenticate(stranger)
    base = f"/api/v1/processes/{scene.process.pk}/news/"
    assert api.get(base).status_code == api.post(f"{base}seen/").status_code == 404
    assert APIClient().get(base).status_code in (401, 403)
    assert not ProcessVisit.objects.filter(user=stranger).exists()


def test_programs_read_the_news_and_mark_them_seen(scene, later):
    visit_record(user=scene.reader, process=scene.process)
    later(60)
    texts.thread(scene)
    later(1)
    api = APIClient()
    api.force_authenticate(scene.reader)
    base = f"/api/v1/processes/{scene.process.pk}/news/"
    [change] = api.get(base).json()
    assert (change["what"], change["label"], change["count"]) == ("comments", "Draft plan", 1)
    assert change["target_id"] == str(scene.pk)
    assert api.post(f"{base}seen/").status_code == 204
    assert api.get(base).json() == []


def test_many_processes_ask_as_much_as_one(later):
    user = make.person("Facilitator")
    found = []
    for _number in range(50):
        process = make.process_row(Visibility.PRIVATE)
        coordinator = make.coordinator_of(process)
        make.role_row(process, Role.FACILITATOR, user=user)
        _phase, _objective, [task] = make.branch(process)
        visit_record(user=user, process=process)
        found.append((process, coordinator, task))
    later(60)
    for _process, coordinator, task in found:
        task_status_set(actor=coordinator, task=task, status=NodeStatus.FINISHED)
    counts = []
    for number in (1, 50):
        processes = [process for process, *_rest in found[:number]]
        with CaptureQueriesContext(connection) as queries:
            assert len(news_of(user, processes)) == number
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5


def test_visits_are_in_the_persons_data_and_go_with_them(scene):
    visit_record(user=scene.reader, process=scene.process)
    data = personal_data_export(scene.reader)
    assert data["processes"]["visits"][0]["process__title"] == scene.process.title
    person_forget(scene.reader)
    assert not ProcessVisit.objects.exists()
