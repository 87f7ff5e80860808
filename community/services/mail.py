"""The outbox: mails are written with the change that causes them and sent by a job, each once by its key."""

import datetime
import hashlib
import logging
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation

from cocreation.kernel import clock
from cocreation.kernel.jobs import enqueue_on_commit
from community.models import Mail
from community.models.activity import MailStatus
from community.validation import validate

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
# Waiting time after the first, second … failed attempt: long enough to get over a restart, then an outage.
RETRY_MINUTES = (1, 5, 30, 120)
# The sweep leaves new mails to their own job for this long.
SWEEP_AFTER_SECONDS = 60
# A mail claimed longer ago than this lost its job: sent again, because twice is better than never.
CLAIM_LOST_AFTER_SECONDS = 600
SWEEP_MAX_MAILS = 500
# Out-of-office programs stay silent to this header (RFC 3834).
HEADERS = {"Auto-Submitted": "auto-generated"}


def absolute_url(path: str) -> str:
    """Return the address of one of our paths as people outside the program need it."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def mail_key(*parts: object) -> str:
    """Return a key of at most 200 characters made of `parts`."""
    key = ":".join(str(part) for part in parts)
    return key if len(key) <= 200 else f"{key[:130]}:{hashlib.sha256(key.encode()).hexdigest()}"


def mail_queue(*, key: str, to: str, template: str, context: dict, language: str) -> Mail:
    """Write a mail to the outbox in `language` and have it sent after commit.

    `template` names two text templates without their endings: `<template>.subject.txt` and `<template>.txt`.
    They are rendered without HTML escaping and know `site_name`, `site_url` and everything in `context`.
    A mail with the same `key` is not written twice: the first one is returned.
    Emits: job community.mail_send.
    """
    with translation.override(language):
        subject = render_text(f"{template}.subject.txt", context)
        text = render_text(f"{template}.txt", context)
    return mail_write(key=key, to=to, subject=subject, text=text, language=language)


def render_text(template: str, context: dict) -> str:
    """Return a text template filled in, in the active language, unescaped because it is plain text."""
    return _fill(get_template(template).template, context)


def _fill(template: Template, context: dict) -> str:
    known = {"site_name": settings.SITE_NAME, "site_url": settings.PUBLIC_URL, **context}
    return template.render(Context(known, autoescape=False)).strip()


def mail_write(
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    language: str,
    html: str = "",
    headers: dict[str, str] | None = None,
) -> Mail:
    """Write a finished mail to the outbox (see `mail_queue`), with `headers` besides those of every mail."""
    if mail := Mail.objects.filter(key=key).first():
        return mail
    mail = Mail(
        key=key,
        to=to.strip(),
        subject=" ".join(subject.split())[:300],
        text=text,
        html=html,
        language=language,
        headers={**HEADERS, "Content-Language": language, **(headers or {})},
    )
    validate(mail, only=["to", "subject"])
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
            enqueue_on_commit("community.mail_send", mail_id=mail.pk)
    except IntegrityError:  # somebody wrote the same one just now
        return Mail.objects.get(key=key)
    return mail


def mail_send(*, mail_id: uuid.UUID) -> bool:
    """Send one waiting mail; say whether this call sent it.

    The claim is one UPDATE, so of two jobs exactly one goes on; the network is used outside any transaction. A failure
    is tried again after 1, 5, 30 and 120 minutes, then given up and kept for the operator.
    """
    now = clock.now()
    waiting = Mail.objects.filter(pk=mail_id, status=MailStatus.WAITING, next_attempt_at__lte=now)
    claimed = waiting.update(status=MailStatus.SENDING, claimed_at=now, attempts=F("attempts") + 1)
    if not claimed:
        return False
    mail = Mail.objects.get(pk=mail_id)
    try:
        _message(mail).send()
    except Exception as error:  # noqa: BLE001 - whatever a mail server does wrong must not lose the mail
        _put_back(mail, error)
        return False
    Mail.objects.filter(pk=mail.pk).update(
        status=MailStatus.SENT,
        sent_at=clock.now(),
        error="",
        **({} if settings.DEMO else {"text": "", "html": ""}),
    )
    return True


def _message(mail: Mail) -> EmailMultiAlternatives:
    # The same id at each attempt: a mail that went out just before its job died is shown once by mail programs.
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    headers = {
        **mail.headers,
        "Message-ID": f"<{mail.pk}@{host}>",
        "X-Mail-Id": str(mail.pk),
    }
    message = EmailMultiAlternatives(mail.subject, mail.text, None, [mail.to], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _put_back(mail: Mail, error: Exception) -> None:
    given_up = mail.attempts >= MAX_ATTEMPTS
    minutes = RETRY_MINUTES[min(mail.attempts, len(RETRY_MINUTES)) - 1]
    Mail.objects.filter(pk=mail.pk).update(
        status=MailStatus.FAILED if given_up else MailStatus.WAITING,
        error=f"{type(error).__name__}: {error}"[:500],
        next_attempt_at=clock.now() + datetime.timedelta(minutes=minutes),
    )
    log = logger.error if given_up else logger.warning
    log("mail %s was not sent (attempt %d of %d)", mail.pk, mail.attempts, MAX_ATTEMPTS)


@transaction.atomic
def mail_sweep() -> int:
    """Queue a job for every mail that is due and whose own job was lost; return how many.

    Emits: jobs community.mail_send.
    """
    now = clock.now()
    lost = now - datetime.timedelta(seconds=CLAIM_LOST_AFTER_SECONDS)
    Mail.objects.filter(status=MailStatus.SENDING, claimed_at__lt=lost).update(
        status=MailStatus.WAITING
    )
    settled = now - datetime.timedelta(seconds=SWEEP_AFTER_SECONDS)
    due = Mail.objects.filter(
        Q(attempts__gt=0) | Q(created_at__lt=settled),
        status=MailStatus.WAITING,
        next_attempt_at__lte=now,
    ).order_by("next_attempt_at")
    ids = list(due.values_list("pk", flat=True)[:SWEEP_MAX_MAILS])
    for ident in ids:
        enqueue_on_commit("community.mail_send", mail_id=ident)
    return len(ids)


@transaction.atomic
def mail_retry(*, mail: Mail) -> Mail:
    """Give a failed mail five new attempts, the first one now (for operators)."""
    Mail.objects.filter(pk=mail.pk, status=MailStatus.FAILED).update(
        status=MailStatus.WAITING, attempts=0, next_attempt_at=clock.now()
    )
    enqueue_on_commit("community.mail_send", mail_id=mail.pk)
    mail.refresh_from_db()
    return mail
