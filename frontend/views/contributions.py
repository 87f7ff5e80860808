"""What people gave to a process: one's own record, certificates, shares of groups, points."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocreation.kernel.errors import Conflict, DomainError
from frontend.forms.contributions import ComplexityForm, PointsForm
from frontend.presenters.contributions import share_tables
from frontend.presenters.process_page import process_context
from frontend.views.support import attempt, refused
from processes.certificate_pdf import certificate_pdf, period
from processes.models import NodeKind, Process
from processes.paths import certificate_path, code_shown
from processes.permissions import decide
from processes.selectors import contributions as selectors
from processes.selectors.processes import process_get_for
from processes.selectors.tasks import node_get_for
from processes.services import contributions as services


def _certificate_rows(certificates) -> list[dict]:
    return [
        {"certificate": one, "path": certificate_path(one), "code": code_shown(one)}
        for one in certificates
    ]


@login_required
@require_safe
def own(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """What I gave to a process. Only I see it."""
    process = process_get_for(request.user, process_id, need="process_read")
    record = selectors.record_of(request.user, process)
    with_points = record.points is not None and decide(request.user, "activity_read", process)
    context = process_context(request.user, process) | {
        "record": record,
        "certificates": _certificate_rows(selectors.certificates_of(request.user, process)),
        "shares": selectors.shares_published(process),
        "settings": selectors.settings_of(process),
        "points": selectors.points_list(request.user, process) if with_points else None,
    }
    return render(request, "contributions/own.html", context)


@login_required
@require_POST
def certificate_create(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_read")
    try:
        services.certificate_create(actor=request.user, process=process)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request, _("The certificate is ready. Download it, or give somebody its address.")
        )
    return redirect("contributions:own", process.pk)


# --- shares of groups -----------------------------------------------------------------------------


@require_safe
def shares(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """What groups gave, as it was published; for coordinators with what they can do."""
    process = process_get_for(request.user, process_id, need="process_read")
    published = selectors.shares_published(process)
    context = process_context(request.user, process) | {
        "shares": published,
        "tables": share_tables(published) if published else [],
        "may_publish": bool(decide(request.user, "contribution_publish", process)),
    }
    return render(request, "contributions/shares.html", context)


@login_required
@require_POST
def publish(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="contribution_publish")
    return _done(
        request,
        process,
        services.shares_publish,
        _("Published as it is today. It stays like this."),
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="contribution_publish")
    return _done(
        request, process, services.shares_withdraw, _("Withdrawn: nobody sees these shares now.")
    )


def _done(request: HttpRequest, process: Process, call, said: str) -> HttpResponse:
    try:
        call(actor=request.user, process=process)
        messages.success(request, said)
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("contributions:shares", process.pk)


# --- points ---------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def points(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Turn points on or off."""
    process = process_get_for(request.user, process_id, need="contribution_publish")
    if request.method == "POST":
        form = PointsForm(request.POST)
        outcome = attempt(form, services.points_set, actor=request.user, process=process)
        if outcome.is_done:
            said = _("Points are on.") if outcome.result.has_points else _("Points are off.")
            messages.success(request, said)
            return redirect("contributions:own", process.pk)
    else:
        known = selectors.settings_of(process)
        form = PointsForm(
            initial={"has_points": known.has_points, "points_reason": known.points_reason}
        )
    context = process_context(request.user, process) | {"form": form}
    if request.method == "POST":
        return refused(request, "contributions/points.html", context)
    return render(request, "contributions/points.html", context)


@login_required
@require_POST
def complexity(request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    """Say how much work a task is."""
    task = node_get_for(request.user, task_id, need="node_edit", kind=NodeKind.TASK)
    form = ComplexityForm(request.POST)
    if attempt(form, services.complexity_set, actor=request.user, task=task).is_done:
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose a number from 1 to 5."))
    return redirect("processes:task", task.process_id, task.pk)


# --- certificates ---------------------------------------------------------------------------------


@login_required
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """All my certificates, also of processes that I left."""
    rows = _certificate_rows(selectors.certificates_of(request.user))
    return render(request, "contributions/certificates.html", {"certificates": rows})


@login_required
@require_safe
def certificate_file(request: HttpRequest, certificate_id: uuid.UUID) -> HttpResponse:
    certificate = selectors.certificate_get_for(request.user, certificate_id)
    return HttpResponse(
        certificate_pdf(certificate),
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="certificate.pdf"'},
    )


@login_required
@require_POST
def certificate_withdraw(request: HttpRequest, certificate_id: uuid.UUID) -> HttpResponse:
    certificate = selectors.certificate_get_for(request.user, certificate_id)
    services.certificate_withdraw(actor=request.user, certificate=certificate)
    messages.success(request, _("Withdrawn: its code shows nothing any more."))
    return redirect("contributions:certificates")


@require_safe
def certificate_check(request: HttpRequest, code: str) -> HttpResponse:
    """What a valid certificate says, for whoever has its code."""
    certificate = selectors.certificate_by_code(code)
    context = {
        "certificate": certificate,
        "content": certificate.content,
        "period": period(certificate.content),
        "code": code_shown(certificate),
    }
    response = render(request, "contributions/certificate.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
