"""A guided start in five screens: what, how, when, whom, look over. Left at any time, resumed later."""

import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cocreation.kernel import clock
from cocreation.kernel.errors import DomainError
from community.selectors import organisations_of
from frontend.forms.start import GOVERNANCE, HowForm, WhatForm, WhenForm, WhomForm
from interlinkers.selectors import template_get, templates_list
from processes.models import Governance, ProcessDraft, Role, Visibility, WorkDays
from processes.selectors.drafts import draft_get, phase_periods, proposals
from processes.services.drafts import draft_begin, draft_discard, draft_save

LAST = 5
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
    return _look_over(request, draft) if number == LAST else _step(request, draft, number)


def _template_is_gone(request: HttpRequest, draft: ProcessDraft) -> bool:
    chosen = draft.answers.get("template")
    offered = {str(row.pk) for row in templates_list(user=request.user)} if chosen else set()
    return bool(chosen) and chosen not in offered


@login_required
@require_POST
def discard(request: HttpRequest, draft_id) -> HttpResponse:
    draft_discard(actor=request.user, draft=draft_get(request.user, draft_id))
    messages.success(request, _("Discarded. Nothing was sent to anybody."))
    return redirect("processes:list")


def _step(request: HttpRequest, draft: ProcessDraft | None, number: int) -> HttpResponse:
    answers = draft.answers if draft else {}
    form, extra = STEPS[number](request, answers)
    if request.method == "POST" and form.is_valid():
        said = {name: _plain(value) for name, value in form.cleaned_data.items()}
        further = max(number + 1, draft.step if draft else 0)
        try:
            draft = draft_save(actor=request.user, draft=draft, step=further, answers=said)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            goes_to = LAST if "over" in request.POST and further >= LAST else number + 1
            return redirect("processes:start-step", draft.pk, goes_to)
    context = {"form": form, "draft": draft, "number": number, "last": LAST, **extra}
    status = 422 if form.is_bound else 200
    return render(request, "processes/start.html", context, status=status)


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


def _whom(request: HttpRequest, answers: dict) -> tuple[forms.Form, dict]:
    _words, _open, role = GOVERNANCE[Governance(answers.get("governance") or Governance.ADVISED)]
    initial = {"role": role, **answers}
    return WhomForm(_data(request), initial=initial), {"heading": _("Whom do you invite?")}


STEPS = {1: _what, 2: _how, 3: _when, 4: _whom}


def _look_over(request: HttpRequest, draft: ProcessDraft) -> HttpResponse:
    """Everything once more; the button makes it all, or nothing."""
    facts = _facts(request, draft)
    error = None
    if request.method == "POST":
        try:
            process = draft_begin(
                actor=request.user,
                draft=draft,
                template=facts["template"],
                organisation=facts["organisation"],
                starts_on=facts["starts_on"],
                ends_on=facts["ends_on"],
                emails=facts["emails"],
            )
        except DomainError as refusal:
            error = refusal
        else:
            messages.success(request, _("The process is there. Look through the plan."))
            return redirect("processes:detail", process.pk)
    context = {"draft": draft, "number": LAST, "last": LAST, "error": error, **facts}
    status = error.status if error else 200
    return render(request, "processes/start_over.html", context, status=status)


def _facts(request: HttpRequest, draft: ProcessDraft) -> dict:
    answers = draft.answers
    first, last = (datetime.date.fromisoformat(answers[name]) for name in ("starts_on", "ends_on"))
    template = (
        template_get(answers["template"], user=request.user) if answers.get("template") else None
    )
    work_days = answers.get("work_days") or WorkDays.ALL
    mine = {str(row.organisation_id): row.organisation for row in organisations_of(request.user)}
    return {
        "answers": answers,
        "starts_on": first,
        "ends_on": last,
        "work_days": WorkDays(work_days).label,
        "template": template,
        "phases": phase_periods(template, first, last, work_days) if template else [],
        "organisation": mine.get(answers.get("organisation", "")),
        "governance": Governance(answers["governance"]).label,
        "openness": Visibility(answers["visibility"]).label,
        "role": Role(answers["role"]).label if answers.get("role") else "",
        "emails": answers.get("emails", "").split(),
    }
