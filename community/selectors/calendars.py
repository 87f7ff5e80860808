"""Whose calendar an address opens, and the address of one's own."""

import uuid

from django.utils.crypto import constant_time_compare, salted_hmac

from community.models import CalendarAddress, User

SALT = "community.calendar"


def calendar_secret(user: User) -> str:
    """Return the secret part of the person's calendar address; empty when they have none. Queries: one."""
    address = CalendarAddress.objects.filter(user=user).first()
    return _secret(address.pk) if address else ""


def user_by_calendar(secret: str) -> User | None:
    """Return whose calendar this is, or None when the address is unknown, withdrawn or its owner inactive.

    Changing the site's SECRET_KEY makes all addresses void. Queries: one, none for what is no address of ours.
    """
    ident, _dash, _rest = secret.partition("-")
    try:
        pk = uuid.UUID(ident)
    except ValueError:
        return None
    if not constant_time_compare(secret, _secret(pk)):
        return None
    address = CalendarAddress.objects.filter(pk=pk, user__is_active=True).select_related("user")
    found = address.first()
    return found.user if found else None


def _secret(pk: uuid.UUID) -> str:
    return f"{pk.hex}-{salted_hmac(SALT, pk.hex, algorithm='sha256').hexdigest()}"
