"""Between workers: what one has stored, the others hear through the channel layer, as bytes.

It only makes things quicker: a row that is not heard of is found by polling. Changes of rights come the same way, and
in every shape, since they are told by services. With the in-memory layer there is no other worker to tell of rows.

Nothing here waits for the broker on anybody's behalf: what is told goes through a bounded queue, groups are joined by
a task that tries again, and while the broker is away only the worker's heartbeat is sent, to find out when it is back.
"""

import asyncio
import logging
import time
import uuid
from collections import deque
from typing import TYPE_CHECKING

from channels.layers import InMemoryChannelLayer, get_channel_layer

from cocreation.kernel.events import group_name, topic
from documents.selectors.updates import LogRow
from realtime import presence, protocol
from realtime.gate import Refused
from realtime.neighbours import Neighbours

if TYPE_CHECKING:
    from realtime.registry import Registry
    from realtime.rooms import Room

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
# How long the opening of a room waits for its group, at most: later it is joined by the task that tries again.
JOIN_SECONDS = 1.0
# Groups are joined again now and then: some layers forget who is in one (after a day, or with their broker).
REJOIN_SECONDS = 60.0
SEND_SECONDS = 5.0
QUEUE_MAX = 5_000
WORKERS_GROUP = "workers"


def _row(sequence: int, user_id: str, connection_id: str, data: bytes) -> LogRow:
    return LogRow(
        sequence,
        uuid.UUID(user_id) if user_id else None,
        uuid.UUID(connection_id) if connection_id else None,
        data,
    )


def rows_group(document_id: uuid.UUID) -> str:
    """Return the channel-layer group of a document's rows and presence."""
    return f"document.{document_id}"


