"""The page behind an invitation to an organisation: one button."""

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from cocreation.kernel.errors import DomainError
from community import selectors
from community.limits import client_address, limit
from community.services.membership_invitations import membership_invitation_accept

USES_PER_SENDER_PER_HOUR = 60


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def membership_use(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who invites to what; join when the button is pressed."""
    if request.method == "GET":
        return _page(request, secret)
    limit("membership", client_address(request), times=USES_PER_SENDER_PER_HOUR, seconds=3600)
    try:
        membership, person = membership_invitation_accept(secret=secret, user=request.user)
    except DomainError as error:
        return _page(request, secret, error)
    text = _("You now belong to %(organisation)s.")
    messages.success(request, text % {"organisation": membership.organisation.name})
    # By path, not by name: the pages are an app above this one.
    url = f"/organisations/{membership.organisation.slug}/"
    if request.user.is_authenticated:
        return redirect(url)
    return perform_login(
        request, person, email_verification=EmailVerificationMethod.NONE, redirect_url=url
    )


@sensitive_variables("secret")
def _page(request: HttpRequest, secret: str, error: DomainError | None = None) -> HttpResponse:
    invitation, state = selectors.membership_invitation_state(secret)
    status = {"open": 200, "unknown": 404}.get(state.value, 410)
    context = {"invitation": invitation, "state": state.value, "error": error}
    return render(
        request, "account/membership.html", context, status=error.status if error else status
    )
