"""The kinds of notifications: which sentence each is shown with. Higher apps register theirs in `ready()`."""

import datetime
import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """`title` and `mail_subject` are lazy translations with %(named)s places, filled in from a notification's data.

    `mail_text` is the name of a text template; without one the mail says the title and gives the link. `group` is
    what a person chooses the pace of mails by (community.models.Group).
    """

    name: str
    title: object
    mail_subject: object
    mail_text: str
    group: str


_kinds: dict[str, Kind] = {}


def register(
    kind: str,
    *,
    title: object,
    mail_subject: object = None,
    mail_text: str = "",
    group: str = "events",
) -> None:
    """Make a kind known. Raises ValueError when another one has the name."""
    text = mail_text or "community/mails/notification.txt"
    new = Kind(kind, title, mail_subject or title, text, group)
    if kind in _kinds and _kinds[kind] != new:
        raise ValueError(f"the notification kind {kind} is registered twice")
    _kinds[kind] = new


def get(kind: str) -> Kind:
    """Return a kind. Raises KeyError for one that nobody registered."""
    return _kinds[kind]


def all_kinds() -> list[Kind]:
    """Return everything that people can be told."""
    return list(_kinds.values())


class _Gaps(dict):
    """Data of old rows may lack a place that the sentence has today: show dots rather than fail."""

    def __missing__(self, key: str) -> str:
        return "…"


def fill(sentence: object, data: dict) -> str:
    """Return a lazy sentence in the active language with its places filled in. Plain text, not HTML."""
    return str(sentence) % _Gaps({name: _said(name, value) for name, value in data.items()})


def _said(name: str, value: object) -> object:
    """Days are kept as YYYY-MM-DD and said as the reader's language says them."""
    if name.endswith("_on") and isinstance(value, str) and (day := _day(value)):
        return date_format(day, "DATE_FORMAT")
    return value


def _day(text: str) -> datetime.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def title(kind: str, data: dict) -> str:
    """Return what a notification says, in the active language; never fails on rows of a kind that is gone."""
    try:
        return fill(_kinds[kind].title, data)
    except (KeyError, TypeError, ValueError):
        logger.warning("a notification of kind %s cannot be shown", kind)
        return _("Something changed that concerns you")


# Given by the app of processes: which of these the person may still read, by id, with their titles.
Places = Callable[[object, Iterable[uuid.UUID]], dict[uuid.UUID, str]]
_places: list[Places] = []


def register_places(find: Places) -> None:
    """Say how processes are found: collected mails tell nothing of a process that a person no longer sees."""
    if find not in _places:
        _places.append(find)


def places(user: object, process_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the titles of those processes that a person may read now."""
    ids = set(process_ids)
    found: dict[uuid.UUID, str] = {}
    for find in _places:
        found |= find(user, ids)
    return found


def register_own() -> None:
    """Register the kinds of this app (called by `ready()`)."""
    register(
        "organisation.member_added",
        title=gettext_lazy("%(actor)s added you to %(organisation)s"),
        group="place",
    )
    register(
        "organisation.role_changed",
        title=gettext_lazy("Your role in %(organisation)s was changed"),
        group="place",
    )
    register("background.done", title=gettext_lazy("%(what)s: done (%(label)s)"), group="account")
    register(
        "background.failed",
        title=gettext_lazy("%(what)s: it failed (%(label)s)"),
        group="account",
    )
