"""Mails on their way through a real SMTP server: refused first, taken then, exactly once."""

import datetime
import socketserver
import threading
from email import message_from_bytes, policy

import pytest

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
