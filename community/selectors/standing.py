"""Whether what somebody was let in with still holds. Asked again and again by open sockets, for many at once."""

import uuid
from collections.abc import Iterable

from django.contrib.sessions.models import Session

from cocreation.kernel import clock
from community.models import AccessToken, User


def people_active(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, User]:
    """Return those of these people whose account is open. 1 query."""
    return User.objects.filter(is_active=True).in_bulk(set(user_ids))


def people_passwords(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the stored password hash of each person whose account is open. 1 query.

    A changed hash ends sessions, a missing person all connections.
    """
    people = User.objects.filter(pk__in=set(user_ids), is_active=True)
    return dict(people.values_list("pk", "password"))


def sessions_alive(keys: Iterable[str]) -> set[str]:
    """Return which of these browser sessions exist and have not expired. 1 query."""
    sessions = Session.objects.filter(session_key__in=set(keys), expire_date__gt=clock.now())
    return set(sessions.values_list("session_key", flat=True))


def tokens_alive(token_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of these access tokens are neither revoked nor expired. 1 query."""
    tokens = AccessToken.objects.filter(
        pk__in=set(token_ids), revoked_at__isnull=True, expires_at__gt=clock.now()
    )
    return set(tokens.values_list("pk", flat=True))
