"""How often somebody may do a thing: counters in the cache, per key and period."""

import hashlib

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cocreation.kernel.errors import TooMany


def limit(action: str, key: str, *, times: int, seconds: int) -> None:
    """Count one attempt of `action` by `key`; allow `times` in a window of `seconds` from the first.

    The key (an address, an IP) is hashed, so that the cache holds no personal data.
    Raises: TooMany.
    """
    name = f"limit:{action}:{hashlib.sha256(key.encode()).hexdigest()}"
    if cache.add(name, 1, timeout=seconds):
        return
    try:
        count = cache.incr(name)
    except ValueError:  # it ran out between the two calls
        cache.set(name, 1, timeout=seconds)
        return
    if count > times:
        raise TooMany(
            _("That was tried too often. Please wait a little and try again."),
            details={"retry_after_seconds": seconds},
        )


def client_address(request: HttpRequest) -> str:
    """Return the address a request came from, as the settings about proxies say (IPv6: its /64 network)."""
    from allauth.core.internal.ratelimit import get_ip

    return get_ip(request)
