"""Reading what a person was told. Everybody reads their own only."""

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel.errors import NotFound
from community.models import Notification, User


def notifications_for(
    user: User | AnonymousUser, *, unread: bool = False
) -> QuerySet[Notification]:
    """Return a person's notifications, newest first; none for visitors."""
    if not user.is_authenticated:
        return Notification.objects.none()
    found = Notification.objects.filter(user=user).order_by("-created_at", "id")
    return found.filter(read_at__isnull=True) if unread else found


def notifications_unread_count(user: User | AnonymousUser) -> int:
    """Return how many notifications a person has not read. Queries: one, none for visitors."""
    return notifications_for(user, unread=True).count() if user.is_authenticated else 0


def notification_get_for(user: User | AnonymousUser, ident: uuid.UUID) -> Notification:
    """Return one of the person's own notifications. Raises NotFound for anybody else's."""
    notification = notifications_for(user).filter(pk=ident).first()
    if notification is None:
        raise NotFound(_("There is no such notification."))
    return notification
