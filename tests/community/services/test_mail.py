import datetime
import time

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from cocreation.kernel import clock
from community.models import Mail
from community.models.activity import MailStatus
from community.services import mail as mails
from tests.at_once import at_once
from tests.factories import community as make


class BrokenBackend(EmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("no mail server here")


class SlowBackend(EmailBackend):
    def send_messages(self, messages):
        time.sleep(0.05)
        return super().send_messages(messages)


@pytest.fixture
def broken(settings):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"


def _later(monkeypatch, **delta):
    moment = clock.now() + datetime.timedelta(**delta)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.mark.django_db
def test_a_mail_is_sent_after_commit_in_its_language(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        mail = mails.mail_queue(
            key="one",
            to="reader@example.org",
            template="community/mails/sign_in_link",
            context={"link": "http://x.example/<&>'", "minutes": 30},
            language="lv",
        )
    assert mail.language == "lv"
    assert len(outbox.outbox) == 1
    sent = outbox.outbox[0]
    assert sent.to == ["reader@example.org"]
    # plain text is not escaped like HTML
    assert "http://x.example/<&>'" in sent.body
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert sent.extra_headers["Content-Language"] == "lv"
    mail.refresh_from_db()
    assert (mail.status, mail.attempts) == (MailStatus.SENT, 1)


@pytest.mark.django_db
def test_nothing_is_sent_when_the_change_is_taken_back(django_capture_on_commit_callbacks):
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        make.mail()
        raise RuntimeError
    assert not outbox.outbox
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_the_same_key_is_mailed_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = make.mail(key="same")
        second = make.mail(key="same", subject="Another")
    assert first.pk == second.pk
    assert len(outbox.outbox) == 1


@pytest.mark.django_db
def test_a_sent_text_is_forgotten_because_it_may_hold_a_link(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        mail = make.mail(text="secret link")
    mail.refresh_from_db()
    assert mail.text == ""


@pytest.mark.django_db
def test_the_demo_keeps_texts_to_show_them(settings, django_capture_on_commit_callbacks):
    settings.DEMO = True
    with django_capture_on_commit_callbacks(execute=True):
        mail = make.mail(text="secret link")
    mail.refresh_from_db()
    assert mail.text == "secret link"


@pytest.mark.django_db
def test_a_failed_mail_waits_longer_each_time_and_is_given_up_after_five(broken, monkeypatch):
    mail = make.mail()
    waits = []
    for _attempt in range(mails.MAX_ATTEMPTS):
        assert mails.mail_send(mail_id=mail.pk) is False
        mail.refresh_from_db()
        waits.append((mail.next_attempt_at - clock.now()).total_seconds() / 60)
        _later(monkeypatch, hours=3)
    assert [round(wait) for wait in waits[:4]] == [1, 5, 30, 120]
    assert mail.status == MailStatus.FAILED
    assert "ConnectionRefusedError" in mail.error
    assert mail.text == "A text", "an operator may send it again"
    assert mails.mail_send(mail_id=mail.pk) is False
    assert mail.attempts == 5


@pytest.mark.django_db
def test_a_failed_mail_is_not_tried_before_its_time(broken, settings):
    mail = make.mail()
    mails.mail_send(mail_id=mail.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mails.mail_send(mail_id=mail.pk) is False
    assert not outbox.outbox


@pytest.mark.django_db
def test_an_operator_sends_a_failed_mail_again(django_capture_on_commit_callbacks):
    mail = make.mail()
    Mail.objects.update(status=MailStatus.FAILED, attempts=5)
    with django_capture_on_commit_callbacks(execute=True):
        mails.mail_retry(mail=mail)
    mail.refresh_from_db()
    assert (mail.status, mail.attempts) == (MailStatus.SENT, 1)


@pytest.mark.django_db
def test_the_sweep_leaves_new_mails_to_their_own_job(django_capture_on_commit_callbacks):
    make.mail()
    assert mails.mail_sweep() == 0


@pytest.mark.django_db
def test_the_sweep_picks_up_what_lost_its_job(monkeypatch, django_capture_on_commit_callbacks):
    mail = make.mail()
    _later(monkeypatch, minutes=2)
    with django_capture_on_commit_callbacks(execute=True):
        assert mails.mail_sweep() == 1
    mail.refresh_from_db()
    assert mail.status == MailStatus.SENT
    assert mails.mail_sweep() == 0


@pytest.mark.django_db
def test_the_sweep_frees_a_mail_whose_job_died_while_sending(
    monkeypatch, django_capture_on_commit_callbacks
):
    mail = make.mail()
    Mail.objects.update(status=MailStatus.SENDING, claimed_at=clock.now(), attempts=1)
    _later(monkeypatch, minutes=2)
    assert mails.mail_sweep() == 0, "it may still be at work"
    _later(monkeypatch, minutes=20)
    with django_capture_on_commit_callbacks(execute=True):
        assert mails.mail_sweep() == 1
    mail.refresh_from_db()
    assert mail.status == MailStatus.SENT


@pytest.mark.django_db(transaction=True)
def test_of_many_jobs_at_once_exactly_one_sends_the_mail(settings):
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    settings.CELERY_TASK_ALWAYS_EAGER = True
    mail = Mail.objects.create(key="k", to="a@example.org", subject="s", text="t")
    results = at_once(*[lambda: mails.mail_send(mail_id=mail.pk)] * 6)
    assert sorted(results) == [False] * 5 + [True]
    assert len(outbox.outbox) == 1


@pytest.mark.django_db
def test_line_breaks_cannot_forge_headers(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make.mail(subject="Hello\nBcc: everybody@example.org")
    assert outbox.outbox[0].subject == "Hello Bcc: everybody@example.org"
