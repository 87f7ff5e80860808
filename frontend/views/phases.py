"""What may be done in the phases of a process: the table of rights in words, rules, opening, closing, extending."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend.forms.phases import PhaseExtendForm, PhaseOpenForm, PhaseRulesForm
from frontend.presenters.process_page import process_context
from frontend.views.support import attempt, refused
from processes.models import Node, NodeKind
from processes.phase_presets import LABELS, PRESET_WORDS, PRESETS, proposed_preset
from processes.selectors.assets import asset_get_for, assets_of_phase
from processes.selectors.phase_closing import closing_effects
from processes.selectors.phases import (
    GROUPS,
    phase_rule,
    phase_texts,
    phase_views,
    phases_before_texts,
    rights_table,
    tasks_of_phase,
)
from processes.selectors.processes import process_get_for
from processes.selectors.tasks import node_get_for, task_get_for
from processes.services import phases as phase_services


def _phase(request: HttpRequest, phase_id: uuid.UUID) -> Node:
    return node_get_for(request.user, phase_id, need="phase_rule", kind=NodeKind.PHASE)


def _context(request: HttpRequest, phase: Node, form) -> dict:
    return process_context(request.user, phase.process) | {"phase": phase, "form": form}


@require_safe
def rights(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Who may do what in which phase."""
    process = process_get_for(request.user, process_id, need="process_read")
    views = phase_views(process, request.user)
    context = process_context(request.user, process)
    proposals = [(view.title, LABELS[view.proposed]) for view in views if view.proposed]
    context |= {"views": views, "rows": rights_table(views), "proposals": proposals}
    return render(request, "processes/process_rights.html", context)


@login_required
@require_POST
def rules_proposed(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Let the rules hold that the template proposes for phases that have none."""
    process = process_get_for(request.user, process_id, need="phase_rule")
    count = phase_services.phase_rules_propose(actor=request.user, process=process)
    words = ngettext(
        "The proposed rules hold in %(count)d phase.",
        "The proposed rules hold in %(count)d phases.",
        count,
    )
    messages.success(request, words % {"count": count})
    return redirect("processes:rights", process_id)


@login_required
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, process_id: uuid.UUID, phase_id: uuid.UUID) -> HttpResponse:
    """Say how much each may do in a phase; `?preset=`, or what its template proposes, fills the form in."""
    phase = _phase(request, phase_id)
    rule = phase_rule(phase)
    initial = PRESETS.get(request.GET.get("preset", ""))
    if initial is None:
        proposed = PRESETS[proposed_preset(phase) or "drafting"]
        initial = {name: getattr(rule, name) for name in GROUPS} if rule else proposed
    chosen = [str(asset.pk) for asset in rule.only.all()] if rule else []
    form = PhaseRulesForm(
        request.POST if request.method == "POST" else None,
        texts=phase_texts(phase),
        initial={**initial, "only": chosen},
    )
    if request.method == "POST":
        if attempt(form, _rules_set, user=request.user, phase=phase).is_done:
            messages.success(request, _("The rules of “%(phase)s” hold now.") % {"phase": phase})
            return redirect("processes:rights", process_id)
        return refused(request, "processes/phase_rules.html", _context(request, phase, form))
    context = _context(request, phase, form) | {"presets": PRESET_WORDS}
    return render(request, "processes/phase_rules.html", context)


def _rules_set(*, user, phase: Node, only: list[str] | None = None, **levels: str):
    assets = assets_of_phase(phase, only) if only else []
    return phase_services.phase_rules_set(actor=user, phase=phase, only=assets, **levels)


@login_required
@require_http_methods(["GET", "POST"])
def phase_open(request: HttpRequest, process_id: uuid.UUID, phase_id: uuid.UUID) -> HttpResponse:
    """Open a phase, and say which texts go on in it."""
    phase = _phase(request, phase_id)
    form = PhaseOpenForm(
        request.POST if request.method == "POST" else None,
        texts=phases_before_texts(phase),
        tasks=tasks_of_phase(phase),
        initial={"ends_on": phase.ends_on},
    )
    if request.method == "POST" and attempt(form, _open, user=request.user, phase=phase).is_done:
        messages.success(request, _("“%(phase)s” is open.") % {"phase": phase.title})
        return redirect("processes:detail", process_id)
    context = _context(request, phase, form) | {"rule": phase_rule(phase)}
    status = 422 if form.is_bound else 200
    return render(request, "processes/phase_open.html", context, status=status)


def _open(*, user, phase: Node, ends_on, texts: list[str] = (), task: str = "") -> None:
    target = task_get_for(user, task, need="node_edit") if texts and task else None
    assets = [asset_get_for(user, ident, need="asset_edit") for ident in texts] if target else []
    phase_services.phase_open(
        actor=user, phase=phase, ends_on=ends_on, carry_on=assets, into=target
    )


@login_required
@require_http_methods(["GET", "POST"])
def phase_close(request: HttpRequest, process_id: uuid.UUID, phase_id: uuid.UUID) -> HttpResponse:
    """Close a phase: the page says first what will happen."""
    phase = _phase(request, phase_id)
    if request.method == "POST":
        frozen = phase_services.phase_close(actor=request.user, phase=phase)
        words = ngettext(
            "“%(phase)s” is closed. %(count)d text was kept as a version.",
            "“%(phase)s” is closed. %(count)d texts were kept as versions.",
            frozen,
        )
        messages.success(request, words % {"phase": phase.title, "count": frozen})
        return redirect("processes:detail", process_id)
    context = _context(request, phase, None)
    context |= {"texts": phase_texts(phase), "effects": closing_effects(phase)}
    return render(request, "processes/phase_close.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def phase_extend(request: HttpRequest, process_id: uuid.UUID, phase_id: uuid.UUID) -> HttpResponse:
    """Give a phase more time."""
    phase = _phase(request, phase_id)
    form = PhaseExtendForm(request.POST if request.method == "POST" else None)
    call = phase_services.phase_extend
    if request.method == "POST" and attempt(form, call, actor=request.user, phase=phase).is_done:
        messages.success(request, _("“%(phase)s” goes on.") % {"phase": phase.title})
        return redirect("processes:detail", process_id)
    status = 422 if form.is_bound else 200
    return render(
        request, "processes/phase_extend.html", _context(request, phase, form), status=status
    )
