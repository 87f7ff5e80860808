"""The time line: picture and table, moving a task without scripts, undo, large plans."""

import datetime
import re

import pytest
from django.test import Client

from processes.models import Node, NodeKind, Role, Visibility
from processes.services.prerequisites import prerequisite_add
from processes.services.processes import process_update
from tests.factories import processes as factory
from tests.frontend.test_page_lists import BACKEND, count
from tests.processes.services.test_schedule import day, days

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    process = factory.process(visibility=Visibility.PUBLIC)
    _phase, _objective, tasks = factory.branch(process, tasks=3)
    for number, task in enumerate(tasks, 1):
        task.starts_on = task.ends_on = day(number)
        task.save()
    add = {"actor": process.created_by, "node": tasks[1], "requires": tasks[0]}
    prerequisite_add(**add, kind="blocks")
    add = {"actor": process.created_by, "node": tasks[2], "requires": tasks[0]}
    prerequisite_add(**add, kind="advice")
    return process, tasks


def browser(user=None) -> Client:
    client = Client()
    if user:
        client.force_login(user, BACKEND)
    return client


def test_the_picture_has_a_bar_for_each_task_and_arrows_of_both_kinds(plan):
    process, tasks = plan

    page = browser().get(f"/processes/{process.pk}/timeline/").content.decode()

    for task in tasks:
        assert f'id="bar-{task.pk}"' in page
    assert "gantt-arrow is-blocks" in page
    assert "gantt-arrow is-advice" in page
    # Visitors get no tools.
    assert "data-starts" not in page
    assert "gantt-help" not in page


def test_a_phase_is_moved_with_what_is_in_it_and_days_off_are_shaded_where_they_do_not_count(plan):
    process, tasks = plan
    phase = tasks[0].parent.parent
    client = browser(process.created_by)
    page = client.get(f"/processes/{process.pk}/timeline/").content.decode()
    assert f'id="bar-{phase.pk}"' in page
    assert "gantt-off" not in page
    process_update(actor=process.created_by, process=process, work_days="weekdays")
    page = client.get(f"/processes/{process.pk}/timeline/").content.decode()
    assert "gantt-off" in page
    assert (
        "1 working day"
        in client.get(f"/processes/{process.pk}/timeline/?view=table").content.decode()
    )

    path = f"/processes/{process.pk}/nodes/{phase.pk}/days/"
    seen = client.get(path, {"starts_on": "2027-03-04", "ends_on": "2027-03-09", "keep": "1"})
    assert "3 tasks in it move along" in seen.content.decode()
    said = re.search(r'name="seen" value="([^"]*)"', seen.content.decode())[1]
    client.post(path, {"starts_on": "2027-03-04", "seen": said, "move": "all"})
    # From Monday to Thursday: the last of three days in a row goes over the weekend.
    assert [days(task)[0] for task in tasks] == [day(4), day(5), day(8)]


@pytest.mark.parametrize("zoom", ["week", "month", "quarter", "all", "nonsense"])
def test_every_zoom_is_drawn_also_for_a_plan_of_a_thousand_years(plan, zoom):
    process, tasks = plan
    Node.objects.filter(pk=tasks[0].pk).update(starts_on=datetime.date(1, 1, 1))
    Node.objects.filter(pk=tasks[1].pk).update(ends_on=datetime.date.max)

    page = browser().get(f"/processes/{process.pk}/timeline/?zoom={zoom}")

    assert page.status_code == 200
    assert page.content.count(b'class="grid-line"') < 500


def test_the_table_says_what_comes_after_what(plan):
    process, tasks = plan

    page = browser().get(f"/processes/{process.pk}/timeline/?view=table").content.decode()

    assert "<svg" not in page.split('class="table-plain')[1].split("</table>")[0]
    assert "◆" in page
    assert page.count(f"<td>{tasks[0].title}</td>") == 2


