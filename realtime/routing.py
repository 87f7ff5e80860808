"""Socket paths to applications."""

from channels.routing import URLRouter
from django.urls import path, re_path

from realtime.documents import document_socket
from realtime.events import events_socket


async def _nowhere(scope, receive, send) -> None:
    """Refuse a path that leads nowhere (HTTP 404 has no equal here: 403)."""
    await receive()
    await send({"type": "websocket.close"})


# `str`, not `uuid`: an id that is none closes with 4404 and a reason, as one that does not exist does.
websocket_application = URLRouter(
    [
        path("ws/v1/documents/<str:document_id>", document_socket),
        path("ws/v1/events", events_socket),
        re_path(r"", _nowhere),
    ]
)
