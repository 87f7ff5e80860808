"""How the ASGI servers are started that we know to be good: the same application, limits of ours, no access lines.

No access lines, since the query of a socket may hold a ticket (DESIGN §6).
"""

import sys

APPLICATION = "cocreation.asgi:application"
# The servers' own limits are lower (daphne's 1 MiB); rooms refuse larger frames themselves, with a close code that
# says why.
MESSAGE_BYTES = "20000000"
# The longest answer is a large text as PDF. A handshake is answered at once; who may enter is asked after it.
HTTP_SECONDS = "180"
HANDSHAKE_SECONDS = "10"
STOP_SECONDS = "10"


def daphne(host: str, port: int) -> list[str]:
    """Return the command that starts daphne (with backpressure, see `realtime.server`)."""
    return [
        sys.executable, "-m", "realtime.server", "-b", host, "-p", str(port), "-v", "0",
        "--websocket-max-message-size", MESSAGE_BYTES, "--websocket-max-frame-size", MESSAGE_BYTES,
        "--http-timeout", HTTP_SECONDS, "--websocket_connect_timeout", HANDSHAKE_SECONDS,
        APPLICATION,
    ]  # fmt: skip


def uvicorn(host: str, port: int) -> list[str]:
    """Return the command that starts uvicorn.

    Without compression of frames: they are tiny, and it costs 100 KiB a connection. Without its own reading of proxy
    headers: the application counts the proxies it trusts.
    """
    return [
        sys.executable, "-m", "uvicorn", APPLICATION, "--host", host, "--port", str(port),
        "--loop", "uvloop", "--http", "httptools", "--ws", "realtime.uvicorn_sockets:SharedFrames", "--lifespan", "on",
        "--ws-max-size", MESSAGE_BYTES, "--ws-per-message-deflate", "false", "--no-proxy-headers", "--no-server-header",
        "--timeout-graceful-shutdown", STOP_SECONDS, "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip


SERVERS = {"daphne": daphne, "uvicorn": uvicorn}
