"""How often something may be done: a counter per key in the cache, forgotten after the window."""

from django.core.cache import cache
from django.utils.translation import gettext as _

from cocreation.kernel.errors import TooMany


def limit_hit(key: str, *, limit: int, seconds: int) -> None:
    """Count one more of `key`.

    Raises TooMany when this is more than `limit` within `seconds` of the first. Counts are per installation with
    Redis, per process without.
    """
    name = f"limit:{key}"
    if cache.add(name, 1, seconds):
        return
    try:
        count = cache.incr(name)
    except ValueError:  # it ran out between the two calls
        cache.set(name, 1, seconds)
        return
    if count > limit:
        raise TooMany(
            _(
                "That was very often in a short time. Please wait a little and try again; nothing you wrote is lost."
            ),
            details={"retry_after": seconds},
        )
