"""How a program or a browser shows who it is to the API."""

from rest_framework import authentication


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Token …` with an access token."""

    def authenticate(self, request):
        return None

    def authenticate_header(self, request):
        return "Token"


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with CSRF protection."""
