"""Reminders: the right people, once, in the morning of the process, only of what they may still see."""

import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cocreation.kernel import clock
from community.models import Notification
from community.services.people import profile_update
from processes.jobs import deadlines_remind
from processes.models import NodeStatus, Role
from processes.services import deadlines as services
from processes.services.processes import process_finish
from processes.services.roles import role_grant
from processes.services.tasks import task_assign, task_status_set
from processes.services.tree import node_disable, node_update
from tests.factories import processes as factory

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 3, 10)
NOON = datetime.datetime(2027, 3, 10, 10, tzinfo=datetime.UTC)


@pytest.fixture
def given():
    """A task that is given to a co-author."""
    process = factory.process()
    _phase, _objective, (task,) = factory.branch(process)
    person = factory.member(process, Role.COAUTHOR)
    task_assign(actor=process.created_by, task=task, user=person)
    Notification.objects.all().delete()
    return process, task, person


def due(process, task, days: int):
    last = TODAY + datetime.timedelta(days=days)
    node_update(actor=process.created_by, node=task, starts_on=None, ends_on=last)


def remind(process) -> list[tuple[str, object]]:
    Notification.objects.all().delete()
    services.process_remind(process=process, now=NOON)
    return sorted(
        Notification.objects.exclude(kind="phase.ends_soon").values_list("kind", "user_id")
    )


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        (4, None),
        (3, "task.due_soon"),
        (2, "task.due_soon"),
        (1, "task.due_tomorrow"),
        (0, None),
        (-1, "task.overdue"),
        (-7, "task.overdue"),
        (-8, None),
    ],
)
def test_the_one_who_does_it_is_reminded_of_the_days_that_count(given, days, kind):
    process, task, person = given
    due(process, task, days)

    assert remind(process) == ([(kind, person.pk)] if kind else [])


def test_each_thing_is_said_once_and_again_when_the_day_is_moved(given):
    process, task, _person = given
    due(process, task, 3)

    assert services.process_remind(process=process, now=NOON) == 2  # and the coordinator's phase
    tomorrow = NOON + datetime.timedelta(days=1)
    assert services.process_remind(process=process, now=tomorrow) == 0
    due(process, task, 2)
    assert services.process_remind(process=process, now=NOON) == 2


def test_it_comes_by_mail_too_with_the_day_in_the_persons_language(
    given, django_capture_on_commit_callbacks
):
    process, task, person = given
    person.language = "lv"
    person.save()
    due(process, task, 1)

    with django_capture_on_commit_callbacks(execute=True):
        services.process_remind(process=process, now=NOON)

    (sent,) = [message for message in mail.outbox if message.to == [person.email]]
    assert task.title in sent.subject
    assert "2027. gada 11. marts" in sent.subject


def test_team_members_are_reminded_each_once(given):
    process, task, person = given
    other = factory.member(process, Role.COAUTHOR)
    task_assign(actor=process.created_by, task=task, team=factory.team(process, person, other))
    due(process, task, 1)

    assert {user for _kind, user in remind(process)} == {person.pk, other.pk}
    assert Notification.objects.filter(user=person, kind="task.due_tomorrow").count() == 1


def test_what_is_finished_switched_off_or_in_a_finished_process_is_not_mentioned(given):
    process, task, _person = given
    due(process, task, 1)
    actor = process.created_by
    task_status_set(actor=actor, task=task, status=NodeStatus.FINISHED)
    assert remind(process) == []
    task_status_set(actor=actor, task=task, status=NodeStatus.IN_PROGRESS)
    assert remind(process) != []
    node_disable(actor=actor, node=task.parent)
    assert remind(process) == []


def test_a_finished_process_is_quiet(given):
    process, task, _person = given
    due(process, task, 1)
    process_finish(actor=process.created_by, process=process)

    assert remind(process) == []


def test_who_may_not_see_it_any_more_is_not_told(given):
    process, task, person = given
    due(process, task, 1)
    add = {"actor": process.created_by, "process": process, "user": person}
    role_grant(**add, node=task.parent.parent, role=Role.NONE)

    assert remind(process) == []


def test_coordinators_hear_of_a_phase_that_ends_with_open_work(given):
    process, task, _person = given
    due(process, task, 3)

    services.process_remind(process=process, now=NOON)

    (told,) = Notification.objects.filter(kind="phase.ends_soon")
    assert told.user == process.created_by
    assert told.data["phase"] == task.parent.parent.title


@pytest.mark.parametrize(("hour", "count"), [(4, 0), (5, 1), (6, 1), (17, 1), (18, 0)])
def test_people_are_reminded_in_the_day_of_the_processs_zone(given, monkeypatch, hour, count):
    # In Riga it is two hours later than in UTC in March.
    process, task, person = given
    due(process, task, 1)
    moment = datetime.datetime(2027, 3, 10, hour, 30, tzinfo=datetime.UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)

    deadlines_remind()

    assert Notification.objects.filter(user=person, kind="task.due_tomorrow").count() == count


def test_everybody_is_reminded_by_their_own_clock_and_calendar(given):
    # At 20:30 UTC it is night in Riga and still the 10th; in Auckland it is the morning of the 11th.
    process, task, person = given
    away = factory.member(process, Role.COAUTHOR)
    profile_update(actor=away, time_zone="Pacific/Auckland")
    task_assign(actor=process.created_by, task=task, user=away)
    due(process, task, 2)
    Notification.objects.all().delete()

    late = datetime.datetime(2027, 3, 10, 20, 30, tzinfo=datetime.UTC)
    services.process_remind(process=process, now=late)
    assert list(Notification.objects.values_list("kind", "user")) == [
        ("task.due_tomorrow", away.pk)
    ]
    services.process_remind(process=process, now=NOON + datetime.timedelta(days=1))
    assert Notification.objects.filter(kind="task.due_tomorrow", user=person).exists()


def test_one_broken_process_does_not_silence_the_others(given, monkeypatch):
    process, task, person = given
    due(process, task, 1)
    broken = factory.process()
    moment = datetime.datetime(2027, 3, 10, 8, tzinfo=datetime.UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    real = services.process_remind

    def remind_or_fail(*, process, now):
        if process == broken:
            raise RuntimeError("broken")
        return real(process=process, now=now)

    monkeypatch.setattr(services, "process_remind", remind_or_fail)
    deadlines_remind()

    assert Notification.objects.filter(user=person, kind="task.due_tomorrow").exists()


def test_looking_costs_the_same_for_many_tasks(given):
    process, task, _person = given
    due(process, task, 30)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            services.process_remind(process=process, now=NOON)
        return len(queries)

    before = cost()
    _phase, _objective, more = factory.branch(process, tasks=40)
    for row in more:
        row.ends_on = TODAY + datetime.timedelta(days=30)
        row.save()
    assert cost() == before
