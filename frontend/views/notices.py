"""What a person wants to hear of one process, and that they have seen what is new in it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.models import ProcessPace
from community.services.notification_settings import process_pace_set
from frontend.views.support import back
from processes.selectors.processes import process_get_for
from processes.services.visits import visit_seen


@login_required
@require_POST
def process_notices(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Choose it: as usual, once a day, only here, nothing but what is asked of me."""
    process = process_get_for(request.user, process_id, need="process_read")
    pace = request.POST.get("pace", "")
    process_pace_set(actor=request.user, process_id=process.pk, pace=pace)
    label = dict(ProcessPace.choices)[pace]
    messages.success(
        request,
        _("Notifications of “%(process)s”: %(pace)s") % {"process": process.title, "pace": label},
    )
    return redirect(back(request, "processes:detail", process.pk))


@login_required
@require_POST
def process_seen(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Take away what is new: the person has seen it."""
    process = process_get_for(request.user, process_id, need="activity_read")
    visit_seen(actor=request.user, process=process)
    return redirect(back(request, "processes:detail", process.pk))
