"""pycrdt-websocket as it comes: its own ASGI server and rooms, one SQLite store per room (STORE=0: memory only)."""

import asyncio
import os

from pycrdt.store import SQLiteYStore
from pycrdt.websocket import ASGIServer, WebsocketServer, YRoom


class Store(SQLiteYStore):
    db_path = os.environ.get("DATABASE", "")


class Rooms(WebsocketServer):
    """Makes rooms that read what the store has before they let anybody in."""

    def __init__(self):
        super().__init__(auto_clean_rooms=False)
        self._locks: dict[str, asyncio.Lock] = {}

    async def get_room(self, name):
        async with self._locks.setdefault(name, asyncio.Lock()):
            if name not in self.rooms:
                self.rooms[name] = await self._open(name)
            return self.rooms[name]

    async def _open(self, name):
        if os.environ.get("STORE") == "0":
            room = YRoom(log=self.log)
            await self.start_room(room)
            return room
        store = Store(name)
        room = YRoom(ready=False, ystore=store, log=self.log)
        await self.start_room(room)
        await store.started.wait()
        try:
            await store.apply_updates(room.ydoc)
        except Exception as error:  # noqa: BLE001 - a new document is not found in the store
            self.log.debug("nothing stored for %s: %r", name, error)
        room.ready = True
        return room


rooms = Rooms()
sockets = ASGIServer(rooms)


async def application(scope, receive, send):
    """Serve sockets; start and stop the rooms with the server."""
    if scope["type"] != "lifespan":
        await sockets(scope, receive, send)
        return
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await rooms.__aenter__()
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return