class Relay:
    """The worker's ear and mouth on the channel layer."""

    def __init__(self, registry: "Registry"):
        self.registry = registry
        self.layer = get_channel_layer()
        self.has_others = not isinstance(self.layer, InMemoryChannelLayer | None)
        self.neighbours = Neighbours(registry.conf.WORKER_SILENT_SECONDS)
        self.is_down = False
        self._name = uuid.uuid4().hex
        self._channel: str | None = None
        self._joined: set[str] = set()
        self._joined_at = 0.0
        self._joining: asyncio.Task | None = None
        self._queue: deque[tuple[str, dict]] = deque()
        self._talking: asyncio.Task | None = None
        self._tasks: list[asyncio.Task] = []

    # --- groups -----------------------------------------------------------------------------------

    async def room_opened(self, room: "Room") -> None:
        """Listen for a room and ask the other workers who is in it."""
        if self.layer is None:
            return
        if not self._tasks:
            self._tasks = [asyncio.ensure_future(self._keep())]
        if not self.is_down:
            await asyncio.wait({self._join()}, timeout=JOIN_SECONDS)
        self._send(room.document_id, {"type": "document.ask"})

    def _join(self) -> asyncio.Task:
        """Begin to bring the groups in line with the open rooms, if that is not under way."""
        if self._joining is None or self._joining.done():
            self._joining = asyncio.ensure_future(self._join_groups())
        return self._joining

    async def _join_groups(self) -> None:
        try:
            if self._channel is None:
                self._channel = await self.layer.new_channel()
                self._tasks.append(asyncio.ensure_future(self._listen()))
            now = time.monotonic()
            if now - self._joined_at >= REJOIN_SECONDS:
                self._joined.clear()
                self._joined_at = now
            # Asked anew after each step: rooms come and go meanwhile.
            while missing := self._wanted() - self._joined:
                group = missing.pop()
                await self.layer.group_add(group, self._channel)
                self._joined.add(group)
            for group in self._joined - self._wanted():
                self._joined.discard(group)
                await self.layer.group_discard(group, self._channel)
        except Exception as error:  # noqa: BLE001 - whatever the broker does, polling finds what is missed
            logger.warning("no messages from other workers at the moment: %s", error)

    def _wanted(self) -> set[str]:
        rooms = self.registry.rooms.values()
        groups = {
            group_name(topic("process", room.process_id)) for room in rooms if room.process_id
        }
        if self.has_others:
            groups |= {rows_group(room.document_id) for room in rooms} | {WORKERS_GROUP}
        return groups

    async def _keep(self) -> None:
        """Every few seconds: say that we live, forget who does not, join what is to be joined."""
        while True:
            await asyncio.sleep(self.registry.conf.WORKER_BEAT_SECONDS)
            try:
                self._say(WORKERS_GROUP, {"type": "worker.beat"})
                for worker in self.neighbours.gone(time.monotonic()):
                    for room in self.registry.rooms.values():
                        room.attendance.presence.lose_worker(worker, time.monotonic())
                        room.wake()
                self._join()
            except Exception:
                logger.exception("looking after other workers failed")

    # --- hearing ----------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            try:
                message = await self.layer.receive(self._channel)
                self._hear(message)
            except asyncio.CancelledError:
                raise
            except Exception:
                logger.warning("a message from another worker was lost", exc_info=True)
                await asyncio.sleep(RETRY_SECONDS)

    def _hear(self, message: dict) -> None:
        if message["type"] == "room.event":
            if message["event"]["type"] == "access.changed":
                # The new epoch is committed: one look finds whose rights it is about.
                self.registry.watch.hurry()
            return
        worker = message["worker"]
        if worker == self._name:
            return
        if self.neighbours.hear(worker, time.monotonic()):
            self._came_back()
        room = (
            self.registry.rooms.get(uuid.UUID(message["document"]))
            if "document" in message
            else None
        )
        if room is None:
            return
        if "head" in message:
            room.head_seen = max(room.head_seen, message["head"])
            room.wake()
        elif message["type"] == "document.rows":
            room.hear_rows([_row(*values) for values in message["rows"]])
        elif message["type"] == "document.presence":
            self._hear_presence(room, message)
        elif message["type"] == "document.ask":
            self._tell_presence(room)

    def _hear_presence(self, room: "Room", message: dict) -> None:
        try:
            entries = presence.decode(message["data"])
        except Refused:
            return
        now = time.monotonic()
        for client_id, clock, state in entries:
            if client_id == presence.READERS_CLIENT:
                room.attendance.presence.hear_readers(
                    message["worker"], presence.readers_in(state), now
                )
            else:
                room.attendance.presence.put(client_id, clock, state, message["worker"], now)
        room.wake()

    def _tell_presence(self, room: "Room") -> None:
        if own := room.attendance.presence.own():
            self.send_presence(room.document_id, presence.encode(own))

    def _came_back(self) -> None:
        """A worker that was silent is heard again: it forgot our people as we forgot its.

        Their browsers are made to speak up (see `Presence.doubt`), since what is known to be gone comes back with a
        new clock only.
        """
        for room in self.registry.rooms.values():
            self._tell_presence(room)
            for client in room.clients:
                if doubt := room.attendance.presence.doubt(client.presence_id, client):
                    client.put(protocol.awareness(presence.encode(doubt)))

    # --- telling ----------------------------------------------------------------------------------

    def send_rows(self, document_id: uuid.UUID, rows: list[LogRow]) -> None:
        """Tell other workers of stored rows. Of a large batch only the last number is told, without its bytes."""
        if not self.has_others:
            return
        is_small = sum(len(row.data) for row in rows) <= self.registry.conf.RELAY_MAX_BYTES
        told = [
            (row.sequence, str(row.user_id or ""), str(row.connection_id or ""), row.data)
            for row in rows
        ]
        message = {"rows": told} if is_small else {"head": rows[-1].sequence}
        self._send(document_id, {"type": "document.rows", **message})

    def send_presence(self, document_id: uuid.UUID, data: bytes) -> None:
        """Tell other workers who is here."""
        self._send(document_id, {"type": "document.presence", "data": data})

    def _send(self, document_id: uuid.UUID, message: dict) -> None:
        if not self.is_down:
            self._say(rows_group(document_id), message | {"document": str(document_id)})

    def _say(self, group: str, message: dict) -> None:
        if not self.has_others:
            return
        if len(self._queue) >= QUEUE_MAX:
            # The broker does not keep up. The oldest is dropped: rows are found by polling, presence comes again.
            self._queue.popleft()
        self._queue.append((group, message | {"worker": self._name}))
        if self._talking is None:
            self._talking = asyncio.ensure_future(self._talk())

    async def _talk(self) -> None:
        try:
            while self._queue:
                group, message = self._queue.popleft()
                await asyncio.wait_for(self.layer.group_send(group, message), SEND_SECONDS)
                if self.is_down:
                    self.is_down = False
                    logger.info("other workers are told again")
        except Exception as error:  # noqa: BLE001 - see above
            self._queue.clear()
            if not self.is_down:
                self.is_down = True
                logger.warning("other workers are not told; they find it by polling: %s", error)
        finally:
            self._talking = None

    async def stop(self) -> None:
        """Say and hear nothing more."""
        tasks = {*self._tasks, self._joining, self._talking} - {None}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
