"""How many writes a person or an address may send: reading is free, so that polling programs do no harm to others."""

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from cocreation.kernel import clock
from cocreation.kernel.errors import TooMany
from cocreation.kernel.limits import limit_hit


class WriteThrottle(BaseThrottle):
    """Counts writes in the cache: per person (`user_write`), else per sender's address (`anonymous_write`).

    Rates are in REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], as "number/hour". The count begins anew with each full
    hour (minute, day); one number per sender is all that is kept. Too many answer 429 with Retry-After in seconds.
    """

    _rest = 0.0

    def allow_request(self, request: Request, view) -> bool:
        """Return whether the request may go on; count it if it is a write."""
        if request.method in SAFE_METHODS:
            return True
        known = request.user.is_authenticated
        scope = "user_write" if known else "anonymous_write"
        limit, seconds = _rate(scope)
        now = clock.now().timestamp()
        window = int(now // seconds)
        self._rest = (window + 1) * seconds - now
        who = request.user.pk if known else self.get_ident(request)
        try:
            limit_hit(f"{scope}:{who}:{window}", limit=limit, seconds=seconds)
        except TooMany:
            return False
        return True

    def wait(self) -> float:
        """Return the seconds until the count begins anew."""
        return self._rest


def _rate(scope: str) -> tuple[int, int]:
    """Return how many in how many seconds."""
    rate = api_settings.DEFAULT_THROTTLE_RATES[scope]
    return SimpleRateThrottle.parse_rate(None, rate)
