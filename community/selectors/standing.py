"""Whether what somebody was let in with still holds. Asked again and again by open sockets, for many at once."""

import uuid
from collections.abc import Iterable, Iterator

from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from cocreation.kernel import clock
from community.models import AccessToken, User

ASKED_AT_ONCE = 500


def people_active(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, User]:
    """Return those of these people whose account is open. 1 query."""
    return User.objects.filter(is_active=True).in_bulk(set(user_ids))


def people_passwords(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the stored password hash of each person whose account is open. 1 query for each 500.

    A changed hash ends sessions, a missing person all connections.
    """
    people = User.objects.filter(is_active=True)
    return dict(_found(people, "pk", user_ids, "pk", "password"))


def sessions_alive(keys: Iterable[str]) -> set[str]:
    """Return which of these browser sessions exist and have not expired. 1 query for each 500."""
    sessions = Session.objects.filter(expire_date__gt=clock.now())
    return {key for (key,) in _found(sessions, "session_key", keys, "session_key")}


def tokens_alive(token_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of these access tokens are neither revoked nor expired. 1 query for each 500."""
    tokens = AccessToken.objects.filter(revoked_at__isnull=True, expires_at__gt=clock.now())
    return {pk for (pk,) in _found(tokens, "pk", token_ids, "pk")}


def _found(queryset: QuerySet, field: str, values: Iterable, *columns: str) -> Iterator[tuple]:
    """Yield columns of the rows whose `field` is among `values`, asking for a part of them at a time.

    Databases bound the number of values in a query (SQLite's least is 999), and a thread that asks for thousands at
    once would hold the others up.
    """
    wanted = list(set(values))
    for start in range(0, len(wanted), ASKED_AT_ONCE):
        part = wanted[start : start + ASKED_AT_ONCE]
        yield from queryset.filter(**{f"{field}__in": part}).values_list(*columns)
