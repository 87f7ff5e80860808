"""Calendars for other programs, by a personal address or, for what everybody may read, without one."""

import hashlib
import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from community.limits import client_address, limit
from community.selectors.calendars import user_by_calendar
from community.services import calendars as services
from frontend.presenters.calendar import calendar_bytes
from processes.selectors.calendar import calendar_of_person, calendar_of_process
from processes.selectors.processes import process_get_for

# A shared address of an office asks for many people.
READS_PER_SENDER_PER_HOUR = 1200


@require_safe
def process_calendar(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Give what everybody may read of an open process, in its own language; no cookie is looked at."""
    _limit(request)
    process = process_get_for(AnonymousUser(), process_id, need="process_read")
    with override(process.language):
        body = calendar_bytes(process.title, calendar_of_process(process, AnonymousUser()))
    return _answer(request, body, shared=True)


@require_safe
@sensitive_variables("secret")
def own_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Give a person's tasks and phases to whoever has their address; their rights are asked anew each time."""
    user = _owner(request, secret)
    with override(user.language):
        name = _("My work – %(site)s") % {"site": settings.SITE_NAME}
        return _answer(request, calendar_bytes(name, calendar_of_person(user)))


@require_safe
@sensitive_variables("secret")
def own_process_calendar(request: HttpRequest, secret: str, process_id: uuid.UUID) -> HttpResponse:
    """Give what a person may read of one process to whoever has their address."""
    user = _owner(request, secret)
    process = process_get_for(user, process_id, need="process_read")
    with override(user.language):
        return _answer(request, calendar_bytes(process.title, calendar_of_process(process, user)))


@login_required
@require_POST
def calendar_renew(request: HttpRequest) -> HttpResponse:
    services.calendar_renew(actor=request.user)
    messages.success(request, _("Your calendar has a new address. An older one no longer works."))
    return redirect("account:settings")


@login_required
@require_POST
def calendar_withdraw(request: HttpRequest) -> HttpResponse:
    services.calendar_withdraw(actor=request.user)
    messages.success(request, _("Your calendar can be read by nobody any more."))
    return redirect("account:settings")


def _limit(request: HttpRequest) -> None:
    limit("calendar", client_address(request), times=READS_PER_SENDER_PER_HOUR, seconds=3600)


@sensitive_variables("secret")
def _owner(request: HttpRequest, secret: str):
    _limit(request)
    user = user_by_calendar(secret)
    if user is None:
        raise Http404
    return user


def _answer(request: HttpRequest, body: bytes, *, shared: bool = False) -> HttpResponse:
    """Answer with the calendar, or with 304 to who has it already."""
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=300" if shared else "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response
