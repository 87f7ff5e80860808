"""A calendar as other programs read it (iCalendar, RFC 5545): all-day events whose end is the day after the last."""

import datetime
import urllib.parse

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from community.services.mail import absolute_url
from processes.models import NodeKind, NodeStatus
from processes.selectors.calendar import CalendarItem

# How often calendar programs had better ask; many ask when they like.
REFRESH = datetime.timedelta(hours=4)


def calendar_bytes(name: str, items: list[CalendarItem]) -> bytes:
    """Return a calendar in the active language. The same items give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//{get_language() or ''}//".upper())
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for item in items:
        calendar.add_component(_event(item))
    return calendar.to_ical()


def _event(item: CalendarItem) -> Event:
    node, is_task = item.node, item.node.kind == NodeKind.TASK
    path = (
        reverse("processes:task", args=[node.process_id, node.pk])
        if is_task
        else reverse("processes:detail", args=[node.process_id])
    )
    title = node.title
    if item.status == NodeStatus.FINISHED:
        title = _("%(title)s (finished)") % {"title": title}
    elif not is_task:
        title = _("Phase: %(title)s") % {"title": title}
    event = Event()
    event.add(
        "uid", f"{node.pk}@{urllib.parse.urlsplit(settings.PUBLIC_URL).hostname or 'koprade'}"
    )
    # When it was last changed and not the present moment: an unchanged calendar stays the same, byte for byte.
    event.add("dtstamp", item.changed_at.replace(microsecond=0))
    event.add("last-modified", item.changed_at.replace(microsecond=0))
    event.add("sequence", node.revision)
    event.add("summary", title)
    event.add("dtstart", item.starts_on)
    event.add("dtend", _after(item.ends_on))
    event.add("categories", [str(NodeKind(node.kind).label)])
    event.add("description", f"{node.process.title}\n{absolute_url(path)}")
    event.add("url", absolute_url(path))
    # A task of three weeks does not make a person busy for three weeks.
    event.add("transp", "TRANSPARENT")
    return event


def _after(day: datetime.date) -> datetime.date:
    return day if day == datetime.date.max else day + datetime.timedelta(days=1)
