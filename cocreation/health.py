"""GET /healthz: is this installation able to work? For the operator's watch and for load balancers."""

import datetime
import uuid

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cocreation.kernel import clock
from community.selectors import heartbeat_latest


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _channel_layer() -> None:
    layer = get_channel_layer()
    async_to_sync(layer.group_send)(f"health.{uuid.uuid4()}", {"type": "health.check"})


def _jobs() -> None:
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return
    latest = heartbeat_latest()
    stale = datetime.timedelta(seconds=settings.JOB_HEARTBEAT_STALE_SECONDS)
    if latest is None or clock.now() - latest > stale:
        raise RuntimeError("no heartbeat from a job worker")


CHECKS = {"database": _database, "channel_layer": _channel_layer, "jobs": _jobs}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when all checks pass, else 503 with the names of those that failed."""
    checks = {}
    for name, check in CHECKS.items():
        try:
            check()
            checks[name] = "ok"
        except Exception as error:  # noqa: BLE001 - any fault of a part is the answer, not an error of ours
            checks[name] = f"failed: {type(error).__name__}"
    failed = [name for name, result in checks.items() if result != "ok"]
    body = {"status": "failed" if failed else "ok", "checks": checks}
    if failed:
        body["failed"] = failed
    return JsonResponse(body, status=503 if failed else 200)
