"""What a phase says to whoever it refuses: one sentence with until when, or since when.

Words only: no right depends on a day (a phase is closed by a person, see docs/adr/0010).
"""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cocreation.kernel.zones import zone_of
from processes.models import Node, PhaseRule, PhaseState, Process


@dataclass(frozen=True)
class PhaseDays:
    """Days that matter for the words: closed since, planned to open, planned to end, and when the next is planned."""

    closed_on: datetime.date | None = None
    opens_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    next_on: datetime.date | None = None


def phase_days(process: Process, phases: list[Node], index: int) -> PhaseDays:
    """Return the days of `phases[index]`, which are in their order and bring their `phase_rule` where there is one.

    The next is the first later phase that is neither switched off nor closed; its day counts when it is planned.
    """
    phase, rule = phases[index], rule_of(phases[index])
    closed_on = None
    if rule is not None and rule.closed_at is not None:
        zone = zone_of(process.time_zone)
        closed_on = rule.closed_at.astimezone(zone).date()
    return PhaseDays(closed_on, phase.starts_on, phase.ends_on, _next_day(phases[index + 1 :]))


def rule_of(phase: Node) -> PhaseRule | None:
    """Return the rules of a phase that were loaded with it, None where it has none."""
    return getattr(phase, "phase_rule", None)


def _next_day(later: list[Node]) -> datetime.date | None:
    for phase in later:
        state = getattr(rule_of(phase), "state", PhaseState.PLANNED)
        if phase.disabled_at is None and state != PhaseState.CLOSED:
            return phase.starts_on if state == PhaseState.PLANNED else None
    return None


def closed_words(title: str, days: PhaseDays, *, is_comment: bool) -> str:
    """Return why nobody writes or comments in a closed phase."""
    said = {"phase": title, "day": _day(days.closed_on), "next": _day(days.next_on)}
    if days.closed_on is None:
        return _("“%(phase)s” is closed: its texts can be read.") % said
    if days.next_on is not None and days.next_on > days.closed_on:
        if is_comment:
            return (
                _(
                    "Comments in “%(phase)s” closed on %(day)s; the next phase is to open on %(next)s."
                )
                % said
            )
        return (
            _("Writing in “%(phase)s” closed on %(day)s; the next phase is to open on %(next)s.")
            % said
        )
    if is_comment:
        return _("Comments in “%(phase)s” closed on %(day)s; its texts can be read.") % said
    return _("Writing in “%(phase)s” closed on %(day)s; its texts can be read.") % said


def planned_words(title: str, days: PhaseDays) -> str:
    """Return why a phase that is not open yet lets nobody write or comment."""
    said = {"phase": title, "day": _day(days.opens_on)}
    if days.opens_on is None:
        return _("“%(phase)s” is not open yet.") % said
    return _("“%(phase)s” is not open yet; it is planned to open on %(day)s.") % said


def bounded_words(title: str, days: PhaseDays, *, may_comment: bool) -> str:
    """Return what an open phase lets through instead of what it refuses."""
    said = {"phase": title, "day": _day(days.ends_on)}
    if may_comment:
        if days.ends_on is None:
            return _("In “%(phase)s” you can comment, but not write in the text.") % said
        return (
            _("In “%(phase)s”, until %(day)s, you can comment, but not write in the text.") % said
        )
    if days.ends_on is None:
        return _("In “%(phase)s” you can read the texts.") % said
    return _("In “%(phase)s”, until %(day)s, you can only read the texts.") % said


def _day(day: datetime.date | None) -> str:
    return date_format(day, pgettext("date format", "j F Y")) if day else ""
