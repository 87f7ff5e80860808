"""What an opening handshake says: headers, query, cookie. The same for both sockets."""

import ipaddress
import re
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http.request import validate_host

from realtime.access import Credentials

MAX_QUERY_BYTES = 4_096
_TOKEN = re.compile(r"token\s+(\S{1,200})", re.IGNORECASE)


class Handshake:
    """A websocket scope, read once."""

    def __init__(self, scope: Mapping):
        self.headers = {
            name.decode("latin1").lower(): value.decode("latin1")
            for name, value in scope.get("headers", ())
        }
        self._peer = (scope.get("client") or ("",))[0]
        query = scope.get("query_string", b"")[:MAX_QUERY_BYTES].decode("latin1")
        self.query = {
            name: values[-1] for name, values in parse_qs(query, max_num_fields=50).items()
        }

    @property
    def credentials(self) -> Credentials:
        """What the connection brought to prove who it is."""
        token = _TOKEN.fullmatch(self.headers.get("authorization", "").strip())
        return Credentials(
            token=token.group(1) if token else None,
            ticket=self.query.get("ticket"),
            session_key=self._cookie(settings.SESSION_COOKIE_NAME),
        )

    def _cookie(self, name: str) -> str | None:
        try:
            cookie = SimpleCookie(self.headers.get("cookie", ""))
        except CookieError:
            return None
        return cookie[name].value if name in cookie else None

    @property
    def address(self) -> str:
        """Where it comes from, to be counted: behind our proxies (TRUSTED_PROXY_COUNT) what the outermost of them saw.

        Of an IPv6 address the network, since one line has 2⁶⁴ addresses.
        """
        proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        seen = [part.strip() for part in self.headers.get("x-forwarded-for", "").split(",")]
        name = seen[-min(proxies, len(seen))] if proxies and seen[-1] else self._peer
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return self._peer
        if address.version == 6:
            return str(ipaddress.ip_network((address, 64), strict=False))
        return str(address)

    @property
    def is_from_our_pages(self) -> bool:
        """Whether the Origin may use a visitor's cookie: the same host and port, or one that an operator trusts.

        No Origin at all means that no browser page is behind it, and so no page of somebody else's.
        """
        origin = self.headers.get("origin")
        if origin is None:
            return True
        host = self.headers.get("host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if urlsplit(origin).netloc == host and validate_host(name, settings.ALLOWED_HOSTS):
            return True
        return origin in {settings.PUBLIC_URL.rstrip("/"), *settings.CSRF_TRUSTED_ORIGINS}

    @property
    def needs_our_origin(self) -> bool:
        """Whether a foreign page could act for a visitor here: everything but a token or a ticket of its own."""
        credentials = self.credentials
        return credentials.token is None and credentials.ticket is None

    @property
    def language(self) -> str:
        """The language chosen on the site, for messages to those who are not signed in."""
        chosen = self._cookie(settings.LANGUAGE_COOKIE_NAME) or ""
        return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    def number(self, name: str) -> int | None:
        """Return a whole number of the query; None when it is not there. Raises ValueError."""
        value = self.query.get(name)
        if value is None:
            return None
        if not re.fullmatch(r"\d{1,9}", value):
            raise ValueError(name)
        return int(value)
