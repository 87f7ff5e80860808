"""Pages on which people choose when to be told, and the one that a mail's own link leads to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from cocreation.kernel.errors import Invalid, NotFound
from cocreation.kernel.zones import zone_of
from community.models import Group, Pace, ProcessPace
from community.notification_kinds import places
from community.selectors.notification_settings import (
    paces_of,
    preferences_of,
    process_paces_listed,
)
from community.selectors.people import user_of_mail
from community.services import notification_settings as service
from community.unsubscribing import scope_of


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    """Show and change when the person is mailed: per group, and where a process is different."""
    if request.method == "POST":
        chosen = {group: request.POST[group] for group in Group.values if group in request.POST}
        service.preferences_set(actor=request.user, groups=chosen)
        messages.success(request, _("Your choice is saved."))
        return redirect("account:notification-settings")
    wanted = preferences_of(request.user)
    context = {
        "groups": [
            {
                "name": group.value,
                "label": group.label,
                "pace": wanted.pace(group),
                "paces": paces_of(group),
            }
            for group in Group
        ],
        "processes": process_paces_listed(request.user, wanted),
        "process_paces": ProcessPace.choices,
        "zone": zone_of(request.user.time_zone).key.replace("_", " "),
    }
    return render(request, "account/notification_settings.html", context)


@never_cache
@login_required
@require_POST
def process_pace_forget(request: HttpRequest) -> HttpResponse:
    """Go back to "as usual" for every process at once."""
    service.process_paces_forget(actor=request.user)
    messages.success(request, _("All processes are as usual again."))
    return redirect("account:notification-settings")


@never_cache
@csrf_exempt  # mail programs send it without a session (RFC 8058); the signed token says whose mails
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Say what one click switches off (mail scanners open links), and switch it off when it is sent."""
    scope = scope_of(token)
    if scope is None:
        raise NotFound(_("This link is not complete, or it was never made here."))
    user = user_of_mail(scope.user_id)
    if request.method == "POST":
        try:
            service.unsubscribe(scope=scope)
        except Invalid as error:  # a group that a later version no longer has
            raise NotFound(_("There are no such mails any more.")) from error
    with override(user.language if user else None):
        context = {
            "token": token,
            "is_done": request.method == "POST",
            "what": _what(scope, user),
        }
        return render(request, "account/unsubscribe.html", context)


def _what(scope, user) -> str:
    if scope.process_id:
        titles = places(user, [scope.process_id]) if user else {}
        title = titles.get(scope.process_id)
        return (
            _("E-mails from “%(process)s”") % {"process": title}
            if title
            else _("E-mails from one process")
        )
    if scope.group in Group.values:
        return _("E-mails about: %(group)s") % {"group": Group(scope.group).label}
    if scope.pace == Pace.WEEKLY:
        return _("The e-mail once a week")
    return _("The e-mail once a day")
