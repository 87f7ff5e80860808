"""Account pages besides allauth's: one-time links, own settings, tokens, data, leaving, notifications."""

import uuid

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocreation.kernel.errors import DomainError
from community import forms, selectors
from community.accounts import language_remember
from community.limits import client_address, limit
from community.services import links, notifications, people, tokens
from community.sign_in import shared_device_mark

LINKS_PER_ADDRESS_PER_HOUR = 5
LINKS_PER_SENDER_PER_HOUR = 30
USES_PER_SENDER_PER_HOUR = 60
NOTIFICATIONS_PER_PAGE = 25


# --- one-time links -----------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def link_request(request: HttpRequest) -> HttpResponse:
    """Ask for an address and mail a link to it. The answer is the same whether or not there is an account."""
    if request.method == "GET":
        initial = {"next": links.safe_path(request.GET.get("next", ""))}
        form = forms.SignInLinkForm(initial=initial)
        return render(request, "account/link_request.html", {"form": form})
    form = forms.SignInLinkForm(request.POST)
    status = 200
    if form.is_valid():
        try:
            _link_send(request, form.cleaned_data)
            return redirect("account:link-sent")
        except DomainError as error:
            forms.errors_to_form(form, error)
            status = error.status
    return render(request, "account/link_request.html", {"form": form}, status=status)


def _link_send(request: HttpRequest, data: dict) -> None:
    hour = 3600
    limit("link_sender", client_address(request), times=LINKS_PER_SENDER_PER_HOUR, seconds=hour)
    limit("link_to", data["email"].lower(), times=LINKS_PER_ADDRESS_PER_HOUR, seconds=hour)
    links.sign_in_link_create(
        email=data["email"],
        next_url=data["next"],
        language=get_language() or settings.LANGUAGE_CODE,
    )


@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way."""
    return render(request, "account/link_sent.html", {"minutes": links.LINK_MINUTES})


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def link_use(request: HttpRequest, secret: str) -> HttpResponse:
    """Show one button (mail scanners open links), and sign in when it is pressed."""
    # The address is a secret: SECURE_REFERRER_POLICY keeps it on this site ("no-referrer" would break CSRF checks).
    if request.method == "POST":
        return _link_use(request, secret)
    return _link_page(request, secret)


@sensitive_variables("secret")
def _link_use(request: HttpRequest, secret: str) -> HttpResponse:
    limit("link_use", client_address(request), times=USES_PER_SENDER_PER_HOUR, seconds=3600)
    try:
        user, next_url = links.sign_in_link_use(secret=secret)
    except DomainError as error:
        return _link_page(request, secret, error)
    if request.user.is_authenticated and request.user != user:
        logout(request)
    response = perform_login(
        request,
        user,
        email_verification=EmailVerificationMethod.NONE,
        redirect_url=next_url or resolve_url(settings.LOGIN_REDIRECT_URL),
    )
    if request.POST.get("shared"):
        shared_device_mark(request)
    return response


@sensitive_variables("secret")
def _link_page(request: HttpRequest, secret: str, error: DomainError | None = None) -> HttpResponse:
    link, state = selectors.sign_in_link_state(secret)
    status = {"valid": 200, "unknown": 404}.get(state.value, 410)
    initial = {"email": link.email, "next": link.next_url} if link else {}
    context = {
        "link": link,
        "state": state.value,
        "error": error,
        # "Send a new one" posts this form to account:link-request.
        "form": forms.SignInLinkForm(initial=initial),
    }
    return render(
        request, "account/link_use.html", context, status=error.status if error else status
    )


# --- settings -----------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def account_settings(request: HttpRequest) -> HttpResponse:
    """Show and change the person's own profile; tokens, data and leaving are on the same page."""
    if request.method == "GET":
        return _settings_page(request)
    form = forms.ProfileForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, profile_form=form, status=400)
    user = people.profile_update(actor=request.user, **form.cleaned_data)
    with override(user.language):
        messages.success(request, _("Your settings are saved."))
    response = redirect("account:settings")
    language_remember(response, user.language)
    return response


def _settings_page(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    user = request.user
    initial = {"name": user.name, "language": user.language, "about": user.about}
    initial["time_zone"] = user.time_zone
    context = {
        "profile_form": forms.ProfileForm(initial=initial),
        "token_form": forms.TokenForm(),
        "tokens": selectors.tokens_for(user),
        "memberships": selectors.organisations_of(user),
        "calendar_secret": selectors.calendar_secret(user),
        **context,
    }
    return render(request, "account/settings.html", context, status=status)


@never_cache
@login_required
@require_POST
@sensitive_variables("secret")
def token_create(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret once, on this answer only: it is stored nowhere."""
    form = forms.TokenForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, token_form=form, status=400)
    try:
        token, secret = tokens.token_create(user=request.user, **form.cleaned_data)
    except DomainError as error:
        forms.errors_to_form(form, error)
        return _settings_page(request, token_form=form, status=error.status)
    return _settings_page(request, new_token=token, new_secret=secret)


@login_required
@require_POST
def token_revoke(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """Make one of the person's own tokens useless."""
    token = selectors.token_get_for(request.user, ident)
    tokens.token_revoke(actor=request.user, token=token)
    messages.success(request, _("The token no longer works."))
    return redirect("account:settings")


@never_cache
@login_required
@require_safe
def data_download(request: HttpRequest) -> HttpResponse:
    """Give the person everything that is stored about them as one JSON file."""
    response = JsonResponse(
        selectors.personal_data_export(request.user),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def account_remove(request: HttpRequest) -> HttpResponse:
    """Say what leaving means, and leave."""
    form = forms.RemovalForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            people.user_remove(actor=request.user, **form.cleaned_data)
            logout(request)
            messages.success(request, _("Your account is closed. Thank you for taking part."))
            return redirect("/")
        except DomainError as error:
            forms.errors_to_form(form, error)
            status = error.status
    context = {"form": form, "obstacles": selectors.removal_obstacles(request.user)}
    return render(request, "account/remove.html", context, status=status)


# --- notifications ------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """Show what the person was told, newest first."""
    found = Paginator(selectors.notifications_for(request.user), NOTIFICATIONS_PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    return render(request, "account/notifications.html", {"page": page})


@login_required
@require_POST
def notification_open(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """Mark one as read and go where it points."""
    notification = selectors.notification_get_for(request.user, ident)
    notifications.notification_read(actor=request.user, notification=notification)
    return redirect(links.safe_path(notification.url) or "account:notifications")


@login_required
@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    notifications.notifications_read_all(actor=request.user)
    return redirect(links.safe_path(request.POST.get("next", "")) or "account:notifications")
