"""Tags of catalogue pages: texts in the best language, effort in words, files by what they are for."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interlinkers.labels import form_label
from interlinkers.models.translations import words_in
from processes.models import Role, TeamKind
from processes.selectors.drafting import PROPOSED

register = template.Library()

MINUTES_OF_A_DAY = 480


@register.filter
def localised(row, name: str) -> str:
    """Return one text of a catalogue object in the reader's language, else the next best."""
    return row.text(name)


@register.filter
def point_words(point: dict) -> str:
    """Return a point of a template's checklist in the reader's language, else the next best."""
    return words_in(point.get("texts") or {})


@register.filter
def role_words(roles: dict) -> list[tuple[str, str]]:
    """Return what a template proposes for teams of each kind, in words: what nobody would be given is left out."""
    return [
        (TeamKind(kind).label, Role(role).label)
        for kind, role in sorted(roles.items())
        if kind in TeamKind.values and role in PROPOSED
    ]


@register.filter
def form_name(code: str) -> str:
    """Return what a form of interlinker is called."""
    return form_label(code)


@register.simple_tag
def effort(minutes: int) -> str:
    """Return minutes of work as people say them; a working day has eight hours."""
    if minutes < 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    if minutes < MINUTES_OF_A_DAY:
        hours = round(minutes / 60)
        return ngettext("about %(count)s hour", "about %(count)s hours", hours) % {"count": hours}
    days = round(minutes / MINUTES_OF_A_DAY)
    if days == 1:
        return _("about a day")
    return ngettext("about %(count)s day", "about %(count)s days", days) % {"count": days}


@register.filter
def resources(interlinker) -> list:
    """Return the files to take along."""
    return [file for file in interlinker.files.all() if file.role == "resource"]


@register.filter
def snapshots(interlinker) -> list:
    """Return the pictures of it."""
    return [file for file in interlinker.files.all() if file.role == "snapshot"]
