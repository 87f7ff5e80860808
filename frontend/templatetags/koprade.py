"""Small tags that all templates share: icons, faces, fields, dates as people say them."""

import datetime

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.markdown import plain_text, render_markdown
from cocreation.kernel.quoting import quoted
from community.notification_kinds import title as notification_title
from frontend.presenters.activity import activity_facts, activity_sentence, via_label

register = template.Library()
register.filter("quoted", quoted)

SOON_DAYS = 7


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Return an icon of the sprite; decoration unless `label` says what it means."""
    href = f"{static('build/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"/></svg>',
            css,
            label,
            href,
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}"/></svg>', css, href)


@register.simple_tag
def face(user, css: str = "") -> SafeString:
    """Return the small round face with initials. The name always stands beside it, so it is decoration."""
    colour, initials = (user.colour, user.initials) if user else ("#455a64", "–")
    return format_html(
        '<svg class="face {}" viewBox="0 0 32 32" aria-hidden="true" focusable="false">'
        '<circle cx="16" cy="16" r="16" fill="{}"/>'
        '<text x="16" y="21" text-anchor="middle" font-size="13" fill="#ffffff">{}</text></svg>',
        css,
        colour,
        initials,
    )


@register.simple_tag
def drawn(ident) -> SafeString:
    """Return what a card shows that has no picture: a few quiet hills, the same ones each time. Decoration."""
    seed = int(str(ident).replace("-", "")[:8], 16)
    heights = [20 + (seed >> shift) % 50 for shift in range(0, 24, 3)]
    hills = [
        f"M0 {a}C60 {b} 90 {c} 150 {d}S250 {a} 300 {b}V100H0Z"
        for a, b, c, d in (heights[:4], [height + 22 for height in heights[4:]])
    ]
    return format_html(
        '<svg class="card-picture card-picture-drawn" viewBox="0 0 300 100" preserveAspectRatio="none"'
        ' aria-hidden="true" focusable="false"><path d="{}"/><path d="{}"/></svg>',
        *hills,
    )


@register.simple_tag
def person_name(user) -> str:
    """Return what others see of a person who may be gone."""
    return user.display_name if user else _("Former member")


@register.filter
def markdown(text: str, offset: int = 2) -> SafeString:
    """Render people's Markdown; its headings go below the page's own."""
    return render_markdown(text or "", heading_offset=int(offset))


@register.filter
def plain(text: str) -> str:
    """Return the words of a Markdown text alone."""
    return plain_text(text or "")


@register.filter
def get(mapping, key):
    """Return `mapping[key]`, or nothing."""
    return mapping.get(key) if mapping else None


@register.filter
def notification(row) -> str:
    """Return what a notification says, in the reader's language."""
    return notification_title(row.kind, row.data)


@register.filter
def activity(row) -> str:
    """Return what happened, in the reader's language."""
    return activity_sentence(row)


@register.simple_tag
def facts_of(row, is_whole) -> str:
    """Return what else is known of a line of the log: from which day to which, who, why."""
    return activity_facts(row, is_whole=bool(is_whole))


@register.filter
def via(door: str) -> str:
    """Return which door a change came in by, in words."""
    return via_label(door)


@register.simple_tag
def may(access, ability: str, node=None) -> bool:
    """Tell whether this person may, from the access that the view loaded. No queries."""
    return bool(access.decide(ability, node))


@register.simple_tag
def level_of(view, group: str) -> str:
    """Return how much a group of people may do in a phase (a PhaseView)."""
    return view.levels.get(group, "")


@register.simple_tag
def why_not(access, ability: str, node=None) -> str:
    """Return the reason of a refusal, nothing when it is allowed."""
    return getattr(access.decide(ability, node), "reason", "")


@register.simple_tag
def why_link(process_id, node=None, document=None) -> SafeString:
    """Return the link that stands beside a refusal, to the page that says what decides it."""
    query = {}
    if document is not None:
        query = {"document": document.pk}
    elif node is not None:
        query = {"place": node.pk}
    address = reverse("processes:why", args=[process_id])
    if query:
        address += "?" + urlencode(query)
    return format_html('<a class="why-link" href="{}">{}</a>', address, _("Why?"))


STATUS_ICONS = {"awaiting": "circle", "in_progress": "circle-half", "finished": "check-circle-fill"}
OPENNESS_ICONS = {
    "private": "lock",
    "public": "eye",
    "open_to_comment": "chat-left-text",
    "open_to_join": "door-open",
}


@register.filter
def status_icon(status: str) -> str:
    """Return the name of the icon of a status; the word always stands beside it."""
    return STATUS_ICONS.get(status, "circle")


@register.filter
def openness_icon(visibility: str) -> str:
    """Return the name of the icon of a process's openness."""
    return OPENNESS_ICONS.get(visibility, "eye")


# --- dates ---------------------------------------------------------------------------------------


def _weekday_first(value: datetime.date, pattern: str) -> str:
    """Format what begins with a weekday: only English writes those with a capital, whatever Django's catalogue says."""
    words = formats.date_format(value, pattern)
    return words if (get_language() or "en").startswith("en") else words[:1].lower() + words[1:]


def _day(value: datetime.date) -> str:
    """Return "Friday 12 March", with the year when it is another one."""
    if value.year == clock.today().year:
        # Translators: order of weekday, day and month, in the letters of Django's date format.
        return _weekday_first(value, pgettext("date format", "l j F"))
    return formats.date_format(value, pgettext("date format", "j F Y"))


