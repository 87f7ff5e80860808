"""The ASGI lifespan: servers that have one (uvicorn, hypercorn) let rooms store what they hold before they end.

daphne has none; there the interpreter's exit does it (`realtime.registry.drain`). uvicorn needs this: it ends itself
with the signal that it got, so that nothing registered for the exit runs.
"""

import asyncio
import logging

from realtime import registry

logger = logging.getLogger(__name__)


async def lifespan(scope, receive, send) -> None:
    """Serve the lifespan scope: nothing to start, everything to store."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await _store_all()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _store_all() -> None:
    rooms = registry.current()
    try:
        # A database that fails must not keep the server from ending: what has no receipt is still with its writers.
        await asyncio.wait_for(rooms.close(), rooms.conf.DRAIN_SECONDS * 1.5)
    except TimeoutError:
        logger.error("the worker ended before everything was stored")
