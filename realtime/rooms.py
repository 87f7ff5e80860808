"""A room: one document in one worker, with its clients, their presence, and the rounds that store and announce.

A round takes what was let in since the last one, applies it, has it committed, and only then tells anybody. The first
change in an idle room starts a round at once; after it the room pauses in proportion to what the round cost, so that
a busy room sends one merged frame per client and tick. Only the round task changes the text; frames only go through
the gate.

Changes are applied to the document *before* they are committed: the log must never hold what cannot be applied. The
price is small: a refused batch means rebuilding the room from the log, and whoever joins waits for the commit under
way.
"""

import asyncio
import logging
import time
import uuid
from functools import partial

from cocreation.kernel.errors import Conflict, NotFound
from documents.selectors.updates import LogRow
from documents.services.updates import Appended
from documents.ydoc import BadUpdate
from realtime import protocol, room_rights
from realtime.attendance import Attendance
from realtime.batches import Batch, Entry
from realtime.catch_up import CatchUp
from realtime.clients import Client
from realtime.outside import Outside
from realtime.pace import Pace
from realtime.protocol import Close, Hello, State
from realtime.text import RoomText
from realtime.writer import WriterFull

logger = logging.getLogger(__name__)

APPLY_SLICE_SECONDS = 0.01


class Room:
    """See the module. All methods run on the worker's event loop."""

    def __init__(self, outside: Outside, text: RoomText, process_id: uuid.UUID | None = None):
        self.outside = outside
        self.conf = outside.conf
        self.text = text
        self.process_id = process_id
        self.document_id = text.document_id
        self.clients: set[Client] = set()
        self.attendance = Attendance(self)
        self.pending: list[Entry] = []
        self.pending_bytes = 0
        self.head_seen = text.sequence
        self.is_in_trouble = False
        self.is_closed = False
        self.access_epoch = 0
        # Everybody here was last asked about their right to write as of this closing of the text's phase, or later.
        self.closings = 0
        self.empty_since = time.monotonic()
        self._askers: dict[Client, bytes] = {}  # one answer each, however often they ask
        self.is_dirty = False  # the document holds what is not committed yet
        self.catch_up = CatchUp(self)
        # What is being committed. At the end of the worker it is looked at once more (`at_the_end`).
        self._under_way: Batch | None = None
        self._is_submitted = False
        self._task: asyncio.Task | None = None
        self._pace = Pace.of(self.conf)
        # Set while the rounds wait with nothing but presence to tell: text does not wait for that.
        self._text_came: asyncio.Event | None = None

    # --- clients --------------------------------------------------------------------------------

    def join(self, client: Client) -> None:
        """Let an admitted client in: say hello, ask for what it has, show who is here."""
        self.clients.add(client)
        client.refresh = partial(self._whole, client)
        client.tell(protocol.hello(self._hello(client)))
        if self.is_in_trouble:
            client.tell_state(State.STORAGE_TROUBLE)
        # Also to who only reads: the editor finds out by it whether it holds edits that never got here.
        client.put(protocol.sync_step_1(self.text.vector()))
        if not client.can_write:
            self.attendance.count_readers()
            self.wake()
        self.send_presence_to(client)

    def _hello(self, client: Client) -> Hello:
        return Hello(
            generation=str(self.text.generation),
            can_write=client.can_write,
            sequence=self.text.sequence,
            max_frame_bytes=self.conf.FRAME_MAX_BYTES,
            name=client.person.name,
            colour=client.person.colour,
        )

    def leave(self, client: Client) -> None:
        """Forget a client. What it sent is stored all the same."""
        self.clients.discard(client)
        self.attendance.leave(client)
        if not client.can_write:
            self.attendance.count_readers()
        client.outbox.stop()
        self.empty_since = time.monotonic()
        self.wake()

    def close_all(self, code: Close) -> None:
        """Close every connection, for example because the text was replaced."""
        self.is_closed = True
        for client in list(self.clients):
            client.close(code)

    def set_can_write(self, client: Client, can_write: bool, why: str = "") -> None:
        """Give or take the right to write (`why`: for the person), and tell the editor."""
        client.why_read_only = why
        if client.can_write == can_write:
            return
        client.can_write = can_write
        if can_write:
            client.tell_state(State.WRITING_ALLOWED)
            client.put(protocol.sync_step_1(self.text.vector()))
        else:
            client.tell_state(State.READ_ONLY)
            self.attendance.leave(client)
        self.attendance.count_readers()
        self.wake()

    def set_trouble(self, is_trouble: bool) -> None:
        """Tell the editors that the database fails, or is back."""
        if self.is_in_trouble == is_trouble:
            return
        self.is_in_trouble = is_trouble
        for client in self.clients:
            client.tell_state(State.STORAGE_TROUBLE if is_trouble else State.NORMAL)

    # --- what clients ask -------------------------------------------------------------------------

    def answer_step_1(self, client: Client, vector: bytes) -> None:
        """Send what the client lacks; when something is to be stored, after it.

        Nobody sees what is not stored, and everybody sees what they sent before they asked.
        """
        if self.is_dirty or self.pending:
            self._askers[client] = vector
        else:
            client.put(protocol.sync_step_2(self.text.state(vector)))

    def ask_again(self, client: Client) -> None:
        """Ask a client for everything that the server lacks: its last change builds on something unknown."""
        client.is_resyncing = True
        client.put(protocol.sync_step_1(self.text.vector()))

    def send_presence_to(self, client: Client) -> None:
        """Tell one client who is here."""
        for frame in self.attendance.frames():
            client.put(frame)

    def enter(self, entry: Entry) -> None:
        """Queue an admitted change for the next round. A closed room takes none: it may build on what was given up."""
        if self.is_closed:
            return
        self.pending.append(entry)
        self.pending_bytes += len(entry.admitted.data)
        if self._text_came:
            self._text_came.set()
        self.wake()

    def _whole(self, client: Client) -> list[bytes]:
        """Return the frames for a client that was too slow for single changes."""
        frames = self.attendance.frames()
        if self.is_dirty:
            # Nobody sees what is not stored: the text follows when the commit under way is done.
            self._askers[client] = protocol.state_vector({})
        else:
            frames.append(protocol.sync_step_2(self.text.state()))
        return frames

    # --- rounds -----------------------------------------------------------------------------------

    def wake(self) -> None:
        """Make sure that a round comes."""
        if self._task is None and self._has_work():
            self._task = asyncio.ensure_future(self._rounds())

    def _has_work(self) -> bool:
        has_news = self.attendance.has_news or self.head_seen > self.text.sequence
        return bool(self.pending or (has_news and not self.is_closed))

    async def _rounds(self) -> None:
        try:
            while self._has_work():
                await self._pause()
                await self._round()
        except Exception:
            # A fault of ours must not leave a room that looks alive and stores nothing.
            logger.exception("room %s failed and is closed", self.document_id)
            self.give_up(Close.FAULT)
        finally:
            self._task = None

    def give_up(self, code: Close) -> None:
        """Give up: a batch was not stored, or the text was replaced; what waits may build on it and must not be stored.

        Browsers keep what has no receipt and send it again when they come back.
        """
        self.pending, self.pending_bytes = [], 0
        self._under_way = None
        self.close_all(code)

    async def _pause(self) -> None:
        now = time.monotonic()
        has_text = self.pending or self.head_seen > self.text.sequence
        if not has_text and (wait := self.attendance.wait(now)) > 0:
            self._text_came = asyncio.Event()
            try:
                async with asyncio.timeout(wait):
                    await self._text_came.wait()
            except TimeoutError:
                return
            finally:
                self._text_came = None
            now = time.monotonic()
        if (wait := self._pace.wait(now)) > 0:
            await asyncio.sleep(wait)

    async def _round(self) -> None:
        self._cost = 0.0
        if self.pending:
            await self._commit()
        if self.head_seen > self.text.sequence:
            await self.catch_up.fill_gap()
        self._pace.spent(self._cost, time.monotonic())
        now = time.monotonic()
        if self.attendance.has_news and not self.attendance.wait(now):
            self.attendance.tell(now)

    def to_all(self, frame: bytes, but: Client | None = None) -> None:
        """Send a frame to everybody here."""
        started = time.perf_counter()
        for client in list(self.clients):
            if client is not but:
                client.outbox.put(frame)
        self._cost += time.perf_counter() - started

    # --- storing and announcing -------------------------------------------------------------------

    async def _commit(self) -> None:
        entries, self.pending, self.pending_bytes = self.pending, [], 0
        started = paused = time.perf_counter()
        batch = self._under_way = Batch(entries)
        self._is_submitted = False
        self.is_dirty = True
        for row in batch.rows:
            try:
                self.text.apply(row.data)
            except BadUpdate:
                await self._drop(entries, row.entries, "cannot_be_applied")
                return
            if time.perf_counter() - paused > APPLY_SLICE_SECONDS:
                # Many costly changes at once: other rooms and sockets have their turn in between.
                await asyncio.sleep(0)
                paused = time.perf_counter()
        self._cost += time.perf_counter() - started
        appended = None
        if batch.rows:
            appended = await self._store(batch)
            if appended is None:
                return
        self.is_dirty = False
        started = time.perf_counter()
        if appended:
            await self._take_missed(appended)
            self._announce(batch, appended)
        self._under_way = None
        for client, number in batch.last_numbers().items():
            client.tell(protocol.receipt(number, self.text.sequence))
        self.answer_askers()
        self._cost += time.perf_counter() - started

    async def _store(self, batch: Batch) -> Appended | None:
        """Have the batch committed. None: it was refused, and that has been dealt with."""
        try:
            stored = self.outside.writer.submit(batch.write_arguments(self.text, self.closings))
            self._is_submitted = True
            return await stored
        except WriterFull:
            self.give_up(Close.FULL)
        except NotFound:
            self.give_up(Close.NOT_FOUND)
        except Conflict as conflict:
            await self._resolve(batch, conflict)
        return None

    async def _resolve(self, batch: Batch, conflict: Conflict) -> None:
        if conflict.code == "generation":
            self.give_up(Close.RELOAD)
            return
        if conflict.code == "closed_meanwhile":
            self.pending = batch.entries + self.pending
            self._under_way = None
            await room_rights.ask_again(self)
            return
        taken = set(conflict.details.get("clients", ()))
        guilty = [entry for entry in batch.entries if taken & entry.admitted.parts.sections.keys()]
        await self._drop(batch.entries, guilty, "client_of_another")

    async def _drop(self, entries: list[Entry], guilty: list[Entry], code: str) -> None:
        """Refuse some entries of a batch, rebuild the room from the log, let the rest in again."""
        for entry in guilty:
            entry.client.refuse(entry.number, code)
            entry.client.close(Close.BAD_FRAME)
        self._under_way = None
        self.pending = [entry for entry in entries if entry not in guilty] + self.pending
        await self.catch_up.rebuild()

    async def _take_missed(self, appended: Appended) -> None:
        if appended.missed:
            await self.catch_up.take_rows(appended.missed)
        self.text.sequence = max(self.text.sequence, appended.last)
        self.head_seen = max(self.head_seen, appended.last)

    def _announce(self, batch: Batch, appended: Appended) -> None:
        update = batch.update()
        self.to_all(protocol.sync_update(update), but=batch.only_sender())
        self.outside.relay_rows(self.document_id, batch.log_rows(appended.first))
        if appended.is_snapshot_due:
            self.outside.snapshot_request(self.document_id)

    def answer_askers(self) -> None:
        """Answer those who asked while something was to be stored."""
        askers, self._askers = self._askers, {}
        for client, vector in askers.items():
            if client.is_open:
                client.put(protocol.sync_step_2(self.text.state(vector)))

    # --- other workers ------------------------------------------------------------------------------

    def hear_rows(self, rows: list[LogRow]) -> None:
        """Another worker stored these rows."""
        self.head_seen = max(self.head_seen, rows[-1].sequence)
        self.catch_up.hear(rows)
        self.wake()

    # --- its end ----------------------------------------------------------------------------------

    @property
    def is_idle(self) -> bool:
        """Whether nobody is here and everything is stored."""
        return not (self.clients or self.pending or self._task)

    def at_the_end(self) -> dict | None:
        """Return what the writer still has to store when the event loop runs no more; None: nothing.

        What is in doubt is not stored: it has no receipt, and browsers send it again.
        """
        entries, self.pending = self.pending, []
        behind = self._under_way if self._is_submitted else None
        if self._under_way and not self._is_submitted:
            entries = self._under_way.entries + entries
        if self.catch_up.is_in_doubt or not entries:
            return None
        return Batch(entries).write_arguments(self.text, self.closings, behind)

    async def settle(self) -> None:
        """Wait until everything that was let in is stored."""
        while self._task is not None:
            await asyncio.wait({self._task})
            self.wake()

    def refresh_presence(self) -> None:
        """Forget the silent, tell the number of readers now and then."""
        self.attendance.refresh()
        self.wake()
