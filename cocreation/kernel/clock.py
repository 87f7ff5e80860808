"""The one place that asks for the time, so that tests freeze one place."""

import datetime

from django.utils import timezone


def now() -> datetime.datetime:
    """Return the present moment, aware, in UTC."""
    return timezone.now()


def today() -> datetime.date:
    """Return today's date in the zone that is active for this request."""
    return timezone.localdate()
