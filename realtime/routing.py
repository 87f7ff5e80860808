"""Socket paths to applications."""

from channels.routing import URLRouter

websocket_application = URLRouter([])
