"""A guided start in five screens: what, how, when, whom, look over. Left at any time, resumed later."""

import datetime
import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cocreation.kernel import clock
from cocreation.kernel.errors import DomainError
from community.selectors import organisations_of
from frontend.forms.start import (
    GOVERNANCE,
    GROUPS_MAX,
    HowForm,
    PhaseDaysForm,
    WhatForm,
    WhenForm,
    WhomForms,
    typed,
)
from interlinkers.selectors import template_get, templates_list
from processes.models import Governance, Process, ProcessDraft, Role, Visibility, WorkDays
from processes.selectors.drafts import draft_get, phase_periods, proposals
from processes.services.drafts import Group, draft_begin, draft_discard, draft_save

LAST = 5
# Where the plan and its days are chosen: days of phases that were typed for another plan mean nothing.
DAYS_STEP = 3
DAYS = 180
WORK_DAYS = {"lv": WorkDays.LV, "uk": WorkDays.UA}


@login_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """The first screen; nothing is kept before it was filled in."""
    return _step(request, None, 1)


@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, draft_id, number: int = 0) -> HttpResponse:
    """One screen of a draft, or (without a number) the one where it was left."""
    draft = draft_get(request.user, draft_id)
    if _template_is_gone(request, draft):
        messages.warning(request, _("The plan you chose is not offered any more. Choose another."))
        draft = draft_save(actor=request.user, draft=draft, step=3, answers={"template": ""})
        return redirect("processes:start-step", draft.pk, 3)
    if not number:
        return redirect("processes:start-step", draft.pk, draft.step)
    if number > min(draft.step, LAST) or number < 1:
        raise Http404
    if number < LAST:
        return _step(request, draft, number)
    if left := [int(key) for key in _unfinished(draft.answers) if key != str(LAST)]:
        messages.info(request, _("Something here is not finished yet."))
        return redirect("processes:start-step", draft.pk, min(left))
    return _look_over(request, draft)


def _template_is_gone(request: HttpRequest, draft: ProcessDraft) -> bool:
    chosen = draft.answers.get("template")
    offered = {str(row.pk) for row in templates_list(user=request.user)} if chosen else set()
    return bool(chosen) and chosen not in offered


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, draft_id) -> HttpResponse:
    """Ask first, also without scripts."""
    draft = draft_get(request.user, draft_id)
    if request.method == "GET":
        return render(request, "processes/start_discard.html", {"draft": draft})
    draft_discard(actor=request.user, draft=draft)
    messages.success(request, _("Discarded. Nothing was sent to anybody."))
    return redirect("processes:list")


