"""What every worker looks at once a second: where its open documents stand in the log, and who may stay.

One query for the heads of all open rooms, which also has the epochs of rights: a lost message, or a lost Redis, costs
seconds, never text and never a right that was taken away.
"""

import asyncio
import logging
import time
import uuid
from typing import TYPE_CHECKING

from documents.selectors.updates import RoomHead, room_heads
from realtime import access
from realtime.access import Rights
from realtime.clients import Client
from realtime.database import DATABASE_TROUBLE, in_thread
from realtime.protocol import Close
from realtime.rooms import Room

if TYPE_CHECKING:
    from realtime.registry import Registry

logger = logging.getLogger(__name__)


class Watch:
    """The task that polls. Started with the first room, ends when there is none.

    A right that is taken away is felt within a second: looks begin every POLL_SECONDS, however long one takes, and one
    look is enough. What is heard from the channel layer only makes the next one come at once.
    """

    def __init__(self, registry: "Registry"):
        self.registry = registry
        self._task: asyncio.Task | None = None
        self._is_urgent = asyncio.Event()
        self._checked_at: dict[uuid.UUID, float] = {}

    def start(self) -> None:
        """Make sure that somebody watches."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Watch no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def hurry(self) -> None:
        """Look at once: something has changed."""
        self._is_urgent.set()

    async def _run(self) -> None:
        took = 0.0
        while self.registry.rooms or self.registry.listening:
            await self._pause(took)
            started = time.monotonic()
            try:
                await self.look()
            except DATABASE_TROUBLE as error:
                # The writer says so to the editors; here only the next look counts.
                logger.warning("the heads of open documents could not be read: %s", error)
            except Exception:
                logger.exception("looking after open documents failed")
            took = time.monotonic() - started

    async def _pause(self, took: float) -> None:
        """Wait until the next look is due: looks that take long follow each other with a fifth of the time between."""
        every = self.registry.conf.POLL_SECONDS
        try:
            async with asyncio.timeout(max(every - took, every / 5)):
                await self._is_urgent.wait()
        except TimeoutError:
            return
        self._is_urgent.clear()

    async def look(self) -> None:
        """Look once."""
        rooms = dict(self.registry.rooms)
        heads = await in_thread(room_heads, list(rooms))
        await self._close_ended()
        now = time.monotonic()
        doubtful = []
        # Only those that were asked about: a room that opened meanwhile has no head here, and is not gone.
        for room in rooms.values():
            if self.registry.rooms.get(room.document_id) is not room:
                continue
            head = heads.get(room.document_id)
            if head is None or head.is_removed:
                room.close_all(Close.NOT_FOUND)
            elif head.generation != room.text.generation:
                room.close_all(Close.RELOAD)
            elif self._compare(room, head, now):
                doubtful.append(room)
            room.refresh_presence()
        self._checked_at = {
            key: at for key, at in self._checked_at.items() if key in self.registry.rooms
        }
        await self._check_rights(doubtful)
        self.registry.sweep()

    def _compare(self, room: Room, head: RoomHead, now: float) -> bool:
        """Tell the room where the log stands; return whether rights in it may have changed."""
        room.head_seen = max(room.head_seen, head.sequence)
        room.wake()
        checked_at = self._checked_at.setdefault(room.document_id, now)
        is_due = now - checked_at >= self.registry.conf.RIGHTS_SWEEP_SECONDS
        if not is_due and head.access_epoch == room.access_epoch:
            return False
        # First the number, then the question: a change in between asks again.
        room.access_epoch = head.access_epoch
        self._checked_at[room.document_id] = now
        return True

    async def _check_rights(self, rooms: list[Room]) -> None:
        """Ask again what everybody in these rooms may do; downgrade, upgrade or close."""
        wanted = {
            room.document_id: {client.user_id for client in room.clients}
            for room in rooms
            if room.clients
        }
        if not wanted:
            return
        closings = {room.document_id: room.closings for room in rooms}
        try:
            rights = await in_thread(access.rights, wanted)
        except BaseException:
            # Not answered: the next look asks again.
            for room in rooms:
                room.access_epoch = 0
            raise
        for room in rooms:
            if room.closings != closings[room.document_id]:
                # A phase closed while we asked: the room knows more than this answer. The next look asks again.
                room.access_epoch = 0
                continue
            for client in list(room.clients):
                if found := rights.get((room.document_id, client.user_id)):
                    self._enforce(room, client, found)

    @staticmethod
    def _enforce(room: Room, client: Client, rights: Rights) -> None:
        if not rights.can_read:
            client.close(rights.code)
        else:
            can_write = rights.can_write and not client.proof.is_read_only_token
            room.set_can_write(client, can_write, rights.why)

    async def _close_ended(self) -> None:
        """Close connections whose proof holds no more: signed out, expired, revoked, account closed."""
        ends = [
            (client.user_id, client.proof, client.close)
            for room in self.registry.rooms.values()
            for client in room.clients
            if client.user_id
        ]
        ends += [
            (each.user_id, each.proof, each.end) for each in self.registry.listening if each.user_id
        ]
        if not ends:
            return
        # Thousands of proofs are sorted out in the thread, not on the event loop.
        ended = await in_thread(access.ended, [(user_id, proof) for user_id, proof, _ in ends])
        for user_id, proof, close in ends if ended else ():
            if (user_id, proof) in ended:
                close(Close.SIGN_IN)
