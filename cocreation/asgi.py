"""The ASGI application: HTTP to Django, sockets to realtime. Any ASGI server may run it."""

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cocreation.settings")
# First, because importing consumers needs the app registry.
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402

from realtime.lifespan import lifespan  # noqa: E402
from realtime.routing import websocket_application  # noqa: E402

application = ProtocolTypeRouter(
    {"http": django_application, "websocket": websocket_application, "lifespan": lifespan}
)

# What is there now stays. Without this every full collection walks through all modules again, and everybody who types
# waits for it (40 ms measured). Rooms make few cycles and many short-lived objects: with Python's usual thresholds a
# busy server spent a seventh of its time looking for garbage that was not there.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
