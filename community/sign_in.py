"""Signing in on a machine that others use too: nothing is kept there afterwards.

Apart from community.forms, which allauth's own forms import.
"""

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

SESSION_KEY = "shared_device"


def shared_device_mark(request: HttpRequest) -> None:
    """Let the session end with the browser, and have pages keep no text on this device."""
    request.session[SESSION_KEY] = True
    request.session.set_expiry(0)


def is_shared_device(request: HttpRequest) -> bool:
    """Tell whether the person said that others use this machine too."""
    return bool(request.session.get(SESSION_KEY))


class LoginForm(AllauthLoginForm):
    """Asks besides whether this is a shared computer."""

    shared = forms.BooleanField(
        label=_("This is a shared computer"),
        required=False,
        help_text=_("You are signed out when the browser closes, and no text is kept on it."),
    )

    def login(self, request, redirect_url=None):
        """Sign in (called by allauth), then mark the session."""
        response = super().login(request, redirect_url)
        if self.cleaned_data.get("shared"):
            shared_device_mark(request)
        return response
