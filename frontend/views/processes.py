"""Processes: list, making one, the page of one with its tabs, changing and finishing it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.selectors import organisations_list, organisations_of
from frontend.forms.processes import ProcessCreateForm, ProcessEditForm
from frontend.presenters.news import news_shown
from frontend.presenters.process_cards import with_card_facts
from frontend.presenters.process_page import guide_context, process_context, visitor_context
from frontend.presenters.public_face import structured_data
from frontend.views.support import attempt, is_partial, listed, refused
from interlinkers.selectors import template_get, templates_list
from processes.models import ProcessStatus, Visibility
from processes.selectors.processes import process_get_for, processes_visible_to
from processes.services import processes as process_services
from processes.services.visits import visit_record

# Openness as three cards; the fourth kind (open to read only) is behind "more".
PRESETS = [
    (
        Visibility.PRIVATE,
        "people",
        gettext_lazy("Only people you invite see and write it. You can open it later."),
    ),
    (
        Visibility.OPEN_TO_COMMENT,
        "chat-left-text",
        gettext_lazy("Everybody reads, and comments on any passage. Only people you invite write."),
    ),
    (
        Visibility.OPEN_TO_JOIN,
        "door-open",
        gettext_lazy("Everybody reads, and can ask to join the writing. You decide who does."),
    ),
]
EDITED = (
    "title",
    "summary",
    "description",
    "language",
    "visibility",
    "governance",
    "work_days",
    "revision",
)


@require_safe
def process_list(request: HttpRequest) -> HttpResponse:
    names = ("status", "visibility", "organisation", "search")
    filters = {name: request.GET.get(name, "") for name in names}
    mine = request.GET.get("mine") == "1" and request.user.is_authenticated
    rows = processes_visible_to(request.user, **filters, **({"mine": True} if mine else {}))
    context = {
        "area": "processes",
        "page": listed(request, with_card_facts(rows)),
        "filters": {**filters, "mine": mine},
        "visibilities": [choice for choice in Visibility.choices if choice[0] != "private"],
        "statuses": ProcessStatus.choices,
        "organisations": organisations_list(),
    }
    template = "processes/_results.html" if is_partial(request) else "processes/process_list.html"
    return render(request, template, context)


@login_required
@require_http_methods(["GET", "POST"])
def process_create(request: HttpRequest) -> HttpResponse:
    form = ProcessCreateForm(
        request.POST or None,
        organisations=organisations_of(request.user),
        initial={
            "language": get_language(),
            "visibility": Visibility.OPEN_TO_COMMENT,
            "template": request.GET.get("template", ""),
        },
    )
    if request.method == "POST":
        outcome = attempt(form, _create, actor=request.user)
        if outcome.is_done:
            messages.success(
                request, _("The process is there. Look through the plan, then invite people.")
            )
            return redirect("processes:detail", outcome.result.pk)
    context = {
        "area": "processes",
        "form": form,
        "templates": templates_list(user=request.user),
        "chosen": str(form["template"].value() or ""),
        "presets": PRESETS,
    }
    return render(
        request, "processes/process_create.html", context, status=422 if form.is_bound else 200
    )


def _create(*, template: uuid.UUID | None, organisation: str, **known: object):
    return process_services.process_create(
        template=template_get(template, user=known["actor"]) if template else None,
        organisation=_organisation(known["actor"], organisation),
        **known,
    )


def _organisation(actor, ident: str):
    return next(
        (row.organisation for row in organisations_of(actor) if str(row.organisation_id) == ident),
        None,
    )


@require_safe
def process_detail(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_read")
    guide = guide_context(request.user, process, opened=request.GET.get("open", ""))
    context = process_context(request.user, process) | guide
    context |= visitor_context(request.user, process, guide)
    if context["share"]:
        context["structured"] = structured_data(process, guide["progress"].ends_on)
    if context["abilities"]["activity_read"] and request.user.is_authenticated:
        visit_record(user=request.user, process=process)
        context["since"] = news_shown(request.user, [process]).get(process.pk)
    return render(request, "processes/process_detail.html", context | {"tab": "guide"})


@login_required
@require_http_methods(["GET", "POST"])
def process_edit(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_edit")
    initial = {name: getattr(process, name) for name in EDITED}
    form = ProcessEditForm(request.POST or None, initial=initial)
    context = process_context(request.user, process) | {"form": form}
    if not context["access"].decide("process_visibility_set"):
        del form.fields["visibility"]
    if request.method == "POST":
        call, known = process_services.process_update, {"actor": request.user, "process": process}
        if attempt(form, call, only_changed=True, **known).is_done:
            return redirect("processes:detail", process.pk)
        return refused(request, "processes/process_edit.html", context)
    return render(request, "processes/process_edit.html", context)


@login_required
@require_POST
def process_finish(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_finish")
    if process.status == ProcessStatus.FINISHED:
        process_services.process_reopen(actor=request.user, process=process)
        messages.success(request, _("The process is open again."))
    else:
        process_services.process_finish(actor=request.user, process=process)
        messages.success(
            request, _("The process is finished. It stays to be read; you can reopen it.")
        )
    return redirect("processes:detail", process.pk)
