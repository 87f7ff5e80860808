"""How a program or a browser shows who it is to the API."""

from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from community.models import AccessToken, User
from community.models.access import TokenScope
from community.selectors import user_by_token
from community.services.tokens import token_touch

KEYWORD = "token"


class TokenRefused(exceptions.AuthenticationFailed):
    """The token cannot be used. One answer for unknown, expired, revoked and inactive: guessers learn nothing."""

    default_code = "invalid_token"
    default_detail = _("This token does not work: it is unknown, expired or revoked.")


class TokenMayOnlyRead(exceptions.PermissionDenied):
    """A token of scope read was used to change something."""

    default_code = "token_read_only"
    default_detail = _(
        "This token may only read. Make one that may write in your account settings."
    )


def token_from_header(header: str) -> str | None:
    """Return the secret in the value of an `Authorization` header, or None when it is of another kind.

    The sockets use it too, so that both doors read headers alike.
    """
    scheme, _space, secret = header.strip().partition(" ")
    return secret.strip() if scheme.lower() == KEYWORD else None


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Token …` with an access token.

    Raises: TokenRefused (401), TokenMayOnlyRead (403).
    """

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        secret = token_from_header(request.headers.get("Authorization", ""))
        if secret is None:
            return None
        found = user_by_token(secret)
        if found is None:
            raise TokenRefused
        user, token = found
        if token.scope == TokenScope.READ and request.method not in SAFE_METHODS:
            raise TokenMayOnlyRead
        token_touch(token=token)
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with CSRF protection."""
