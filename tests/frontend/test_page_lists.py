"""Lists ask the database the same number of questions for one row and for many; parts come without the frame."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cocreation.kernel import clock
from processes.models import Role, Visibility
from tests.factories import processes as factory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def count(client: Client, path: str) -> int:
    client.get(path)  # sessions and caches settle
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_process_list_and_home_do_not_ask_per_process():
    factory.process_row(Visibility.PUBLIC)
    client = Client()
    before = [count(client, path) for path in ("/processes/", "/")]
    for _number in range(20):
        factory.branch(factory.process_row(Visibility.PUBLIC), tasks=3)

    assert [count(client, path) for path in ("/processes/", "/")] == before


def test_guide_and_time_line_do_not_ask_per_task():
    process = factory.process(visibility=Visibility.PUBLIC)
    factory.branch(process)
    client = Client()
    client.force_login(process.created_by, BACKEND)
    paths = [f"/processes/{process.pk}/", f"/processes/{process.pk}/timeline/"]
    before = [count(client, path) for path in paths]
    for _number in range(5):
        factory.branch(process, tasks=10)

    assert [count(client, path) for path in paths] == before


def test_people_page_does_not_ask_per_person():
    process = factory.process(visibility=Visibility.PUBLIC)
    factory.team(process, factory.member(process, Role.COAUTHOR))
    client = Client()
    client.force_login(process.created_by, BACKEND)
    path = f"/processes/{process.pk}/people/"
    before = count(client, path)
    for _number in range(12):
        factory.member(process, Role.COMMENTER)
        factory.team(process, factory.member(process, Role.COAUTHOR))

    assert count(client, path) == before


def test_processes_are_found_by_words_and_filters():
    wanted = factory.process_row(Visibility.OPEN_TO_JOIN, title="Quiet streets")
    factory.process_row(Visibility.PUBLIC, title="Loud streets")
    factory.process_row(Visibility.PRIVATE, title="Quiet secret")

    response = Client().get("/processes/", {"search": "quiet", "visibility": "open_to_join"})

    assert [process.pk for process in response.context["page"]] == [wanted.pk]
    nothing = Client().get("/processes/", {"search": "zzz"})
    assert "Nothing found" in nothing.content.decode()


def test_filters_answer_htmx_with_the_results_alone():
    html = Client().get("/processes/", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in html
    assert 'id="results"' in html


def test_time_line_places_tasks_within_the_whole_period():
    process = factory.process(visibility=Visibility.PUBLIC)
    _phase, _objective, tasks = factory.branch(process, tasks=2)
    today = clock.today()
    for number, task in enumerate(tasks):
        task.starts_on = today + datetime.timedelta(days=10 * number)
        task.ends_on = task.starts_on + datetime.timedelta(days=9)
        task.save()

    chart = Client().get(f"/processes/{process.pk}/timeline/").context["chart"]

    # Three days of air before; at the usual zoom a day is 8 units wide.
    bars = [(row.x, row.width) for row in chart.rows if row.part.kind == "task"]
    assert bars == [(24.0, 80.0), (104.0, 80.0)]
    assert chart.today == 24.0
