"""Long work: how far it is, calling it off, fetching what it made."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import background_kinds
from community.selectors.background import work_file_get_for, work_get_for, works_of
from community.services.background import work_cancel, work_remove
from frontend.presenters.works import report_lines, work_rows
from frontend.views.support import is_partial, listed


@login_required
@never_cache
@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """List what ran for me: exports, imports, copies, as long as it is kept."""
    page = listed(request, works_of(request.user))
    context = {"area": "", "page": page, "rows": work_rows(page)}
    return render(request, "works/work_list.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, work_id: uuid.UUID) -> HttpResponse:
    work_remove(actor=request.user, work=work_get_for(request.user, work_id))
    messages.success(request, _("It is gone, with its file."))
    return redirect("works")


@login_required
@never_cache
@require_safe
def work_page(request: HttpRequest, work_id: uuid.UUID) -> HttpResponse:
    """Show how far it is; the page asks again by itself (with script the part, without it the whole page)."""
    work = work_get_for(request.user, work_id)
    kind = background_kinds.get(work.kind)
    context = {
        "area": "processes",
        "work": work,
        "title": kind.title if kind else work.kind,
        "report": report_lines(work),
        "may_vouch": request.user.is_superuser,
    }
    return render(
        request, "works/_work.html" if is_partial(request) else "works/work.html", context
    )


@login_required
@require_POST
def cancel(request: HttpRequest, work_id: uuid.UUID) -> HttpResponse:
    work = work_get_for(request.user, work_id)
    if not work.is_over:
        work_cancel(actor=request.user, work=work)
        messages.success(request, _("Called off. Nothing half done stays."))
    return redirect("work", work.pk)


@login_required
@never_cache
@require_safe
def file(request: HttpRequest, work_id: uuid.UUID) -> FileResponse:
    """Send what it made as an attachment, to its owner alone."""
    work = work_file_get_for(request.user, work_id)
    response = FileResponse(
        work.file.open("rb"),
        as_attachment=True,
        filename=work.file_name or "file.zip",
        content_type="application/zip",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
