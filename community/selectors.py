"""Reading people."""

import datetime

from community.models import Heartbeat


def heartbeat_latest() -> datetime.datetime | None:
    """Return when a job worker last gave a sign of life (UTC), or None."""
    return Heartbeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
