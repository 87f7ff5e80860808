"""The text of one room: the library's document, the gate's index, whose client ids are whose, and the sequence.

Knows no clients and sends nothing. Loading is for a thread; a change of ordinary size takes a few hundredths of a
millisecond, a large one is admitted in slices between which the worker does other things.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import documents
from documents import ydoc
from documents.selectors import updates
from documents.selectors.updates import LogRow
from realtime import protocol
from realtime.gate import (
    STORED,
    Admission,
    Admitted,
    Index,
    ParsedUpdate,
    Rules,
    admit,
    learn,
    parse,
)

_NOBODY = object()
# The worker does nothing else for so long while it admits a large change.
SLICE_SECONDS = 0.008


@cache
def rules() -> Rules:
    """Return the gate's rules, compiled from the one schema."""
    path = Path(documents.__file__).with_name("schema.json")
    return Rules(json.loads(path.read_text("utf-8")))


class Overlap(Exception):
    """Rows of others hold structs that are pending here under the same client id."""


@dataclass
class RoomText:
    """See the module. `sequence` is the last row of the log that is in the document."""

    document_id: uuid.UUID
    generation: uuid.UUID
    sequence: int
    owners: dict[int, uuid.UUID | None]
    size_bytes: int = 0
    doc: ydoc.Doc = field(default_factory=ydoc.new_doc)
    index: Index = field(default_factory=Index)
    # Client ids used for the first time, to be stored with the next batch.
    unbound: dict[int, uuid.UUID | None] = field(default_factory=dict)
    # Held while something is on its way through the gate over several turns of the event loop: nothing else may be
    # taken into the index then, and changes keep the order in which they came.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def load(cls, document_id: uuid.UUID) -> "RoomText":
        """Read the text from the log. Raises NotFound, BrokenLog, BadUpdate. For a thread: queries and replays."""
        stored = updates.text_load(document_id)
        text = cls(stored.document_id, stored.generation, stored.sequence, dict(stored.clients))
        datas = ([stored.snapshot] if stored.snapshot else []) + [row.data for row in stored.rows]
        text.doc = ydoc.document_from_updates(None, datas)
        for data in datas:
            text.size_bytes += len(data)
            learn(text.index, parse(data, STORED), rules())
        return text

    # --- what clients send ----------------------------------------------------------------------

    def admit(self, parsed: ParsedUpdate, user_id: uuid.UUID | None) -> Admitted:
        """Let a change of `user_id` through the gate. Raises Refused, Missing; then nothing has changed."""
        first_used: list[int] = []
        admitted = admit(self.index, parsed, rules(), self._may_use(user_id, first_used))
        return self._entered(admitted, user_id, first_used)

    async def admit_in_slices(
        self, parsed: ParsedUpdate, user_id: uuid.UUID | None
    ) -> tuple[Admitted, float]:
        """Like `admit`, letting others have their turn every few milliseconds. Only while holding `turn`.

        Returns also how many seconds of work it was, without those of others.
        """
        first_used: list[int] = []
        admission = Admission(self.index, parsed, rules(), self._may_use(user_id, first_used))
        seconds, started = 0.0, time.perf_counter()
        # Closed at once when this is cancelled: then everything is taken back before the turn ends.
        with closing(admission.steps()) as steps:
            for _ in steps:
                if (now := time.perf_counter()) - started > SLICE_SECONDS:
                    seconds += now - started
                    await asyncio.sleep(0)
                    started = time.perf_counter()
        admitted = self._entered(admission.result, user_id, first_used)
        return admitted, seconds + time.perf_counter() - started

    def _may_use(self, user_id: uuid.UUID | None, first_used: list[int]) -> Callable[[int], bool]:
        def may_use(client_id: int) -> bool:
            owner = self.owners.get(client_id, _NOBODY)
            if owner is _NOBODY:
                first_used.append(client_id)
                # Structs without a known owner are the server's own or from before binding: nobody goes on with them.
                return self.index.next_clock(client_id) == 0
            return owner is not None and owner == user_id

        return may_use

    def _entered(
        self, admitted: Admitted, user_id: uuid.UUID | None, first_used: list[int]
    ) -> Admitted:
        for client_id in first_used:
            self.owners[client_id] = self.unbound[client_id] = user_id
        self.size_bytes += len(admitted.data)
        return admitted

    def take_unbound(self, client_ids: set[int]) -> dict[int, uuid.UUID | None]:
        """Return which of these client ids are still to be bound, once."""
        return {
            client_id: self.unbound.pop(client_id) for client_id in client_ids & self.unbound.keys()
        }

    def apply(self, data: bytes) -> None:
        """Put an admitted change into the document. Raises BadUpdate: then the text is in doubt."""
        ydoc.apply(self.doc, data)

    # --- what others stored ---------------------------------------------------------------------

    def take_rows(self, rows: list[LogRow]) -> list[Admitted]:
        """Take rows that others added to the log, those already known left out.

        Raises Overlap when one holds structs that wait here under the same client id, BadUpdate, Refused, Missing:
        then the text is in doubt.
        """
        taken = []
        for row in rows:
            if row.sequence <= self.sequence:
                continue
            parsed = parse(row.data, STORED)
            for client_id, structs in parsed.sections.items():
                if structs[0].clock < self.index.next_clock(client_id):
                    raise Overlap
                self.owners.setdefault(client_id, row.user_id)
            taken.append(learn(self.index, parsed, rules()))
            ydoc.apply(self.doc, row.data)
            self.sequence = row.sequence
            self.size_bytes += len(row.data)
        return taken

    # --- what clients are told ------------------------------------------------------------------

    def state(self, since: bytes | None = None) -> bytes:
        """Return an update with what a state vector lacks (everything when None)."""
        return ydoc.encode_state(self.doc, since)

    def vector(self) -> bytes:
        """Return the state vector of all that was let in, also of what is not stored yet."""
        return protocol.state_vector(self.index.clocks())
