"""Telling people inside the program and by mail."""

import uuid

from django.db import transaction
from django.utils import translation

from cocreation.kernel import clock
from cocreation.kernel.events import publish_on_commit, topic
from community import notification_kinds
from community.models import Notification, User
from community.services.mail import absolute_url, mail_key, mail_write, render_text


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
    account is closed are not told. Raises KeyError for a kind that nobody registered.
    Emits: notification.created to the person's own topic; with `mail` a mail in the person's language.
    """
    known = notification_kinds.get(kind)
    if not user.is_active:
        return None
    notification, is_new = Notification.objects.get_or_create(
        user=user,
        key=key[:200],
        defaults={"kind": kind, "data": data, "url": url[:500], "process_id": process_id},
    )
    if not is_new:
        return None
    publish_on_commit(
        topic("user", user.pk), "notification.created", {"notification": notification.pk}
    )
    if mail:
        _mail(known, notification)
    return notification


def _mail(kind: notification_kinds.Kind, notification: Notification) -> None:
    user = notification.user
    with translation.override(user.language):
        context = {
            **notification.data,
            "title": notification_kinds.fill(kind.title, notification.data),
            "name": user.display_name,
            "link": absolute_url(notification.url),
        }
        subject = notification_kinds.fill(kind.mail_subject, notification.data)
        text = render_text(kind.mail_text, context)
    mail_write(
        key=mail_key(kind.name, notification.key, user.pk),
        to=user.email,
        subject=subject,
        text=text,
        language=user.language,
    )


@transaction.atomic
def notification_read(*, actor: User, notification: Notification) -> Notification:
    """Mark a notification of the actor's own as read; reading it again changes nothing."""
    Notification.objects.filter(pk=notification.pk, user=actor, read_at__isnull=True).update(
        read_at=clock.now()
    )
    notification.refresh_from_db()
    return notification


@transaction.atomic
def notifications_read_all(*, actor: User) -> int:
    """Mark everything the actor was told as read; return how many were new."""
    return Notification.objects.filter(user=actor, read_at__isnull=True).update(read_at=clock.now())
