"""Mails on their way through a real SMTP server: refused first, taken then, exactly once."""

import datetime
import functools
import os
import socketserver
import subprocess
import sys
import threading
import time
import uuid
from email import message_from_bytes, policy

import pytest
import redis
from django.conf import settings as installed
from django.db import connection

from cocreation.celery import app
from cocreation.kernel import clock
from community import jobs, notification_kinds
from community.models import Group, Mail
from community.models.activity import MailStatus
from community.services.notifications import notify
from tests.factories import community as make

notification_kinds.register("test.sent", title="Ceļš “%(what)s”", group=Group.ASKED)


class Talk(socketserver.StreamRequestHandler):
    """As much SMTP as a client needs to hand over a mail (RFC 5321)."""

    def handle(self):
        self.say("220 ready")
        while line := self.rfile.readline():
            word = line.decode().strip().upper()
            if word.startswith("QUIT"):
                self.say("221 bye")
                return
            if word.startswith("RCPT") and self.server.refusals:
                self.server.refusals -= 1
                self.say("451 try again later")
            elif word == "DATA":
                self.say("354 go on")
                self.server.taken.append(self.body())
                self.say("250 taken")
            else:
                self.say("250 ok")

    def body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def smtp(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.refusals, server.taken = 0, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server
        server.shutdown()


def later(monkeypatch, minutes: int) -> None:
    moment = clock.now() + datetime.timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: moment)


def told() -> Mail:
    user = make.user(language="lv")
    notify(user=user, kind="test.sent", key="k", data={"what": "Skola"}, url="/my-work/")
    return Mail.objects.get()


def check(taken: list[bytes], mail: Mail) -> None:
    [raw] = taken
    message = message_from_bytes(raw, policy=policy.default)
    assert message["Subject"] == "Ceļš “Skola”"
    assert message["To"] == mail.to
    assert message["Message-ID"].startswith(f"<{mail.pk}@")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "lv"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # Long lines are folded on the way; mail programs join them again.
    link = "".join(str(message["List-Unsubscribe"]).split())
    assert link == mail.headers["List-Unsubscribe"]
    assert message["List-Id"] == "<asked.127.0.0.1>"


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_is_refused_first_arrives_once_when_it_is_taken(smtp, monkeypatch):
    smtp.refusals = 1
    mail = told()
    mail.refresh_from_db()
    assert (mail.status, mail.attempts, smtp.taken) == (MailStatus.WAITING, 1, [])
    assert "451" in mail.error
    jobs.mail_sweep.delay()
    assert smtp.taken == []
    later(monkeypatch, 2)
    jobs.mail_sweep.delay()
    jobs.mail_sweep.delay()
    jobs.mail_send.delay(str(mail.pk))
    mail.refresh_from_db()
    assert (mail.status, mail.attempts) == (MailStatus.SENT, 2)
    check(smtp.taken, mail)


@pytest.mark.django_db(transaction=True)
def test_a_mail_whose_worker_died_between_claim_and_sending_is_sent_by_another(smtp, monkeypatch):
    def die(_mail):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("community.services.mail._message", die)
        with pytest.raises(SystemExit):
            told()
    mail = Mail.objects.get()
    assert (mail.status, smtp.taken) == (MailStatus.SENDING, [])
    jobs.mail_sweep.delay()
    assert smtp.taken == []
    later(monkeypatch, 11)
    jobs.mail_sweep.delay()
    jobs.mail_sweep.delay()
    check(smtp.taken, mail)


@pytest.fixture
def worker(smtp, monkeypatch):
    """A worker process of its own on a queue of its own, with the database of this test and its mail server."""
    queue = f"test-{uuid.uuid4()}"
    monkeypatch.setattr(app, "send_task", functools.partial(app.send_task, queue=queue))
    monkeypatch.setattr(app.conf, "task_always_eager", False)
    known = {
        key: str(connection.settings_dict[key]) for key in ("USER", "PASSWORD", "HOST", "PORT")
    }
    place = "{USER}:{PASSWORD}@{HOST}:{PORT}".format(**known)
    host, port = smtp.server_address
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{place}/{connection.settings_dict['NAME']}",
        "EMAIL_URL": f"smtp://{host}:{port}",
        "CELERY_TASK_ALWAYS_EAGER": "False",
    }
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    command = ["worker", "--pool", "threads", "--concurrency", "4", "--queues", queue, *alone]
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "cocreation", *command],
        cwd=installed.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    yield process
    process.terminate()
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    redis.from_url(installed.REDIS_URL).delete(queue, f"_kombu.binding.{queue}")


def until(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        threading.Event().wait(0.05)


@pytest.mark.skipif(not installed.REDIS_URL, reason="the embedded shape has no broker")
@pytest.mark.django_db(transaction=True)
def test_by_a_real_broker_and_a_worker_process_a_mail_arrives_exactly_once(smtp, worker):
    smtp.refusals = 1
    mail = told()
    refused = Mail.objects.filter(attempts=1, status=MailStatus.WAITING)
    until(refused.exists)
    assert smtp.taken == []
    # The minute until it is tried again is over; then it is asked for again and again, side by side.
    refused.update(next_attempt_at=clock.now())
    for _time in range(5):
        jobs.mail_sweep.run()
        app.send_task("community.mail_send", kwargs={"mail_id": str(mail.pk)})
    until(lambda: Mail.objects.get().status == MailStatus.SENT)
    # Behind those it is this one's turn: when it is through, all of them were.
    notify(user=make.user(), kind="test.sent", key="last", data={"what": "Last"}, url="/my-work/")
    until(lambda: Mail.objects.filter(status=MailStatus.SENT).count() == 2)
    worker.terminate()
    assert worker.wait(timeout=20) == 0
    assert len(smtp.taken) == 2
    check(smtp.taken[:1], mail)
