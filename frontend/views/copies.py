"""A new process out of one that is there."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend.forms.stories import CopyForm, TemplateForm
from frontend.views.support import attempt, refused
from processes.permissions import decide
from processes.selectors.processes import process_get_for
from processes.selectors.stories import materials_to_choose
from processes.services import copying
from processes.services.template_saving import template_save


@login_required
@require_http_methods(["GET", "POST"])
def process_copy(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    source = process_get_for(request.user, process_id, need="process_read")
    may_take_all = bool(decide(request.user, "process_export", source))
    form = CopyForm(
        request.POST or None, may_take_all=may_take_all, initial={"title": source.title}
    )
    context = {"area": "processes", "process": source, "form": form, "may_take_all": may_take_all}
    if request.method == "POST":
        outcome = attempt(form, _copy, actor=request.user, source=source)
        if not outcome.is_done:
            return refused(request, "processes/process_copy.html", context)
        return _done(request, outcome.result)
    return render(request, "processes/process_copy.html", context)


def _copy(*, actor, source, title: str, starts_on, **chosen: bool):
    choice = copying.Choice(**chosen)
    make = copying.copy_request if choice.is_large else copying.process_copy
    return make(actor=actor, source=source, title=title, starts_on=starts_on, choice=choice)


def _done(request: HttpRequest, made) -> HttpResponse:
    if hasattr(made, "kind"):
        return redirect("work", made.pk)
    messages.success(request, _("The copy is there. Only you and who came along see it."))
    return redirect("processes:detail", made.pk)


@login_required
@require_http_methods(["GET", "POST"])
def save_as_template(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_export")
    documents = [one for one in materials_to_choose(process) if one.kind == "document"]
    form = TemplateForm(
        request.POST or None,
        documents=documents,
        initial={"name": process.title, "summary": process.summary},
    )
    context = {"area": "processes", "process": process, "form": form}
    if request.method == "POST":
        outcome = attempt(form, template_save, actor=request.user, process=process)
        if not outcome.is_done:
            return refused(request, "processes/process_template.html", context)
        messages.success(request, _("The template is there. You can start from it at once."))
        return redirect("catalogue:template", outcome.result.pk)
    return render(request, "processes/process_template.html", context)
