"""What changed since the person was here, as sentences in their language."""

from dataclasses import dataclass

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from documents.models import Outcome
from processes.models import Process
from processes.selectors.news import Change, news_of

SHOWN = 6

# %(label)s is the thing it happened to.
SAID = {
    "task.finished": gettext_lazy("“%(label)s” was finished"),
    "task.started": gettext_lazy("Work on “%(label)s” began"),
    "task.reopened": gettext_lazy("“%(label)s” was taken up again"),
    "task.assigned": gettext_lazy("“%(label)s” was given to somebody"),
    "task.unassigned": gettext_lazy("“%(label)s” was taken away from somebody"),
    "node.created": gettext_lazy("“%(label)s” was added to the plan"),
    "node.updated": gettext_lazy("“%(label)s” was changed"),
    "node.moved": gettext_lazy("“%(label)s” was moved in the plan"),
    "node.rescheduled": gettext_lazy("“%(label)s” was moved to other days"),
    "node.disabled": gettext_lazy("“%(label)s” was switched off"),
    "node.restored": gettext_lazy("“%(label)s” was brought back"),
    "phase.opened": gettext_lazy("“%(label)s” was opened"),
    "phase.reopened": gettext_lazy("“%(label)s” was opened again"),
    "phase.closed": gettext_lazy("“%(label)s” was closed"),
    "phase.extended": gettext_lazy("“%(label)s” was given more time"),
    "phase.rules_set": gettext_lazy("What may be done in “%(label)s” was changed"),
    "process.updated": gettext_lazy("The description of the process was changed"),
    "process.finished": gettext_lazy("The process was finished"),
    "process.reopened": gettext_lazy("The process was reopened"),
    "document.created": gettext_lazy("The text “%(label)s” was started"),
    "document.edited": gettext_lazy("“%(label)s” was worked on"),
    "document.renamed": gettext_lazy("A text is now called “%(label)s”"),
    "document.removed": gettext_lazy("The text “%(label)s” was removed"),
    "document.restored": gettext_lazy("The text “%(label)s” was brought back"),
    "checklist.point_added": gettext_lazy("A checklist has the new point “%(label)s”"),
    "checklist.point_changed": gettext_lazy("The point “%(label)s” of a checklist was changed"),
    "checklist.point_removed": gettext_lazy("The point “%(label)s” was taken out of a checklist"),
    "checklist.ticked": gettext_lazy("Ticked off: “%(label)s”"),
    "asset.created": gettext_lazy("“%(label)s” was added to a task"),
    "asset.removed": gettext_lazy("“%(label)s” was removed from a task"),
    "thread.resolved": gettext_lazy("The comment %(label)s was settled"),
    "thread.reopened": gettext_lazy("The comment %(label)s was reopened"),
    "team.created": gettext_lazy("The team “%(label)s” was made"),
    "team.member_added": gettext_lazy("The team “%(label)s” has a new member"),
    "story.published": gettext_lazy("The story “%(label)s” was published"),
}
COMMENTS = ngettext_lazy(
    "%(count)d new comment on “%(label)s”", "%(count)d new comments on “%(label)s”", "count"
)


@dataclass(frozen=True)
class News:
    """What is shown of one process: at most six lines, and how many more there are."""

    lines: list[str]
    more: int


def news_shown(user, processes: list[Process]) -> dict:
    """Return the `News` of each process in which something happened, by its id."""
    return {pk: _news(changes) for pk, changes in news_of(user, processes).items() if changes}


def news_sentence(change: Change) -> str:
    """Return one change as a sentence; what nobody wrote a sentence for is said generally."""
    values = {"label": change.label, "count": change.count}
    if change.what == "comments":
        return str(COMMENTS % values)
    if change.what == "thread.answered":
        outcome = change.details.get("outcome", "")
        known = Outcome(outcome).label if outcome in Outcome.values else _("answered")
        return _("The comment %(label)s was answered: %(outcome)s") % {**values, "outcome": known}
    if day := _new_end(change):
        return _("“%(label)s” is now due on %(day)s") % {**values, "day": day}
    kind, _dot, verb = change.what.partition(".")
    is_node = kind in ("phase", "objective", "task")
    sentence = SAID.get(change.what) or (SAID.get(f"node.{verb}") if is_node else None)
    if sentence is None:
        sentence = gettext_lazy("“%(label)s” was changed")
    return str(sentence) % values


def _new_end(change: Change) -> str:
    """Return the day something now ends on, in words, where that is what changed."""
    if change.what == "phase.extended":
        told = change.details.get("to")
    elif change.what.endswith((".rescheduled", ".updated")):
        ends_on = change.details.get("ends_on")
        told = ends_on.get("to") if isinstance(ends_on, dict) else None
    else:
        return ""
    try:
        day = parse_date(str(told or ""))
    except ValueError:
        return ""
    return date_format(day, "DATE_FORMAT") if day else ""


def _news(changes: list[Change]) -> News:
    return News([news_sentence(one) for one in changes[:SHOWN]], max(0, len(changes) - SHOWN))
