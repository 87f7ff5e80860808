"""How often somebody may do a thing, by address. Keys are hashed, so that the cache holds no personal data."""

import hashlib

from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest

from cocreation.kernel.limits import limit_hit


def limit(action: str, key: str, *, times: int, seconds: int) -> None:
    """Count one attempt of `action` by `key` and allow `times` within `seconds`. Raises TooMany."""
    hashed = hashlib.sha256(key.encode()).hexdigest()
    limit_hit(f"{action}:{hashed}", limit=times, seconds=seconds)


def client_address(request: HttpRequest) -> str:
    """Return the address a request came from, as the settings about proxies say (IPv6: its /64 network)."""
    return get_ip(request)
