"""What every worker looks at once a second: where its open documents stand in the log, and who may stay.

One query for the heads of all open rooms, which also has the epochs of rights: a lost message, or a lost Redis, costs
seconds, never text and never a right that was taken away.
"""

import asyncio
import logging
import time
import uuid
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError

from documents.selectors.updates import RoomHead, room_heads
from realtime import access
from realtime.access import Rights
from realtime.clients import Client
from realtime.database import in_thread
from realtime.protocol import Close
from realtime.rooms import Room

if TYPE_CHECKING:
    from realtime.registry import Registry

logger = logging.getLogger(__name__)


class Watch:
    """The task that polls. Started with the first room, ends when there is none."""

    def __init__(self, registry: "Registry"):
        self.registry = registry
        self._task: asyncio.Task | None = None
        self._swept_at = time.monotonic()

    def start(self) -> None:
        """Make sure that somebody watches."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Watch no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        while self.registry.rooms:
            await asyncio.sleep(self.registry.conf.POLL_SECONDS)
            try:
                await self.look()
            except (DatabaseError, InterfaceError, OSError) as error:
                # The writer says so to the editors; here only the next look counts.
                logger.warning("the heads of open documents could not be read: %s", error)
            except Exception:
                logger.exception("looking after open documents failed")

    async def look(self) -> None:
        """Look once."""
        rooms = dict(self.registry.rooms)
        heads = await in_thread(room_heads, list(rooms))
        now = time.monotonic()
        is_sweep = now - self._swept_at >= self.registry.conf.RIGHTS_SWEEP_SECONDS
        if is_sweep:
            self._swept_at = now
        await self._close_ended()
        # Only those that were asked about: a room that opened meanwhile has no head here, and is not gone.
        for room in rooms.values():
            if self.registry.rooms.get(room.document_id) is not room:
                continue
            head = heads.get(room.document_id)
            if head is None or head.is_removed:
                room.close_all(Close.NOT_FOUND)
            elif head.generation != room.text.generation:
                room.close_all(Close.RELOAD)
            else:
                await self._compare(room, head, is_sweep)
            room.refresh_presence()
        self.registry.sweep()

    async def _compare(self, room: Room, head: RoomHead, is_sweep: bool) -> None:
        room.head_seen = max(room.head_seen, head.sequence)
        room.wake()
        if is_sweep or head.access_epoch != room.access_epoch:
            # First the number, then the question: a change in between asks again.
            room.access_epoch = head.access_epoch
            await self.check_rights(room)

    async def check_rights(self, room: Room) -> None:
        """Ask again what everybody in a room may do; downgrade, upgrade or close."""
        user_ids = {client.user_id for client in room.clients}
        if not user_ids:
            return
        rights = await in_thread(access.rights, room.document_id, user_ids)
        for client in list(room.clients):
            if found := rights.get(client.user_id):
                self._enforce(room, client, found)

    @staticmethod
    def _enforce(room: Room, client: Client, rights: Rights) -> None:
        if not rights.can_read:
            client.close(rights.code)
        else:
            room.set_can_write(client, rights.can_write and not client.proof.is_read_only_token)

    async def _close_ended(self) -> None:
        """Close connections whose proof holds no more: signed out, expired, revoked, account closed."""
        clients = [client for room in self.registry.rooms.values() for client in room.clients]
        proofs = {(client.user_id, client.proof) for client in clients if client.user_id}
        if not proofs:
            return
        ended = await in_thread(access.ended, proofs)
        for client in clients:
            if (client.user_id, client.proof) in ended:
                client.close(Close.SIGN_IN)

    async def process_changed(self, process_id: uuid.UUID) -> None:
        """Rights in a process changed: look at its rooms at once."""
        for room in list(self.registry.rooms.values()):
            if room.process_id == process_id:
                await self.check_rights(room)
