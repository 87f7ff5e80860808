"""Pages on which people choose what they are told, for all processes and for one."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import Group, Pace, ProcessPace
from community.selectors import notifications_unread_count
from community.selectors.notification_settings import preferences_of
from community.services.notification_settings import process_pace_set
from community.services.notifications import notify
from processes.models import Visibility
from tests.factories import processes as factory
from tests.frontend.test_page_access import Client

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_choice_is_saved_and_shown_again():
    user = factory.person("Citizen")
    client = client_of(user)
    page = reverse("account:notification-settings")
    html = client.get(page).content.decode()
    assert 'name="asked"' in html
    client.post(page, {"asked": "daily", "events": "never"})
    wanted = preferences_of(user)
    assert wanted.groups == {Group.ASKED: Pace.DAILY, Group.EVENTS: Pace.NEVER}
    assert '<option value="never" selected>' in client.get(page).content.decode()


def test_what_is_not_offered_is_refused():
    user = factory.person("Citizen")
    answer = client_of(user).post(reverse("account:notification-settings"), {"asked": "never"})
    assert answer.status_code in (400, 422)
    assert preferences_of(user).groups == {}


def test_one_process_can_be_different_and_be_as_usual_again():
    user = factory.person("Citizen")
    process = factory.process(visibility=Visibility.OPEN_TO_COMMENT)
    client = client_of(user)
    menu = reverse("processes:notices", args=[process.pk])
    assert menu in client.get(reverse("processes:detail", args=[process.pk])).content.decode()
    client.post(menu, {"pace": "here"})
    assert preferences_of(user).processes == {process.pk: ProcessPace.HERE}
    page = reverse("account:notification-settings")
    assert process.title in client.get(page).content.decode()
    client.post(reverse("account:notification-processes-usual"))
    assert preferences_of(user).processes == {}


def test_nobody_chooses_for_a_process_they_may_not_see_nor_without_signing_in():
    process = factory.process(visibility=Visibility.PRIVATE)
    stranger = factory.person("Stranger")
    menu = reverse("processes:notices", args=[process.pk])
    assert client_of(stranger).post(menu, {"pace": "here"}).status_code == 404
    assert client_of(stranger).post(menu, {"pace": "often"}).status_code == 404
    assert preferences_of(stranger).processes == {}
    assert Client().post(menu, {"pace": "here"}).status_code == 302
    assert Client().get(reverse("account:notification-settings")).status_code == 302


def test_the_list_of_different_processes_asks_the_same_for_one_and_for_many():
    counts = []
    for number in (1, 12):
        user = factory.person(f"Citizen {number}")
        for _process in range(number):
            process = factory.process(visibility=Visibility.PUBLIC)
            process_pace_set(actor=user, process_id=process.pk, pace=ProcessPace.ASKED)
        client = client_of(user)
        with CaptureQueriesContext(connection) as queries:
            html = client.get(reverse("account:notification-settings")).content.decode()
        assert html.count('class="row-item"') == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_bell_shows_ones_own_and_all_can_be_marked_as_read_from_any_page():
    user, other = factory.person("Citizen"), factory.person("Other")
    for person, what in ((user, "Mine"), (other, "Theirs")):
        notify(user=person, kind="background.done", key=what, url="/", data={"what": what})
    client = client_of(user)
    assert 'id="bell"' in client.get("/").content.decode()
    html = client.get(reverse("notifications-bell")).content.decode()
    assert "Mine" in html
    assert "Theirs" not in html
    assert "<html" not in html
    # Only looked at by a program: nothing is read yet. Shown by an open bell: it is, there and in other windows.
    assert notifications_unread_count(user) == 1
    with events_told() as told:
        answer = client.post(reverse("notifications-bell"))
    assert "New" in answer.content.decode()
    assert "koprade:notification.read" in answer["HX-Trigger"]
    assert told == [(f"user.{user.pk}", "notification.read", {})]
    assert [notifications_unread_count(person) for person in (user, other)] == [0, 1]
    with events_told() as told:
        assert "HX-Trigger" not in client.post(reverse("notifications-bell"))
    assert told == []
    notify(user=user, kind="background.done", key="again", url="/", data={"what": "Again"})
    read = reverse("account:notifications-read")
    assert client.post(read, {"next": "/processes/"}).url == "/processes/"
    assert notifications_unread_count(user) == 0
    assert notifications_unread_count(other) == 1
    assert client.post(read, {"next": "https://elsewhere.example/"}).url.startswith("/accounts/")
    assert Client().get(reverse("notifications-bell")).status_code == 302
    assert Client().post(reverse("notifications-bell")).status_code == 302


@contextmanager
def events_told():
    told: list = []
    with pytest.MonkeyPatch.context() as patch:
        name = "community.services.notifications.publish_on_commit"
        patch.setattr(name, lambda *event: told.append(event))
        yield told
