import datetime

import pytest
from django.contrib.sessions.models import Session

from cocreation.celery import app
from cocreation.kernel import clock
from community.models import Heartbeat, Mail, SignInLink
from community.models.activity import MailStatus
from community.selectors import heartbeat_latest
from community.services.links import sign_in_link_create
from community.services.maintenance import clean_up, heartbeat_record
from tests.factories import community as make


@pytest.mark.django_db
def test_a_heartbeat_is_one_row():
    heartbeat_record()
    first = heartbeat_latest()
    heartbeat_record()
    assert heartbeat_latest() >= first
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db
def test_clean_up_takes_what_has_served_its_time_and_leaves_the_rest(monkeypatch):
    make.mail(key="sent")
    make.mail(key="waiting")
    Mail.objects.filter(key="sent").update(status=MailStatus.SENT)
    sign_in_link_create(email="a@example.org", next_url="", language="en", template="")
    Session.objects.create(session_key="old", session_data="", expire_date=clock.now())
    assert clean_up()["mails"] == 0
    assert SignInLink.objects.exists()
    later = clock.now() + datetime.timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    counts = clean_up()
    assert counts["mails"] == 1
    assert counts["sign_in_links"] == 1
    assert list(Mail.objects.values_list("key", flat=True)) == ["waiting"]
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_the_demo_keeps_its_mails(monkeypatch, settings):
    settings.DEMO = True
    make.mail()
    Mail.objects.update(status=MailStatus.SENT)
    later = clock.now() + datetime.timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert clean_up()["mails"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["heartbeat", "mail_sweep", "clean_up"])
def test_the_scheduled_jobs_run(name):
    app.tasks[f"community.{name}"].apply(throw=True)
