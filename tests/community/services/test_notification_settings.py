"""When people are mailed: their choice per group and per process, collected mails, and switching mails off."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from cocreation.kernel import clock
from cocreation.kernel.errors import Invalid
from community import jobs, notification_kinds
from community.models import Group, Mail, Notification, Pace, ProcessPace
from community.selectors import personal_data_export
from community.selectors.notification_settings import DEFAULTS, preferences_of
from community.services.digest_mails import digest_send, digests_send
from community.services.mail import mail_send
from community.services.notification_settings import (
    preferences_set,
    process_pace_set,
    unsubscribe,
)
from community.services.notifications import notification_read, notify
from community.services.people import profile_update, user_remove
from community.unsubscribing import Scope, scope_of, token_of
from tests.at_once import at_once
from tests.factories import community as make
from tests.factories import processes as factory

pytestmark = pytest.mark.django_db
notification_kinds.register("test.asked", title="%(what)s is asked", group=Group.ASKED)
notification_kinds.register("test.event", title="%(what)s happened", group=Group.EVENTS)
# 6:30, 7:10 and later by the clock of Riga in winter (UTC+2); the 25th is a Wednesday.
NIGHT = datetime.datetime(2026, 11, 25, 4, 30, tzinfo=datetime.UTC)
MORNING = datetime.datetime(2026, 11, 25, 5, 10, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def at(monkeypatch):
    def set_clock(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        # Models took the function itself as the default of their column.
        monkeypatch.setattr(
            Notification._meta.get_field("created_at"), "_get_default", lambda: moment
        )

    return set_clock


def tell(user, what="Plan", kind="test.event", **fields):
    fields = {"key": what, "data": {"what": what}, "url": "/my-work/"} | fields
    return notify(user=user, kind=kind, **fields)


def unsubscribe_path(token):
    return reverse("account:unsubscribe", args=[token])


def digests(user):
    return Mail.objects.filter(to=user.email, key__startswith="digest:").order_by("created_at")


def test_every_registered_kind_has_a_known_group():
    groups = {kind.group for kind in notification_kinds.all_kinds()}
    assert groups <= set(Group.values)
    assert set(DEFAULTS) == set(Group)


def test_what_is_asked_is_mailed_at_once_and_the_rest_waits_for_the_morning(at):
    user = make.user()
    at(NIGHT)
    tell(user, kind="test.asked", key="a")
    assert Mail.objects.get().subject == "Plan is asked"
    tell(user, "Draft")
    tell(user, "Law")
    assert Mail.objects.count() == 1
    assert digests_send() == 0
    at(MORNING)
    assert digests_send() == 1
    mail = digests(user).get()
    assert mail.text.count("* ") == 2
    assert "Draft happened" in mail.text
    assert "Law happened" in mail.html
    assert "Plan is asked" not in mail.text
    assert digests_send() == 0
    assert Mail.objects.count() == 2


def test_a_second_worker_finds_nothing_and_a_late_row_waits_for_the_next_morning(at):
    user = make.user()
    at(NIGHT)
    tell(user)
    at(MORNING)
    until = MORNING.replace(minute=0)
    assert digest_send(user_id=user.pk, pace=Pace.DAILY, until=until) == 1
    assert digest_send(user_id=user.pk, pace=Pace.DAILY, until=until) == 0
    at(NIGHT)
    late = tell(user, "Late")
    at(MORNING)
    assert digests_send() == 0
    late.refresh_from_db()
    assert late.mail_waits
    at(MORNING + DAY)
    assert digests_send() == 1
    assert ["Late" in mail.text for mail in digests(user)] == [False, True]


def test_the_collected_mail_comes_in_the_morning_of_each_persons_own_zone(at):
    riga, lisbon, tokyo = make.user(), make.user(), make.user()
    profile_update(actor=lisbon, time_zone="Europe/Lisbon")
    profile_update(actor=tokyo, time_zone="Asia/Tokyo")
    at(NIGHT - DAY / 4)  # 22:30 UTC; in Tokyo it is 7:30
    for user in (riga, lisbon, tokyo):
        tell(user)
        preferences_set(actor=user, groups={Group.EVENTS: Pace.DAILY})

    def got_mail() -> list:
        digests_send()
        return [bool(digests(user)) for user in (riga, lisbon, tokyo)]

    at(
        MORNING
    )  # 7:10 in Riga, 5:10 in Lisbon, 14:10 in Tokyo, where its morning was before it was told
    assert got_mail() == [True, False, False]
    at(MORNING + 2 * DAY / 24)
    assert got_mail() == [True, True, False]
    at(MORNING + 17 * DAY / 24)
    assert got_mail() == [True, True, True]
    assert Mail.objects.filter(key__startswith="digest:").count() == 3


def test_what_was_read_here_is_not_collected(at):
    user = make.user()
    at(NIGHT)
    notification_read(actor=user, notification=tell(user))
    at(MORNING)
    assert digests_send() == 0
    assert not Notification.objects.filter(mail_waits=True).exists()


def test_the_weekly_mail_comes_on_monday_and_holds_what_was_told_before(at):
    user = make.user()
    preferences_set(actor=user, groups={Group.EVENTS: Pace.WEEKLY})
    at(NIGHT)
    tell(user)
    at(MORNING + DAY)
    assert digests_send() == 0
    at(MORNING + 5 * DAY)
    assert digests_send() == 1
    assert "this week" in digests(user).get().subject


@pytest.mark.parametrize(
    ("change", "mails"),
    [(Pace.WEEKLY, 0), (Pace.HERE, 0), (Pace.NEVER, 0), (Pace.NOW, 1), (Pace.DAILY, 1)],
)
def test_a_change_of_mind_in_between_never_mails_twice(at, change, mails):
    user = make.user()
    at(NIGHT)
    tell(user)
    preferences_set(actor=user, groups={Group.EVENTS: change})
    at(MORNING)
    digests_send()
    assert digests(user).count() == mails
    preferences_set(actor=user, groups={Group.EVENTS: Pace.WEEKLY})
    at(MORNING + 5 * DAY)
    digests_send()
    assert digests(user).count() == (1 if change in (Pace.WEEKLY, Pace.NOW, Pace.DAILY) else 0)


def test_the_collected_mail_speaks_the_readers_language_with_its_plural_forms(at):
    people = {language: make.user(language=language) for language in ("lv", "uk")}
    at(NIGHT)
    for user in people.values():
        for number in range(2):
            tell(user, f"Plan {number}")
    at(MORNING)
    assert digests_send() == 2
    assert "ko vēl neesat izlasījuši" in digests(people["lv"]).get().text
    assert "які ви ще не прочитали" in digests(people["uk"]).get().text


def test_a_process_of_which_one_wants_nothing_but_what_is_asked():
    user = make.user()
    process = factory.process(make.user())
    process_pace_set(actor=user, process_id=process.pk, pace=ProcessPace.ASKED)
    assert tell(user, process_id=process.pk) is None
    assert tell(user, kind="test.asked", key="a", process_id=process.pk)
    assert Mail.objects.filter(to=user.email).count() == 1
    process_pace_set(actor=user, process_id=process.pk, pace=ProcessPace.HERE)
    assert tell(user, kind="test.asked", key="b", process_id=process.pk)
    assert Mail.objects.filter(to=user.email).count() == 1
    process_pace_set(actor=user, process_id=process.pk, pace=ProcessPace.USUAL)
    assert preferences_of(user).processes == {}


def test_the_collected_mail_is_silent_about_a_process_one_no_longer_sees(at):
    user = make.user()
    hidden = factory.process(make.user(), visibility="private", title="Secret")
    seen = factory.process(make.user(), visibility="open_to_comment", title="Open")
    at(NIGHT)
    tell(user, "One", process_id=hidden.pk)
    tell(user, "Two", process_id=seen.pk)
    at(MORNING)
    assert digests_send() == 1
    mail = digests(user).get()
    assert "Secret" not in mail.text
    assert "One" not in mail.text
    assert "Open" in mail.text
    assert not Notification.objects.filter(mail_waits=True).exists()


def test_only_what_is_offered_can_be_chosen():
    user = make.user()
    for groups in ({Group.ASKED: Pace.NEVER}, {"gone": Pace.NOW}, {Group.EVENTS: "often"}):
        with pytest.raises(Invalid):
            preferences_set(actor=user, groups=groups)
    with pytest.raises(Invalid):
        process_pace_set(actor=user, process_id=user.pk, pace="often")
    assert preferences_of(user).groups == {}


def test_mails_say_how_to_stop_them_and_one_click_of_the_mail_program_does_it(at):
    user = make.user()
    process = factory.process(make.user(), visibility="open_to_comment")
    tell(user, kind="test.asked", process_id=process.pk)
    headers = Mail.objects.get(to=user.email).headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(process.pk) in headers["List-Id"]
    link = headers["List-Unsubscribe"].strip("<>")
    path = link.partition("8000")[2]
    assert link in Mail.objects.get(to=user.email).text
    client = Client(enforce_csrf_checks=True)
    # A scanner that opens the link changes nothing.
    page = client.get(path)
    assert process.title in page.content.decode()
    assert preferences_of(user).processes == {}
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert preferences_of(user).processes == {process.pk: ProcessPace.HERE}
    tell(user, kind="test.asked", key="2", process_id=process.pk)
    assert Mail.objects.filter(to=user.email).count() == 1


def test_the_link_of_a_collected_mail_stops_the_collected_mails_only():
    user = make.user()
    unsubscribe(scope=scope_of(token_of(Scope(user.pk, pace=Pace.DAILY))))
    wanted = preferences_of(user)
    assert wanted.pace(Group.EVENTS) == wanted.pace(Group.ACCOUNT) == Pace.HERE
    assert wanted.pace(Group.ASKED) == Pace.NOW


def test_a_forged_or_broken_link_stops_nothing():
    user = make.user()
    token = token_of(Scope(user.pk, group=Group.ASKED))
    for wrong in (token[:-2], f"x{token}", "nonsense"):
        assert Client().post(unsubscribe_path(wrong)).status_code == 404
    assert preferences_of(user).groups == {}


def test_a_link_of_a_closed_account_does_nothing_and_says_nothing():
    user = make.user(is_active=False)
    token = token_of(Scope(user.pk, group=Group.ASKED))
    assert Client().post(unsubscribe_path(token)).status_code == 200
    assert preferences_of(user).groups == {}


def test_a_mail_keeps_its_message_id_at_each_attempt(mailoutbox):
    user = make.user()
    tell(user, kind="test.asked")
    mail = Mail.objects.get()
    assert mail_send(mail_id=mail.pk)
    assert mailoutbox[0].extra_headers["Message-ID"].startswith(f"<{mail.pk}@")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_mail(at):
    user = make.user()
    at(NIGHT)
    tell(user)
    at(MORNING)
    assert sorted(at_once(digests_send, digests_send)) == [0, 1]
    assert digests(user).count() == 1


def test_the_scheduled_job_writes_the_collected_mails(at, settings):
    entry = settings.CELERY_BEAT_SCHEDULE["community.digests_send"]
    assert entry["task"] == jobs.digests_send.name
    assert entry["schedule"] <= 900
    user = make.user()
    at(NIGHT)
    tell(user)
    at(MORNING)
    jobs.digests_send.delay()
    jobs.digests_send.delay()
    assert digests(user).count() == 1


def test_choices_are_in_the_persons_data_and_go_with_the_account():
    user = make.user()
    process = factory.process(visibility="public")
    preferences_set(actor=user, groups={Group.EVENTS: Pace.NEVER})
    process_pace_set(actor=user, process_id=process.pk, pace=ProcessPace.HERE)
    data = personal_data_export(user)
    assert data["notification_preferences"] == [{"group": "events", "pace": "never"}]
    assert data["notification_preferences_of_processes"] == [
        {"process_id": process.pk, "pace": "here"}
    ]
    user_remove(actor=user, confirmation=user.email)
    assert preferences_of(user).groups == preferences_of(user).processes == {}
