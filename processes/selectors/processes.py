"""Reading processes."""

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet
from guardian.shortcuts import get_objects_for_user

from processes.models import Node, Process, ProcessRole, Role, Visibility
from processes.permissions import access_for, require
from processes.permissions.access import access_remember
from processes.permissions.roles import RANK
from processes.selectors.fetching import fetch
from processes.selectors.tree import process_tree

SEARCH_MAX_WORDS = 8

__all__ = ["process_get_for", "process_tree", "processes_visible_to"]


def process_get_for(user, process_id: uuid.UUID | str, *, need: str) -> Process:
    """Return a process that the person may `need` (an ability's name).

    The person's access is kept on the object, so asking for abilities afterwards costs no further query.
    Raises: NotFound, SignInNeeded, Forbidden. Queries: 2.
    """
    process = fetch(
        Process.objects.select_related("organisation", "template", "picture"), process_id
    )
    access = access_for(user, process)
    access_remember(access)
    require(access.decide("process_read"))
    require(access.decide(need))
    return process


def processes_visible_to(user, **filters: object) -> QuerySet[Process]:
    """Return the processes that are there for a person, in one query: the open ones and those where they have a role.

    Roles come from django-guardian's grants (derived from the role rows). NONE on the whole process hides it unless the
    person has a role on a branch. Filters (empty ones are ignored): `status`, `visibility`, `language`, `organisation`
    (id or slug), `search` (all words, in title and summary), `mine` (only where the person takes part).
    """
    rows = Process.objects.select_related("organisation", "picture")
    is_known = bool(user and user.is_authenticated and user.is_active)
    if not is_known:
        rows = rows.exclude(visibility=Visibility.PRIVATE)
        return rows.none() if filters.pop("mine", None) else _filtered(rows, filters)
    takes_part = _takes_part(user)
    if filters.pop("mine", None):
        rows = rows.filter(takes_part)
    elif not user.is_superuser:
        barred = ProcessRole.objects.filter(
            Q(user=user) | Q(team__members__user=user),
            process=OuterRef("pk"),
            node__isnull=True,
            role=Role.NONE,
        )
        is_open = ~Q(visibility=Visibility.PRIVATE) & ~Exists(barred)
        rows = rows.filter(takes_part | is_open)
    return _filtered(rows, filters)


def _takes_part(user) -> Q:
    """Return the condition that a person has a role in a process or a branch of it."""
    in_process = get_objects_for_user(
        user,
        [f"process_{role}" for role in RANK],
        klass=Process,
        any_perm=True,
        use_groups=False,
        with_superuser=False,
        accept_global_perms=False,
    )
    in_branch = get_objects_for_user(
        user,
        [f"node_{role}" for role in RANK],
        klass=Node,
        any_perm=True,
        use_groups=False,
        with_superuser=False,
        accept_global_perms=False,
    )
    return Q(pk__in=in_process.order_by().values("pk")) | Q(
        pk__in=in_branch.order_by().values("process_id")
    )


def _filtered(rows: QuerySet[Process], filters: dict) -> QuerySet[Process]:
    for name in ("status", "visibility", "language"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    if organisation := filters.get("organisation"):
        rows = rows.filter(_organisation(organisation))
    for word in str(filters.get("search") or "").split()[:SEARCH_MAX_WORDS]:
        rows = rows.filter(Q(title__icontains=word) | Q(summary__icontains=word))
    return rows


def _organisation(wanted: object) -> Q:
    try:
        return Q(organisation_id=uuid.UUID(str(wanted)))
    except ValueError:
        return Q(organisation__slug=str(wanted))
