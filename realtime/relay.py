"""Between workers: what one has stored, the others hear through the channel layer, as bytes.

It only makes things quicker: a row that is not heard of is found by polling. Changes of rights come the same way, and
in every shape, since they are told by services. With the in-memory layer there is no other worker to tell of rows.
"""

import asyncio
import logging
import time
import uuid
from typing import TYPE_CHECKING

from channels.layers import InMemoryChannelLayer, get_channel_layer

from cocreation.kernel.events import group_name, topic
from documents.selectors.updates import LogRow
from realtime import presence
from realtime.gate import Refused

if TYPE_CHECKING:
    from realtime.registry import Registry
    from realtime.rooms import Room

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


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
        self._name = uuid.uuid4().hex
        self._channel: str | None = None
        self._task: asyncio.Task | None = None

    # --- groups -----------------------------------------------------------------------------------

    async def room_opened(self, room: "Room") -> None:
        """Listen for a room."""
        await self._for_groups(room, "group_add")

    async def room_closed(self, room: "Room") -> None:
        """Listen no more for a room."""
        await self._for_groups(room, "group_discard")

    async def _for_groups(self, room: "Room", method: str) -> None:
        if self.layer is None:
            return
        try:
            if self._channel is None:
                self._channel = await self.layer.new_channel()
                self._task = asyncio.ensure_future(self._listen())
            for group in self._groups(room, method):
                await getattr(self.layer, method)(group, self._channel)
        except Exception:  # noqa: BLE001 - whatever the broker does, polling finds what is missed
            logger.warning("no messages from other workers for %s", room.document_id)

    def _groups(self, room: "Room", method: str) -> list[str]:
        groups = [rows_group(room.document_id)] if self.has_others else []
        is_shared = any(
            other.process_id == room.process_id and other is not room
            for other in self.registry.rooms.values()
        )
        if room.process_id and not (method == "group_discard" and is_shared):
            groups.append(group_name(topic("process", room.process_id)))
        return groups

    # --- hearing ----------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            try:
                message = await self.layer.receive(self._channel)
                await self._hear(message)
            except asyncio.CancelledError:
                raise
            except Exception:
                logger.warning("a message from another worker was lost", exc_info=True)
                await asyncio.sleep(RETRY_SECONDS)

    async def _hear(self, message: dict) -> None:
        if message["type"] == "room.event":
            event = message["event"]
            if event["type"] == "access.changed":
                # The new epoch is committed: one look finds whose rights it is about.
                self.registry.watch.hurry()
            return
        room = self.registry.rooms.get(uuid.UUID(message["document"]))
        if room is None or message["worker"] == self._name:
            return
        if "head" in message:
            room.head_seen = max(room.head_seen, message["head"])
            room.wake()
        elif message["type"] == "document.rows":
            room.hear_rows([_row(*values) for values in message["rows"]])
        elif message["type"] == "document.presence":
            self._hear_presence(room, message)

    def _hear_presence(self, room: "Room", message: dict) -> None:
        try:
            entries = presence.decode(message["data"])
        except Refused:
            return
        now = time.monotonic()
        for client_id, clock, state in entries:
            # Each worker counts its own readers; their sum would need more than the latest state.
            if client_id != presence.READERS_CLIENT:
                room.presence.put(client_id, clock, state, message["worker"], now)
        room.wake()

    # --- telling ----------------------------------------------------------------------------------

    def send_rows(self, document_id: uuid.UUID, rows: list[LogRow]) -> None:
        """Tell other workers of stored rows. Of a large batch only the last number is told, without its bytes."""
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
        if not self.has_others:
            return
        message |= {"document": str(document_id), "worker": self._name}
        self.registry.background(self._group_send(rows_group(document_id), message))

    async def _group_send(self, group: str, message: dict) -> None:
        try:
            await self.layer.group_send(group, message)
        except Exception:  # noqa: BLE001 - see above
            logger.warning("other workers were not told; they find it by polling")

    async def stop(self) -> None:
        """Listen no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
