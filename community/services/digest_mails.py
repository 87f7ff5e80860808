"""Collected mails: what a person was told and has not read, once a day or once a week, each thing in one mail."""

import datetime
import logging
import uuid
import zoneinfo

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from cocreation.kernel import clock
from cocreation.kernel.zones import zone_of
from community import notification_kinds
from community.models import Mail, Notification, Pace, User
from community.selectors.notification_settings import preferences_of
from community.services.mail import absolute_url, mail_write, render_text
from community.services.notifications import choose_url
from community.unsubscribing import Scope, list_headers, unsubscribe_url

logger = logging.getLogger(__name__)

# By the clock of each person.
MORNING_HOUR = 7
LINES_PER_PROCESS = 10


def digests_send() -> int:
    """Write the collected mails that are due; return how many.

    May run as often as one likes, by several workers at once, and late: a mail holds what was told before the last
    morning by the person's clock (daily: today's or yesterday's at 7; weekly: the last Monday's), its key names that
    morning, and what it holds is marked in the transaction that writes it. What fails for one person does not keep
    the others' back.
    """
    sent = 0
    now = clock.now()
    waiting = Notification.objects.filter(mail_waits=True, user__is_active=True).order_by()
    people = waiting.values_list("user_id", "user__time_zone").annotate(first=Min("created_at"))
    for user_id, zone, first in list(people):
        for pace, until in _mornings(now, zone_of(zone)).items():
            if first >= until:
                continue
            try:
                sent += digest_send(user_id=user_id, pace=pace, until=until)
            except Exception:  # the others still want theirs
                logger.exception("the collected mail of %s failed", user_id)
    return sent


def _mornings(now: datetime.datetime, zone: zoneinfo.ZoneInfo) -> dict[str, datetime.datetime]:
    """Return the last moment of each pace in a zone: 7:00 of today or yesterday, and of the last Monday."""
    there = now.astimezone(zone)
    day = there.date() if there.hour >= MORNING_HOUR else there.date() - datetime.timedelta(days=1)
    monday = day - datetime.timedelta(days=day.weekday())
    seven = datetime.time(MORNING_HOUR)
    return {
        Pace.DAILY: datetime.datetime.combine(day, seven, zone),
        Pace.WEEKLY: datetime.datetime.combine(monday, seven, zone),
    }


@transaction.atomic
def digest_send(*, user_id: uuid.UUID, pace: str, until: datetime.datetime) -> int:
    """Write one person's collected mail of what was told before `until`; return 1 if there was something to say.

    Chosen by what the person wants now, not when they were told: who changed to "once a week" gets it on Monday, who
    changed to "only here" gets nothing, who changed to "at once" gets the rest with the next morning's mail. What was
    read meanwhile, or is in a process that they no longer see, is left out for good.
    Emits: a mail. Queries: the same for any number of notifications.
    """
    # Of two workers the second waits here, and finds nothing left.
    user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None:
        return 0
    rows = list(
        Notification.objects.filter(user=user, mail_waits=True, created_at__lt=until).order_by(
            "created_at", "pk"
        )
    )
    wanted = preferences_of(user)
    titles = notification_kinds.places(user, {row.process_id for row in rows if row.process_id})
    done, told = [], []
    for row in rows:
        chosen = _pace(row, wanted)
        is_for_now = chosen in (pace, Pace.NOW) if pace == Pace.DAILY else chosen == pace
        is_void = row.read_at or chosen in (Pace.HERE, Pace.NEVER) or _is_hidden(row, titles)
        if is_void or is_for_now:
            done.append(row.pk)
        if is_for_now and not is_void:
            told.append(row)
    key = f"digest:{pace}:{user.pk}:{until:%Y-%m-%d}"
    if told and Mail.objects.filter(key=key).exists():
        # This morning's mail is out: what came under it late (a clock set back) goes with the next one.
        return 0
    Notification.objects.filter(pk__in=done).update(mail_waits=False)
    if told:
        _write(user, pace, key, told, titles)
    return int(bool(told))


def _pace(row: Notification, wanted) -> str:
    try:
        return wanted.pace(notification_kinds.get(row.kind).group, row.process_id)
    except KeyError:  # a kind that is gone cannot be said
        return Pace.NEVER


def _is_hidden(row: Notification, titles: dict) -> bool:
    return row.process_id is not None and row.process_id not in titles


def _write(user: User, pace: str, key: str, rows: list[Notification], titles: dict) -> None:
    scope = Scope(user.pk, pace=pace)
    stop = unsubscribe_url(scope)
    with translation.override(user.language):
        subject = _subject(pace, len(rows))
        context = {
            "name": user.display_name,
            "language": user.language,
            "subject": subject,
            "count": len(rows),
            "parts": _parts(rows, titles),
            "all_link": absolute_url(reverse("account:notifications")),
            "stop": stop,
            "choose": choose_url(),
        }
        text = render_text("community/mails/digest.txt", context)
        known = {"site_name": settings.SITE_NAME, "site_url": settings.PUBLIC_URL}
        html = render_to_string("community/mails/digest.html", {**known, **context})
    mail_write(
        key=key,
        to=user.email,
        subject=subject,
        text=text,
        html=html,
        language=user.language,
        headers=list_headers(scope, stop),
    )


def _subject(pace: str, count: int) -> str:
    if pace == Pace.WEEKLY:
        sentence = ngettext(
            "%(site)s this week: %(count)d new thing",
            "%(site)s this week: %(count)d new things",
            count,
        )
    else:
        sentence = ngettext(
            "%(site)s today: %(count)d new thing", "%(site)s today: %(count)d new things", count
        )
    return sentence % {"site": settings.SITE_NAME, "count": count}


def _parts(rows: list[Notification], titles: dict) -> list[dict]:
    """Return what is told, process by process; what belongs to none comes last."""
    by_process: dict = {}
    for row in rows:
        by_process.setdefault(row.process_id, []).append(row)
    found = sorted(by_process.items(), key=lambda one: (one[0] is None, titles.get(one[0], "")))
    return [
        {
            "title": titles.get(process_id, ""),
            "lines": [
                {
                    "title": notification_kinds.title(row.kind, row.data),
                    "link": absolute_url(row.url or reverse("account:notifications")),
                }
                for row in listed[:LINES_PER_PROCESS]
            ],
            "more": max(0, len(listed) - LINES_PER_PROCESS),
        }
        for process_id, listed in found
    ]
