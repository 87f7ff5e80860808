"""Calendars for other programs, read with the library: days, rights at every fetch, secret addresses."""

import datetime
from urllib.parse import urlsplit

import pytest
from django.test import Client
from icalendar import Calendar
from rest_framework.test import APIClient

from community.selectors import personal_data_export
from community.selectors.calendars import calendar_secret
from community.services.calendars import calendar_renew, calendar_withdraw
from community.services.people import user_remove
from processes.models import Role, Visibility
from processes.services.roles import role_grant, role_revoke
from processes.services.tasks import task_assign
from processes.services.tree import node_disable, node_update
from tests.factories import processes as factory
from tests.frontend.test_page_lists import BACKEND, count
from tests.processes.services.test_schedule import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    """A private process whose one task is given to a co-author with a calendar."""
    process = factory.process()
    _phase, _objective, (task,) = factory.branch(process)
    node_update(
        actor=process.created_by,
        node=task,
        title="Rakstīt, ľabot; pārbaudīt",
        starts_on=day(1),
        ends_on=day(3),
    )
    person = factory.member(process, Role.COAUTHOR)
    task_assign(actor=process.created_by, task=task, user=person)
    calendar_renew(actor=person)
    return process, task, person


def events(path: str) -> dict[str, object]:
    answer = Client().get(path)
    assert answer.status_code == 200, answer.status_code
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert not calendar.errors
    return {str(event["UID"]).split("@")[0]: event for event in calendar.walk("VEVENT")}


def mine(person) -> str:
    return f"/calendars/{calendar_secret(person)}/mine.ics"


def test_my_calendar_holds_my_tasks_and_phases_as_whole_days_with_the_end_after_the_last(given):
    _process, task, person = given

    found = events(mine(person))

    assert set(found) == {str(task.pk), str(task.parent.parent.pk)}
    event = found[str(task.pk)]
    assert event.decoded("dtstart") == day(1)
    assert event.decoded("dtend") == day(4)
    assert str(event["summary"]) == task.title
    assert not event.errors
    assert event.decoded("last-modified") == task.updated_at.replace(microsecond=0)
    assert str(event["url"]).endswith(f"/tasks/{task.pk}/")


def test_names_are_in_the_persons_language(given):
    _process, task, person = given
    person.language = "lv"
    person.save()

    phase = events(mine(person))[str(task.parent.parent.pk)]

    assert str(phase["summary"]).startswith("Posms: ")


def test_rights_are_asked_anew_at_every_fetch(given):
    process, _task, person = given
    path = f"/calendars/{calendar_secret(person)}/{process.pk}.ics"
    assert len(events(path)) == 2
    role_revoke(actor=process.created_by, row=process.roles.get(user=person))

    assert events(mine(person)) == {}
    assert Client().get(path).status_code == 404


def test_hidden_and_switched_off_branches_are_missing(given):
    process, task, person = given
    node_disable(actor=process.created_by, node=task.parent)
    assert str(task.pk) not in events(mine(person))
    node_disable_undo = {"actor": process.created_by, "process": process, "user": person}
    role_grant(**node_disable_undo, node=task.parent.parent, role=Role.NONE)

    assert events(mine(person)) == {}


def test_an_open_process_is_there_without_an_address_a_private_one_is_not(given):
    process, _task, _person = given
    shown = factory.process(visibility=Visibility.PUBLIC)
    phase, _objective, (task,) = factory.branch(shown)
    node_update(actor=shown.created_by, node=task, ends_on=day(9))

    assert set(events(f"/processes/{shown.pk}/calendar.ics")) == {str(task.pk), str(phase.pk)}
    assert Client().get(f"/processes/{process.pk}/calendar.ics").status_code == 404
    # Not even with the cookie of a member: the answer may be kept by anybody on the way.
    client = Client()
    client.force_login(process.created_by, BACKEND)
    assert client.get(f"/processes/{process.pk}/calendar.ics").status_code == 404


def test_what_has_not_changed_is_not_sent_again(given):
    process, task, person = given
    first = Client().get(mine(person))
    again = Client().get(mine(person), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    node_update(actor=process.created_by, node=task, ends_on=day(5))

    changed = Client().get(mine(person), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_an_address_stops_working_when_it_is_renewed_withdrawn_or_its_owner_leaves(given):
    _process, _task, person = given
    old = mine(person)
    client = Client()
    client.force_login(person, BACKEND)

    client.post("/calendars/renew/")
    assert Client().get(old).status_code == 404
    new = mine(person)
    assert Client().get(new).status_code == 200
    page = client.get("/accounts/settings/").content.decode()
    assert new in page

    client.post("/calendars/withdraw/")
    assert Client().get(new).status_code == 404
    assert calendar_secret(person) == ""

    calendar_renew(actor=person)
    last = mine(person)
    user_remove(actor=person, confirmation=person.email)
    assert Client().get(last).status_code == 404
    assert calendar_secret(person) == ""


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1] + "0", lambda s: s[:32], lambda s: "x" + s[1:]]
)
def test_a_guessed_address_opens_nothing(given, change):
    _process, _task, person = given
    secret = calendar_secret(person)
    guess = change(secret)

    assert guess == secret or Client().get(f"/calendars/{guess}/mine.ics").status_code == 404


def test_the_time_line_names_the_address_of_a_plan_only_to_whom_it_belongs(given):
    process, _task, person = given
    pages = {}
    for user in (person, process.created_by):
        client = Client()
        client.force_login(user, BACKEND)
        pages[user] = client.get(f"/processes/{process.pk}/timeline/").content.decode()

    assert f"/calendars/{calendar_secret(person)}/{process.pk}.ics" in pages[person]
    assert ".ics" not in pages[process.created_by]
    assert "/accounts/settings/#calendar" in pages[process.created_by]


@pytest.mark.parametrize("path", ["/calendars/renew/", "/calendars/withdraw/"])
def test_strangers_have_no_calendar_to_change(path):
    assert Client().post(path).status_code == 302
    assert Client().get(path).status_code in (302, 405)


def test_withdrawing_twice_is_the_same_as_once_and_the_download_says_that_there_is_one(given):
    _process, _task, person = given
    assert personal_data_export(person)["calendar"]
    calendar_withdraw(actor=person)
    calendar_withdraw(actor=person)
    assert personal_data_export(person)["calendar"] == []


def test_the_calendar_asks_the_same_for_one_task_and_for_thirty(given):
    process, _task, person = given
    before = count(Client(), mine(person))
    _phase, _objective, more = factory.branch(process, tasks=30)
    for row in more:
        row.ends_on = day(9) + datetime.timedelta(days=1)
        row.save()
        task_assign(actor=process.created_by, task=row, user=person)

    assert count(Client(), mine(person)) == before


def test_programs_read_renew_and_withdraw_the_address_of_their_own_person(given):
    _process, _task, person = given
    api = APIClient()
    api.force_authenticate(person)
    first = api.get("/api/v1/me/calendar/").json()["url"]
    second = api.post("/api/v1/me/calendar/").json()["url"]
    path = {url: urlsplit(url).path for url in (first, second)}
    assert Client().get(path[first]).status_code == 404
    assert Client().get(path[second]).status_code == 200

    assert api.delete("/api/v1/me/calendar/").status_code == 204
    assert api.get("/api/v1/me/calendar/").json() == {"url": None}
    assert Client().get(path[second]).status_code == 404
    for method in ("get", "post", "delete"):
        assert getattr(APIClient(), method)("/api/v1/me/calendar/").status_code in (401, 403)
