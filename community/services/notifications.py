"""Telling people inside the program and by mail."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from cocreation.kernel import clock
from cocreation.kernel.events import publish_on_commit, topic
from community import notification_kinds
from community.models import Notification, Pace, User
from community.selectors.notification_settings import preferences_of
from community.services.mail import absolute_url, mail_key, mail_write, render_text
from community.unsubscribing import Scope, list_headers, unsubscribe_url


@transaction.atomic
def notify(
    *,
    user: User,
    kind: str,
    key: str,
    data: dict,
    url: str,
    process_id: uuid.UUID | None = None,
    mail: bool = True,
) -> Notification | None:
    """Tell a person one thing once: a second call with the same `key` does nothing and returns None.

    `kind` is a registered kind, `data` fills its sentence (plain values), `url` is a path of ours. People whose
    account is closed are not told, nor who wants to hear nothing of this. Without `mail` they are told here only
    (somebody else mails it). Raises KeyError for a kind that nobody registered.
    Emits: notification.created to the person's own topic; with `mail`, and as the person chose, a mail at once in
    their language or a place in the next collected one (services/digest_mails.py).
    """
    known = notification_kinds.get(kind)
    if not user.is_active:
        return None
    pace = preferences_of(user, [process_id] if process_id else []).pace(known.group, process_id)
    if pace == Pace.NEVER:
        return None
    notification, is_new = Notification.objects.get_or_create(
        user=user,
        key=key[:200],
        defaults={
            "kind": kind,
            "data": data,
            "url": url[:500],
            "process_id": process_id,
            "mail_waits": mail and pace in (Pace.DAILY, Pace.WEEKLY),
        },
    )
    if not is_new:
        return None
    publish_on_commit(
        topic("user", user.pk), "notification.created", {"notification": notification.pk}
    )
    if mail and pace == Pace.NOW:
        _mail(known, notification)
    return notification


def _mail(kind: notification_kinds.Kind, notification: Notification) -> None:
    user = notification.user
    scope = Scope(user.pk, notification.process_id, "" if notification.process_id else kind.group)
    stop = unsubscribe_url(scope)
    with translation.override(user.language):
        context = {
            **notification.data,
            "title": notification_kinds.fill(kind.title, notification.data),
            "name": user.display_name,
            "link": absolute_url(notification.url),
        }
        subject = notification_kinds.fill(kind.mail_subject, notification.data)
        foot = render_text("community/mails/_foot.txt", {"stop": stop, "choose": choose_url()})
        text = f"{render_text(kind.mail_text, context)}\n\n{foot}"
    mail_write(
        key=mail_key(kind.name, notification.key, user.pk),
        to=user.email,
        subject=subject,
        text=text,
        language=user.language,
        headers=list_headers(scope, stop),
    )


def choose_url() -> str:
    """Return the address of the page on which a person chooses when to be mailed."""
    return absolute_url(reverse("account:notification-settings"))


@transaction.atomic
def notification_read(*, actor: User, notification: Notification) -> Notification:
    """Mark a notification of the actor's own as read; reading it again changes nothing. Emits: as below."""
    notifications_read(actor=actor, notifications=[notification])
    notification.refresh_from_db()
    return notification


@transaction.atomic
def notifications_read(*, actor: User, notifications: Iterable[Notification]) -> int:
    """Mark these of the actor's own as read; return how many were new.

    Emits: notification.read to the person's own topic, so that the bell is right in their other windows too.
    """
    return _read(actor, Notification.objects.filter(pk__in=[row.pk for row in notifications]))


@transaction.atomic
def notifications_read_all(*, actor: User) -> int:
    """Mark everything the actor was told as read; return how many were new. Emits: as above."""
    return _read(actor, Notification.objects.all())


def _read(actor: User, rows: QuerySet[Notification]) -> int:
    count = rows.filter(user=actor, read_at__isnull=True).update(read_at=clock.now())
    if count:
        publish_on_commit(topic("user", actor.pk), "notification.read", {})
    return count
