"""The picture of a process: its page in the settings, and the picture itself."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend.forms.pictures import PictureForm
from frontend.presenters.process_page import process_context
from frontend.views.support import attempt, refused
from processes.selectors.pictures import picture_get_for, picture_of
from processes.selectors.processes import process_get_for
from processes.services.pictures import picture_remove, picture_set

PAGE = "processes/process_picture.html"


@login_required
@require_http_methods(["GET", "POST"])
def picture_page(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_edit")
    present = picture_of(process)
    form = PictureForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        has_picture=present is not None,
        initial={"alt": present.alt if present else ""},
    )
    context = process_context(request.user, process) | {"form": form, "picture": present}
    if request.method == "POST":
        if attempt(form, picture_set, actor=request.user, process=process).is_done:
            messages.success(request, _("The picture is saved."))
            return redirect("processes:picture", process.pk)
        return refused(request, PAGE, context)
    return render(request, PAGE, context)


@login_required
@require_POST
def remove(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_edit")
    picture_remove(actor=request.user, process=process)
    messages.success(request, _("The picture is gone."))
    return redirect("processes:picture", process.pk)


@require_safe
def picture_file(
    request: HttpRequest, process_id: uuid.UUID, picture_id: uuid.UUID
) -> FileResponse:
    """Send the picture that the address names; after it was replaced there is none under it."""
    picture = picture_get_for(request.user, process_id)
    if picture.pk != picture_id:
        raise Http404
    response = FileResponse(picture.file.open("rb"), content_type="image/jpeg")
    # Shown inside pages through <img>, which does not mind; opened by itself it is a download (DESIGN §8).
    response.headers["Content-Disposition"] = "attachment"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
