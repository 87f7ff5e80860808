"""Reading users and their ways in: tokens and one-time links."""

import datetime
import enum
import uuid

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import NotFound
from community.digests import digest
from community.models import AccessToken, Heartbeat, SignInLink, User


def heartbeat_latest() -> datetime.datetime | None:
    """Return when a job worker last gave a sign of life (UTC), or None."""
    return Heartbeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()


def user_by_email(email: str) -> User | None:
    """Return the person with this address (their main one, or another that they confirmed), whatever its case.

    People whose account is closed are found too. Queries: one, two for those not found by the main address.
    """
    email = email.strip().lower()
    if user := User.objects.filter(email__iexact=email).first():
        return user
    other = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    return other.user if other else None


def user_by_token(secret: str) -> tuple[User, AccessToken] | None:
    """Return who an access token belongs to, or None when it is unknown, expired, revoked or its owner inactive.

    The caller checks the token's scope. Queries: one.
    """
    token = AccessToken.objects.filter(digest=digest(secret)).select_related("user").first()
    if token is None or token.revoked_at or token.expires_at <= clock.now():
        return None
    return (token.user, token) if token.user.is_active else None


def tokens_for(user: User) -> QuerySet[AccessToken]:
    """Return a person's own tokens that are not revoked, newest first."""
    return AccessToken.objects.filter(user=user, revoked_at__isnull=True).order_by("-created_at")


def token_get_for(user: User, ident: uuid.UUID) -> AccessToken:
    """Return one of the person's own tokens. Raises NotFound."""
    token = tokens_for(user).filter(pk=ident).first()
    if token is None:
        raise NotFound(_("There is no such token."))
    return token


class SignInLinkState(enum.Enum):
    """What a one-time link is good for."""

    VALID = "valid"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def sign_in_link_state(secret: str) -> tuple[SignInLink | None, SignInLinkState]:
    """Return the link of a secret and whether it still works. Reading changes nothing: mail scanners open links."""
    link = SignInLink.objects.filter(digest=digest(secret)).first()
    if link is None:
        return None, SignInLinkState.UNKNOWN
    if link.used_at:
        return link, SignInLinkState.USED
    if link.expires_at <= clock.now():
        return link, SignInLinkState.EXPIRED
    return link, SignInLinkState.VALID


def user_of_mail(user_id: uuid.UUID) -> User | None:
    """Return the person a mail was written to, None when the account is closed."""
    return User.objects.filter(pk=user_id, is_active=True).first()
