"""What django-allauth asks us: how accounts are mailed and greeted."""

import uuid

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from community.models import User
from community.selectors import user_by_email
from community.services.mail import absolute_url, mail_key, mail_queue

# allauth's name of a mail -> our template (both without endings).
MAILS = {
    "email_confirmation": "confirm_address",
    "email_confirmation_signup": "confirm_address",
    "password_reset_key": "reset_password",
    "account_already_exists": "account_exists",
    "unknown_account": "account_unknown",
}
# Mails that only say that something about the account changed.
CHANGES = {
    "email_changed": _("Your e-mail address was changed."),
    "email_confirm": _("Your e-mail address was confirmed."),
    "email_deleted": _("An e-mail address was removed from your account."),
    "password_changed": _("Your password was changed."),
    "password_reset": _("Your password was set anew."),
    "password_set": _("A password was set for your account."),
}
LINKS = ("activate_url", "password_reset_url", "signup_url")


def language_remember(response: HttpResponse, language: str) -> None:
    """Make the browser ask for pages in `language` from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by e-mail address; every mail goes through our outbox, in the person's own language."""

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Queue the mail that allauth calls `template_prefix`, with our own words."""
        name = template_prefix.rpartition("/")[2]
        owner = context.get("user") or user_by_email(email)
        language = owner.language if isinstance(owner, User) else translation.get_language()
        told = {
            "email": email,
            "name": owner.display_name if isinstance(owner, User) else "",
            "link": next((context[key] for key in LINKS if context.get(key)), ""),
            "link_page": absolute_url(reverse("account:link-request")),
            "settings_page": absolute_url(reverse("account:settings")),
            "change": CHANGES.get(name, ""),
        }
        mail_queue(
            key=mail_key("account", name, uuid.uuid4()),
            to=email,
            template=f"community/mails/{MAILS.get(name, 'account_changed')}",
            context=told,
            language=language or settings.LANGUAGE_CODE,
        )

    def post_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse:
        """Go on after signing in, in the person's language."""
        response = super().post_login(request, user, **kwargs)
        language_remember(response, user.language)
        return response
