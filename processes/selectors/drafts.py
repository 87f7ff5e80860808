"""Processes being set up, and which template fits what somebody wants to write."""

import datetime
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from interlinkers.models import ProcessTemplate, TemplateNode
from interlinkers.selectors import templates_list
from processes.models import ProcessDraft, WorkDays
from processes.selectors.fetching import fetch
from processes.services.templates import Days, laid_out, tops_of
from processes.work_kinds import WorkItem
from processes.working_days import calendar_of

# What each kind of result is called in templates, in the languages that they come in. Beginnings of words.
KINDS = {
    "policy": ("policy", "strateg", "ministr", "politik", "стратег", "політи"),
    "law": ("law", "regulation", "likum", "noteikum", "закон", "постанов"),
    "plan": ("action plan", "plan", "rīcības", "plān", "план"),
    "rules": ("rule", "budget", "nolikum", "budžet", "правил", "бюджет"),
    "service": ("service", "pakalpojum", "послуг"),
    "other": (),
}
LONG_WORD = 5


@dataclass(frozen=True)
class Proposal:
    """A template with how well it fits and the words by which it does."""

    template: ProcessTemplate
    score: int
    words: list[str]

    @property
    def reason(self) -> str:
        """Why it is proposed, as a sentence; empty when nothing speaks for it."""
        if not self.words:
            return ""
        return _("It is about: %(words)s.") % {"words": ", ".join(self.words)}


def proposals(kind: str, words: str, *, user) -> list[Proposal]:
    """Return the templates that a person may start from, what fits best first.

    Counts, in a template's names, summaries and tags in all languages: words that say the kind of result (3 each), and
    longer words of the title and the sentence (1 each, by their beginnings). Queries: 2.
    """
    asked = {word[:7] for word in re.findall(r"\w+", words.casefold()) if len(word) >= LONG_WORD}
    found = []
    for template in templates_list(user=user):
        said = " ".join(
            f"{row.name} {row.summary} {' '.join(map(str, row.tags))}"
            for row in template.translations.all()
        ).casefold()
        kinds = [word for word in KINDS.get(kind, ()) if word in said]
        shared = sorted(word for word in asked if word in said)
        here = (template.text("name") + " " + template.text("summary")).casefold()
        shown = [_whole(word, here) for word in [*kinds, *shared]]
        words_shown = list(dict.fromkeys(word for word in shown if word))[:4]
        found.append(Proposal(template, 3 * len(kinds) + len(shared), words_shown))
    return sorted(found, key=lambda each: -each.score)


def _whole(beginning: str, text: str) -> str:
    """Return the whole word of a text that begins so, or nothing."""
    match = re.search(rf"\b{re.escape(beginning)}[\w-]*", text)
    return match[0] if match else ""


@dataclass(frozen=True)
class PhaseDays:
    """A phase of a template with the days it would take."""

    ident: uuid.UUID
    name: str
    first: datetime.date
    last: datetime.date


def phase_periods(
    template: ProcessTemplate,
    starts_on: datetime.date,
    ends_on: datetime.date,
    phase_days: Mapping[uuid.UUID, Days] | None = None,
    work_days: str = WorkDays.ALL,
) -> list[PhaseDays]:
    """Return the phases of a template with the days they would take between two days, or as chosen. Queries: 2."""
    sources = list(
        TemplateNode.objects.filter(template=template)
        .prefetch_related("translations")
        .order_by("order", "pk")
    )
    names = {source.pk: source.text("name") for source in sources}
    tops = tops_of(sources)
    found: dict = {}
    calendar = calendar_of(work_days)
    days = laid_out(sources, starts_on, ends_on, phase_days, calendar)
    for ident, (first, last) in days.items():
        begun = found.get(tops[ident], (first, last))
        found[tops[ident]] = (min(begun[0], first), max(begun[1], last))
    return [PhaseDays(pk, names[pk], first, last) for pk, (first, last) in found.items()]


def draft_get(user, draft_id: uuid.UUID | str) -> ProcessDraft:
    """Return a draft of the person's own. Raises: NotFound."""
    rows = (
        ProcessDraft.objects.filter(owner=user)
        if user.is_authenticated
        else ProcessDraft.objects.none()
    )
    return fetch(rows, draft_id)


def drafts_of(user) -> list[ProcessDraft]:
    """Return what a person is setting up, the latest first."""
    return list(user.process_drafts.all()) if user.is_authenticated else []


def drafts_due(user) -> list[WorkItem]:
    """Return what a person began to set up, for their list of work (registered in work_kinds)."""
    return [
        WorkItem(
            kind="draft",
            title=_("Go on setting up “%(title)s”") % {"title": str(draft) or _("a process")},
            url=f"/processes/start/{draft.pk}/",
            object_id=draft.pk,
        )
        for draft in drafts_of(user)
    ]