def test_a_task_is_moved_without_scripts_after_seeing_what_follows_and_undone(plan):
    process, tasks = plan
    client = browser(process.created_by)
    path = f"/processes/{process.pk}/nodes/{tasks[0].pk}/days/"
    wanted = {"starts_on": "2027-03-01", "ends_on": "2027-03-08"}

    seen = client.post(path, wanted)
    assert "What follows" in seen.content.decode()
    assert days(tasks[1]) == (day(2), day(2))

    # Other days than those that were shown are shown first.
    client.post(path, {**wanted, "seen": "2027-03-01/2027-03-07", "move": "all"})
    assert days(tasks[0]) == (day(1), day(1))

    done = client.post(
        path, {**wanted, "seen": "2027-03-01/2027-03-08", "move": "all"}, follow=True
    )
    assert days(tasks[1]) == (day(9), day(9))
    token = re.search(r'name="undo" value="([^"]+)"', done.content.decode())[1]
    client.post(f"/processes/{process.pk}/days/undo/", {"undo": token})
    assert [days(task)[0] for task in tasks] == [day(1), day(2), day(3)]


def test_only_this_one_may_be_moved(plan):
    process, tasks = plan
    path = f"/processes/{process.pk}/nodes/{tasks[0].pk}/days/"
    data = {"starts_on": "2027-03-01", "ends_on": "2027-03-08", "seen": "2027-03-01/2027-03-08"}

    browser(process.created_by).post(path, {**data, "move": "one"})

    assert days(tasks[1]) == (day(2), day(2))
    assert days(tasks[0]) == (day(1), day(8))


def test_a_day_before_its_prerequisite_is_answered_in_the_form(plan):
    process, tasks = plan
    path = f"/processes/{process.pk}/nodes/{tasks[1].pk}/days/"

    answer = browser(process.created_by).get(
        path, {"starts_on": "2027-03-01", "ends_on": "2027-03-02"}
    )

    assert answer.status_code == 422
    assert "at the earliest" in answer.content.decode()


def test_changing_the_days_elsewhere_warns_of_what_now_begins_too_early(plan):
    process, tasks = plan
    client = browser(process.created_by)
    data = {"title": tasks[0].title, "starts_on": "2027-03-01", "ends_on": "2027-03-08"}

    page = client.post(f"/processes/{process.pk}/nodes/{tasks[0].pk}/edit/", data, follow=True)
    link = re.search(r'href="([^"]+)">See what has to move', page.content.decode())[1]

    assert days(tasks[1]) == (day(2), day(2))
    preview = client.get(link.replace("&amp;", "&")).content.decode()
    assert "1 task waits for this one" in preview


def test_a_missing_day_is_asked_for(plan):
    process, tasks = plan
    path = f"/processes/{process.pk}/nodes/{tasks[0].pk}/days/"

    answer = browser(process.created_by).post(path, {"starts_on": "2027-03-01", "ends_on": ""})

    assert answer.status_code == 422
    assert days(tasks[0]) == (day(1), day(1))


def test_others_may_not_move_or_undo(plan):
    process, tasks = plan
    client = browser(factory.member(process, Role.COAUTHOR))
    path = f"/processes/{process.pk}/nodes/{tasks[0].pk}/days/"

    assert client.get(path).status_code == 403
    assert client.post(path, {"move": "all"}).status_code == 403
    assert client.post(f"/processes/{process.pk}/days/undo/", {"undo": "x"}).status_code == 422


def test_time_line_asks_the_same_for_one_task_and_for_fifty(plan):
    process, tasks = plan
    client = browser(process.created_by)
    paths = [f"/processes/{process.pk}/timeline/{view}" for view in ("", "?view=table")]
    before = [count(client, path) for path in paths]
    _phase, _objective, more = factory.branch(process, tasks=50)
    for task in more:
        task.starts_on = task.ends_on = day(5)
        task.save()
        add = {"actor": process.created_by, "node": task, "requires": tasks[0]}
        prerequisite_add(**add, kind="blocks")

    assert [count(client, path) for path in paths] == before


def test_a_large_plan_shows_its_phases_and_the_tasks_of_the_one_that_is_opened():
    process = factory.process(visibility=Visibility.PUBLIC)
    phases = []
    for _number in range(4):
        phase, objective, _tasks = factory.branch(process, tasks=0)
        phases.append(phase)
        Node.objects.bulk_create(
            Node(
                process=process,
                parent=objective,
                kind=NodeKind.TASK,
                title=f"Task {n}",
                order=n,
                starts_on=day(1 + n % 20),
                ends_on=day(2 + n % 20),
            )
            for n in range(50)
        )
    path = f"/processes/{process.pk}/timeline/"

    assert browser().get(path).content.count(b"gantt-bar") == 0
    opened = browser().get(f"{path}?open={phases[1].pk}").content
    assert opened.count(b'class="gantt-bar') == 50
