"""A process as a file: saying what goes with it, sending one in, importing it after a look."""

import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from community.selectors.background import work_get_for
from frontend.forms.archives import ArchiveForm
from frontend.presenters.process_page import process_context
from frontend.views.support import attempt, refused
from processes.selectors.archive_size import files_size, is_beyond_import
from processes.selectors.processes import process_get_for
from processes.services import archives as archive_services


@login_required
@require_http_methods(["GET", "POST"])
def process_export(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_export")
    if request.method == "POST":
        work = archive_services.export_request(actor=request.user, process=process)
        return redirect("work", work.pk)
    size = files_size(process)
    context = process_context(request.user, process) | {
        "files_size": size,
        "is_beyond": is_beyond_import(size),
        "limit_mb": settings.ARCHIVE_MAX_BYTES // 1_000_000,
    }
    return render(request, "processes/process_export.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def process_import(request: HttpRequest) -> HttpResponse:
    form = ArchiveForm(request.POST or None, request.FILES or None)
    limit = settings.ARCHIVE_MAX_BYTES // 1_000_000
    context = {"area": "processes", "form": form, "limit_mb": limit}
    if request.method == "POST":
        outcome = attempt(form, _check, actor=request.user)
        if outcome.is_done:
            return redirect("work", outcome.result.pk)
        return refused(request, "processes/process_import.html", context)
    return render(request, "processes/process_import.html", context)


def _check(*, actor, file):
    return archive_services.check_request(actor=actor, upload=file)


@login_required
@require_POST
def import_confirm(request: HttpRequest, work_id: uuid.UUID) -> HttpResponse:
    checked = work_get_for(request.user, work_id, kind=archive_services.CHECK)
    work = archive_services.import_request(
        actor=request.user, checked=checked, with_people="with_people" in request.POST
    )
    return redirect("work", work.pk)