def _step(request: HttpRequest, draft: ProcessDraft | None, number: int) -> HttpResponse:
    answers = draft.answers if draft else {}
    unfinished = _unfinished(answers)
    form, extra = STEPS[number](request, answers | unfinished.get(str(number), {}))
    if request.method == "POST":
        is_valid = form.is_valid()
        if is_valid and "more" not in request.POST:
            try:
                return _go_on(request, draft, number, form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
        elif draft and (goes_to := _aside(request, draft, number)):
            words = form.typed() if hasattr(form, "typed") else typed(form)
            if "more" in request.POST:
                words["groups"] = [*words["groups"], {}][:GROUPS_MAX]
            _keep(request, draft, unfinished | {str(number): words})
            return redirect(goes_to)
    context = {"form": form, "draft": draft, "number": number, "last": LAST, **extra}
    status = 422 if form.is_bound else 200
    return render(request, "processes/start.html", context, status=status)


def _go_on(
    request: HttpRequest, draft: ProcessDraft | None, number: int, said: dict
) -> HttpResponse:
    """Keep the answers of a screen, and go where the button says."""
    further = max(number + 1, draft.step if draft else 0)
    unfinished = _unfinished(draft.answers) if draft else {}
    unfinished.pop(str(number), None)
    if number == DAYS_STEP:
        unfinished.pop(str(LAST), None)
    said = {name: _plain(value) for name, value in said.items()} | {"unfinished": unfinished}
    draft = draft_save(actor=request.user, draft=draft, step=further, answers=said)
    if goes_to := _aside(request, draft, number):
        return redirect(goes_to)
    over = "over" in request.POST and further >= LAST
    return redirect("processes:start-step", draft.pk, LAST if over else number + 1)


def _aside(request: HttpRequest, draft: ProcessDraft, number: int) -> str:
    """Return where a button leads that does not go on, empty for one that does: what was typed is kept, also wrong."""
    if "discard" in request.POST:
        return reverse("processes:start-discard", args=[draft.pk])
    if ("more" in request.POST and number == LAST - 1) or (
        "days" in request.POST and number == LAST
    ):
        return reverse("processes:start-step", args=[draft.pk, number])
    if "back" in request.POST and number > 1:
        return reverse("processes:start-step", args=[draft.pk, number - 1])
    return ""


def _unfinished(answers: dict) -> dict[str, dict]:
    """Return what was typed on screens that were left before it was right, by their numbers."""
    return dict(answers.get("unfinished") or {})


def _keep(request: HttpRequest, draft: ProcessDraft, unfinished: dict) -> None:
    draft_save(actor=request.user, draft=draft, step=draft.step, answers={"unfinished": unfinished})


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _data(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def _what(request: HttpRequest, answers: dict) -> tuple[forms.Form, dict]:
    initial = {"language": get_language(), **answers}
    return WhatForm(_data(request), initial=initial), {"heading": _("What do you want to write?")}


def _how(request: HttpRequest, answers: dict) -> tuple[forms.Form, dict]:
    governance = answers.get("governance", Governance.ADVISED)
    initial = {"governance": governance, **answers}
    form = HowForm(_data(request), organisations=organisations_of(request.user), initial=initial)
    ways = [(value, value.label, words) for value, (words, _open, _role) in GOVERNANCE.items()]
    return form, {"heading": _("With whom, and who decides?"), "ways": ways}


def _when(request: HttpRequest, answers: dict) -> tuple[forms.Form, dict]:
    words = f"{answers.get('title', '')} {answers.get('summary', '')}"
    found = proposals(answers.get("kind", ""), words, user=request.user)
    best = found[0] if found and found[0].score else None
    today = clock.today()
    initial = {
        "template": str(best.template.pk) if best else "",
        "starts_on": today,
        "ends_on": today + datetime.timedelta(days=DAYS),
        # Who plans with others thinks in working weeks, and a task that begins on a Sunday is a nuisance.
        "work_days": WORK_DAYS.get(answers.get("language", ""), WorkDays.WEEKDAYS),
        **answers,
    }
    choices = [(str(each.template.pk), str(each.template)) for each in found]
    form = WhenForm(_data(request), templates=choices, initial=initial)
    cards = [(str(each.template.pk), each) for each in found]
    return form, {"heading": _("Until when, and by which plan?"), "cards": cards, "best": best}


def _whom(request: HttpRequest, answers: dict) -> tuple[WhomForms, dict]:
    _words, _open, role = GOVERNANCE[Governance(answers.get("governance") or Governance.ADVISED)]
    form = WhomForms(_data(request), groups=_groups_said(answers), role=role)
    can_grow = len(form.forms) < GROUPS_MAX
    return form, {"heading": _("Whom do you invite?"), "groups": form.forms, "can_grow": can_grow}


def _groups_said(answers: dict) -> list[dict]:
    """Return the groups of a draft; one from before there were several has its words at the top."""
    if "groups" in answers or not (answers.get("emails") or answers.get("team")):
        return answers.get("groups") or []
    return [{name: answers.get(name, "") for name in ("emails", "role", "team", "team_kind")}]


STEPS = {1: _what, 2: _how, 3: _when, 4: _whom}


def _look_over(request: HttpRequest, draft: ProcessDraft) -> HttpResponse:
    """Everything once more; the button makes it all, or nothing."""
    facts = _facts(request, draft)
    form, error = facts["form"], None
    if request.method == "POST":
        goes_to = _aside(request, draft, LAST)
        is_valid = form.is_valid()
        if is_valid:
            facts["phase_days"] = form.changed(facts["proposed"])
            draft = _days_keep(request, draft, facts["phase_days"])
        elif goes_to and "days" not in request.POST:
            _keep(request, draft, _unfinished(draft.answers) | {str(LAST): typed(form)})
        if goes_to and (is_valid or "days" not in request.POST):
            return redirect(goes_to)
        if is_valid:
            try:
                process = _begin(request, draft, facts)
            except DomainError as refusal:
                error = refusal
            else:
                messages.success(request, _("The process is there. Look through the plan."))
                return redirect("processes:detail", process.pk)
    context = {"draft": draft, "number": LAST, "last": LAST, "error": error, **facts}
    status = error.status if error else 422 if form.errors else 200
    return render(request, "processes/start_over.html", context, status=status)


def _begin(request: HttpRequest, draft: ProcessDraft, facts: dict) -> Process:
    return draft_begin(
        actor=request.user,
        draft=draft,
        template=facts["template"],
        organisation=facts["organisation"],
        starts_on=facts["starts_on"],
        ends_on=facts["ends_on"],
        groups=[
            Group(
                group["emails"].split(), group["role"], group["team"], group.get("team_kind") or ""
            )
            for group in _groups_said(draft.answers)
        ],
        phase_days=_days_of(facts["phase_days"]),
    )


def _frame(answers: dict) -> list[str]:
    """Return what the days of phases were chosen for: with another plan or other days they are proposed anew."""
    return [answers.get("template", ""), answers["starts_on"], answers["ends_on"]]


def _days_keep(request: HttpRequest, draft: ProcessDraft, days: dict) -> ProcessDraft:
    unfinished = _unfinished(draft.answers)
    unfinished.pop(str(LAST), None)
    chosen = {"for": _frame(draft.answers), "days": days}
    said = {"phase_days": chosen, "unfinished": unfinished}
    return draft_save(actor=request.user, draft=draft, step=draft.step, answers=said)


def _days_of(chosen: dict) -> dict:
    day = datetime.date.fromisoformat
    return {uuid.UUID(pk): (day(first), day(last)) for pk, (first, last) in chosen.items()}


def _facts(request: HttpRequest, draft: ProcessDraft) -> dict:
    answers = draft.answers
    first, last = (datetime.date.fromisoformat(answers[name]) for name in ("starts_on", "ends_on"))
    template = (
        template_get(answers["template"], user=request.user) if answers.get("template") else None
    )
    work_days = answers.get("work_days") or WorkDays.ALL
    mine = {str(row.organisation_id): row.organisation for row in organisations_of(request.user)}
    chosen = answers.get("phase_days") or {}
    days = chosen["days"] if chosen.get("for") == _frame(answers) else {}
    frame = {"starts_on": first, "ends_on": last, "work_days": work_days}
    proposed = phase_periods(template, **frame) if template else []
    phases = phase_periods(template, **frame, phase_days=_days_of(days)) if days else proposed
    typed_days = _unfinished(answers).get(str(LAST), {})
    groups = [
        {
            "emails": group["emails"].split(),
            "role": Role(group["role"]).label if group.get("role") else "",
            "team": group["team"],
        }
        for group in _groups_said(answers)
    ]
    return {
        "answers": answers,
        "starts_on": first,
        "ends_on": last,
        "work_days": WorkDays(work_days).label,
        "template": template,
        "proposed": proposed,
        "phase_days": days,
        "form": PhaseDaysForm(_data(request), phases=phases, initial=typed_days),
        "organisation": mine.get(answers.get("organisation", "")),
        "governance": Governance(answers["governance"]).label,
        "openness": Visibility(answers["visibility"]).label,
        "groups": groups,
        "people": sum(len(group["emails"]) for group in groups),
    }