def _short_day(value: datetime.date, *, year: bool = False) -> str:
    """Return "12 Mar", with the year when asked for or when it is another one."""
    if year or value.year != clock.today().year:
        return formats.date_format(value, pgettext("date format", "j M Y"))
    return formats.date_format(value, pgettext("date format", "j M"))


@register.filter
def short_day(value: datetime.date | datetime.datetime | None, year: str = "") -> str:
    """Return a day for narrow places: "12 Mar"; with the argument "year" always "12 Mar 2027"."""
    return _short_day(_as_date(value), year=year == "year") if value else ""


def _distance(days: int) -> str:
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    if days > 0:
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": -days}


def _as_date(value: datetime.date | datetime.datetime) -> datetime.date:
    return timezone.localtime(value).date() if isinstance(value, datetime.datetime) else value


@register.simple_tag
def day(value: datetime.date | datetime.datetime | None) -> SafeString | str:
    """Return a day in words: "Friday 12 March"."""
    if not value:
        return ""
    value = _as_date(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), _day(value))


@register.simple_tag
def due(value: datetime.date | None, status: str = "") -> SafeString | str:
    """Return when something is due, as people say it; late and soon says so in words, unless it is finished."""
    if not value:
        return ""
    days = (value - clock.today()).days
    stamp = format_html('<time datetime="{}">{}</time>', value.isoformat(), _day(value))
    if status == "finished":
        return stamp
    if days < 0:
        return format_html(
            '<span class="needs">{}</span>', _("late since %(day)s") % {"day": _day(value)}
        )
    css = "needs" if days <= 1 else ""
    return format_html('<span class="{}">{}, {}</span>', css, stamp, _distance(days))


@register.simple_tag
def due_short(value: datetime.date | None, status: str = "") -> SafeString | str:
    """Return when something is due in one or two words, for lines of a list."""
    if not value:
        return ""
    days = (value - clock.today()).days
    is_done = status == "finished"
    if not is_done and days < 0:
        return format_html('<span class="needs">{}</span>', _("late"))
    if not is_done and days <= 1:
        words = _distance(days)
    elif not is_done and days < SOON_DAYS:
        words = _weekday_first(value, "l")
    else:
        words = _short_day(value)
    css = "needs" if days <= 1 and not is_done else ""
    stamp = value.isoformat()
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>', css, stamp, _day(value), words
    )


@register.simple_tag
def ago(value: datetime.datetime | None) -> SafeString | str:
    """Return how long ago something happened; the exact moment stands in the title."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        formats.date_format(local, "DATETIME_FORMAT"),
        _ago_words(value),
    )


def _ago_words(value: datetime.datetime) -> str:
    seconds = (clock.now() - value).total_seconds()
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {
            "count": minutes
        }
    days = (clock.today() - timezone.localtime(value).date()).days
    if days == 0:
        hours = int(seconds // 3600) or 1
        return ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}
    if days <= SOON_DAYS:
        return _distance(-days)
    return _day(timezone.localtime(value).date())


# --- forms ---------------------------------------------------------------------------------------


@register.inclusion_tag("components/_field.html")
def field(
    bound: BoundField, keep: str = "", help_text: str = "", ident: str = "", *, bare: bool = False
) -> dict:
    """Show one field with label, help and errors.

    `keep` names typed words that survive a reload; `ident` is an id of one's own where two forms of a page have a
    field of the same name; `bare` leaves the help away.
    """
    widget = bound.field.widget
    is_radio = isinstance(widget, RadioSelect)
    ident = ident or bound.id_for_label
    help_text = "" if bare else help_text or bound.help_text
    return {
        "field": bound,
        "ident": ident,
        "help_text": help_text,
        "is_check": isinstance(widget, CheckboxInput),
        "is_radio": is_radio,
        "control": "" if is_radio else _control(bound, ident, keep, bool(help_text)),
    }


def _control(bound: BoundField, ident: str, keep: str, has_help: bool) -> SafeString:
    widget = bound.field.widget
    css = "form-control"
    if isinstance(widget, CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, Select):
        css = "form-select"
    attrs = {"class": css, "id": ident}
    described = [f"{ident}-help"] if has_help else []
    if bound.errors:
        attrs["aria-invalid"] = "true"
        described.append(f"{ident}-error")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if keep:
        attrs["data-keep"] = keep
    return bound.as_widget(attrs=attrs)


@register.simple_tag
def seen(form) -> SafeString:
    """Write into a `SeenForm` what the person sees now, so that only what they change is saved."""
    hidden = (
        (bound.as_hidden(only_initial=True),)
        for bound in form
        if bound.field.show_hidden_initial and not bound.is_hidden
    )
    return format_html_join("", "{}", hidden)


@register.simple_tag
def problems(form) -> SafeString | str:
    """Return the errors that belong to no single field, as a notice above the form."""
    errors = form.non_field_errors() if form is not None and form.is_bound else []
    if not errors:
        return ""
    lines = format_html_join("", "<p>{}</p>", ((error,) for error in errors))
    return format_html(
        '<div class="notice notice-wrong" role="alert">{}<div>{}</div></div>',
        icon("exclamation-octagon"),
        lines,
    )
