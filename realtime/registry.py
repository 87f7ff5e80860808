"""All rooms of one worker: opened once, shared, watched, closed after the last client and a clean save.

One registry per event loop. At the end of the worker what was let in is stored, without help from the ASGI server:
daphne has no lifespan events, so it hangs on the interpreter's exit (see `drain`).
"""

import asyncio
import atexit
import logging
import time
import uuid
import weakref
from typing import Protocol

from cocreation.kernel.sqlite import checkpoint
from documents.selectors import updates as update_selectors
from documents.services.updates import snapshot_request
from realtime import conf
from realtime.access import Admission, Turned, rights_as_of
from realtime.clients import Client, Proof
from realtime.conf import Conf
from realtime.database import in_thread
from realtime.limits import Visitors
from realtime.outside import Outside
from realtime.protocol import Close
from realtime.relay import Relay
from realtime.rooms import Room
from realtime.text import RoomText
from realtime.watch import Watch
from realtime.writer import Writer, WriterFull

logger = logging.getLogger(__name__)

# Some hundred pages each: often enough to keep the log small, seldom enough to cost nothing.
CHECKPOINT_TRANSACTIONS = 200

_registries: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Registry]" = (
    weakref.WeakKeyDictionary()
)


def current() -> "Registry":
    """Return the registry of the running event loop."""
    loop = asyncio.get_running_loop()
    registry = _registries.get(loop)
    if registry is None:
        registry = _registries[loop] = Registry(loop, conf.load())
    return registry


class Listener(Protocol):
    """What looking after an events socket needs."""

    user_id: uuid.UUID | None
    proof: Proof

    def end(self, code: Close) -> None:
        """Close it."""


class Registry:
    """See the module."""

    def __init__(self, loop: asyncio.AbstractEventLoop, bounds: Conf):
        self.loop = loop
        self.conf = bounds
        self.rooms: dict[uuid.UUID, Room] = {}
        # Sockets of documents and of events are counted apart: a page has one of each.
        numbers = (
            bounds.CONNECTIONS_PER_WORKER,
            bounds.CONNECTIONS_PER_ADDRESS,
            bounds.CONNECTIONS_PER_USER,
        )
        self.visitors = Visitors(*numbers)
        self.listeners = Visitors(*numbers)
        # Sockets of events whose sign-in may end.
        self.listening: set[Listener] = set()
        self.writer = Writer(bounds, self._trouble_from_thread)
        self.relay = Relay(self)
        self.watch = Watch(self)
        self._opening: dict[uuid.UUID, asyncio.Task[Room]] = {}
        # Transactions of the writer at the last checkpoint of SQLite's log.
        self._taken_over = 0
        self._background: set[asyncio.Task] = set()

    def listen(self, listener: "Listener") -> None:
        """Look after an events socket until it is taken out of `listening`."""
        self.listening.add(listener)
        self.watch.start()

    # --- rooms ------------------------------------------------------------------------------------

    async def join(self, admission: Admission, client: Client) -> Room:
        """Let an admitted client into the room of its document, opening it if need be. Raises Turned: it is full."""
        while True:
            room = await self._room(admission)
            # It may have been closed for lack of clients between the two lines: then once more.
            if self.rooms.get(admission.document_id) is room and not room.is_closed:
                if len(room.clients) >= self.conf.CONNECTIONS_PER_DOCUMENT:
                    raise Turned(Close.FULL)
                # Admitted under other rights than the room's: the next look asks again.
                room.access_epoch = min(room.access_epoch, admission.access_epoch)
                room.closings = min(room.closings, admission.closings)
                room.join(client)
                return room

    async def _room(self, admission: Admission) -> Room:
        document_id = admission.document_id
        room = self.rooms.get(document_id)
        if room is not None and not room.is_closed:
            return room
        opening = self._opening.get(document_id)
        if opening is None:
            opening = self._opening[document_id] = asyncio.ensure_future(self._open(admission))
        # Shielded: who leaves while the text is loaded must not stop it for the others.
        return await asyncio.shield(opening)

    async def _open(self, admission: Admission) -> Room:
        document_id = admission.document_id
        try:
            text = await in_thread(RoomText.load, document_id)
            room = Room(self._outside(), text, admission.process_id)
            room.access_epoch = admission.access_epoch
            room.closings = admission.closings
            self.rooms[document_id] = room
            self.watch.start()
            await self.relay.room_opened(room)
            return room
        finally:
            del self._opening[document_id]

    def _outside(self) -> Outside:
        return Outside(
            conf=self.conf,
            writer=self.writer,
            load=RoomText.load,
            rows_after=update_selectors.rows_after,
            rights_as_of=rights_as_of,
            snapshot_request=lambda document_id: self.background(
                in_thread(snapshot_request, document_id)
            ),
            relay_rows=self.relay.send_rows,
            relay_presence=self.relay.send_presence,
        )

    def sweep(self) -> None:
        """Forget rooms that are closed, or empty for a while with everything stored."""
        now = time.monotonic()
        for document_id, room in list(self.rooms.items()):
            is_old = now - room.empty_since >= self.conf.UNLOAD_SECONDS
            if room.is_idle and (room.is_closed or is_old):
                del self.rooms[document_id]
        if self.writer.figures.transactions - self._taken_over >= CHECKPOINT_TRANSACTIONS:
            self._taken_over = self.writer.figures.transactions
            self.background(in_thread(checkpoint))

    def background(self, coroutine) -> None:
        """Run something that nobody waits for; faults are logged."""
        task = asyncio.ensure_future(coroutine)
        self._background.add(task)
        task.add_done_callback(self._background_done)

    def _background_done(self, task: asyncio.Task) -> None:
        self._background.discard(task)
        if not task.cancelled() and task.exception():
            logger.warning("background work of rooms failed", exc_info=task.exception())

    def _trouble_from_thread(self, is_trouble: bool) -> None:
        try:
            self.loop.call_soon_threadsafe(self._set_trouble, is_trouble)
        except RuntimeError:
            logger.debug("the event loop had ended")

    def _set_trouble(self, is_trouble: bool) -> None:
        for room in self.rooms.values():
            room.set_trouble(is_trouble)

    # --- the end ----------------------------------------------------------------------------------

    async def close(self) -> None:
        """Store everything and stop, from within the running loop (tests, servers with a lifespan)."""
        for room in list(self.rooms.values()):
            await room.settle()
        await self.watch.stop()
        await self.relay.stop()
        for task in list(self._background):
            task.cancel()
        self.rooms.clear()
        await asyncio.to_thread(self.writer.stop, self.conf.DRAIN_SECONDS)
        _registries.pop(self.loop, None)

    def drain(self) -> None:
        """Store what was let in, when the loop runs no more."""
        for room in self.rooms.values():
            arguments = room.at_the_end()
            if arguments is None:
                continue
            try:
                self.writer.submit_blind(arguments)
            except WriterFull:
                logger.exception("changes of %s could not be stored at the end", room.document_id)
        if not self.writer.stop(self.conf.DRAIN_SECONDS):
            logger.error("the worker ended before everything was stored")


@atexit.register
def drain() -> None:
    """Store what was let in and is not stored yet. The interpreter calls this after SIGTERM ended the server."""
    for registry in list(_registries.values()):
        if not registry.loop.is_running():
            registry.drain()
