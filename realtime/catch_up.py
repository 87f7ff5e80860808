"""How a room comes to hold what the log holds: rows of other workers, gaps, and the whole text anew when in doubt."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from documents.selectors.updates import LogRow
from documents.ydoc import BadUpdate
from realtime import protocol
from realtime.batches import Entry
from realtime.clients import Client
from realtime.database import DATABASE_TROUBLE, in_thread
from realtime.gate import Missing, Refused, merge, parse
from realtime.protocol import Close
from realtime.text import Overlap

if TYPE_CHECKING:
    from realtime.rooms import Room

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class CatchUp:
    """Only the room's own round task calls what waits here. `is_in_doubt`: what was let in may build on what was not
    stored, and must not be stored before it went through the gate again.
    """

    def __init__(self, room: "Room"):
        self.room = room
        self.is_in_doubt = False
        self._heard: list[LogRow] = []

    def hear(self, rows: list[LogRow]) -> None:
        """Keep rows of another worker: they are used if they come next, else the log is read."""
        if not self._heard or rows[0].sequence == self._heard[-1].sequence + 1:
            self._heard.extend(rows)

    async def fill_gap(self) -> None:
        """Take what others stored."""
        room = self.room
        heard, self._heard = self._heard, []
        rows = [row for row in heard if row.sequence > room.text.sequence]
        if not rows or rows[0].sequence != room.text.sequence + 1:
            rows = await self.read(room.outside.rows_after, room.document_id, room.text.sequence)
        if rows:
            await self.take_rows(rows)
        else:
            room.head_seen = room.text.sequence

    async def take_rows(self, rows: list[LogRow]) -> None:
        """Take rows into the text and tell everybody here. If they do not fit, the text is made anew."""
        text = self.room.text
        try:
            async with text.turn:
                taken = text.take_rows(rows)
        except (Overlap, BadUpdate, Refused, Missing) as error:
            logger.info("room %s is rebuilt: %r", self.room.document_id, error)
            await self.rebuild()
            return
        if taken:
            self.room.to_all(protocol.sync_update(merge(item.parts for item in taken)))

    async def rebuild(self) -> None:
        """Make the room anew from the log and let what waits through the gate again."""
        room, before = self.room, self.room.text
        self.is_in_doubt = True
        text = await self.read(room.outside.load, room.document_id)
        if text.generation != before.generation:
            room.give_up(Close.RELOAD)
            return
        room.text = text
        room.is_dirty = self.is_in_doubt = False
        waiting, room.pending, room.pending_bytes = room.pending, [], 0
        # Who lacks one change here sends everything again: later ones of theirs must not overtake it.
        lacking: set[Client] = set()
        for entry in waiting:
            if entry.client not in lacking and not self._enter_again(entry):
                lacking.add(entry.client)
        room.head_seen = max(room.head_seen, text.sequence)
        if text.sequence != before.sequence:
            # Rows of others are among what was loaded; what a client knows already does no harm.
            room.to_all(protocol.sync_update(text.state()))
        room.answer_askers()

    def _enter_again(self, entry: Entry) -> bool:
        room, client = self.room, entry.client
        if not client.can_write:
            client.refuse(entry.number, "read_only")
            return False
        if entry.admitted.is_trimmed:
            # What was left out was known then, perhaps from a change that has just been refused.
            room.ask_again(client)
            return False
        try:
            admitted = room.text.admit(parse(entry.admitted.data), client.user_id)
        except Refused as refused:
            client.refuse(entry.number, refused.code)
            client.close(Close.BAD_FRAME)
            return False
        except Missing:
            room.ask_again(client)
            return False
        room.enter(Entry(client, entry.number, admitted))
        return True

    async def read(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Read the log in a thread. While the database fails, wait and try again: what was let in is kept."""
        conf = self.room.conf
        pause = conf.RETRY_MIN_SECONDS
        has_told = False
        while True:
            try:
                result = await in_thread(function, *arguments)
            except DATABASE_TROUBLE as error:
                if self.room.is_closed:
                    raise
                logger.warning("the log of %s could not be read: %s", self.room.document_id, error)
                self.room.set_trouble(True)
                has_told = True
                await asyncio.sleep(pause)
                pause = min(pause * 2, conf.RETRY_MAX_SECONDS)
                continue
            if has_told:
                self.room.set_trouble(False)
            return result
