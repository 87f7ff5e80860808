"""A batch: the changes of a room since the last round, as rows of the log and as one frame for everybody."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from cocreation.kernel.errors import Conflict
from documents.selectors.updates import LogRow
from documents.services.updates import NewRow
from realtime.clients import Client
from realtime.gate import STORED, Admitted, merge, parse
from realtime.text import RoomText


@dataclass(frozen=True)
class Entry:
    """One admitted frame: who sent it and its number among that client's changing frames."""

    client: Client
    number: int
    admitted: Admitted


@dataclass
class Row:
    """One author's and connection's part of the batch, with the entries it is made of."""

    entries: list[Entry]
    data: bytes


@dataclass
class Batch:
    """Entries in the order in which they were let in, as rows.

    A row joins the changes of one connection, as long as none of them builds on what another connection sent in the
    same batch: then a new row begins, so that each row of the log stands on the rows before it.
    """

    entries: list[Entry]
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self):
        group: dict[uuid.UUID, list[Entry]] = {}
        # Per client id: first clock that is new in this group, and who sent it.
        fresh: dict[int, tuple[int, uuid.UUID]] = {}
        for entry in self.entries:
            if entry.admitted.is_empty:
                continue
            if self._stands_on_others(entry, fresh):
                self._close(group)
                group, fresh = {}, {}
            group.setdefault(entry.client.id, []).append(entry)
            for client_id, section in entry.admitted.parts.sections.items():
                fresh.setdefault(client_id, (section.clock, entry.client.id))
        self._close(group)

    @staticmethod
    def _stands_on_others(entry: Entry, fresh: dict[int, tuple[int, uuid.UUID]]) -> bool:
        if not fresh:
            return False
        refers = entry.admitted.refers
        for client_id in (*entry.admitted.parts.sections, *refers):
            known = fresh.get(client_id)
            if (
                known
                and known[1] != entry.client.id
                and refers.get(client_id, known[0]) >= known[0]
            ):
                return True
        return False

    def _close(self, group: dict[uuid.UUID, list[Entry]]) -> None:
        for entries in group.values():
            one = len(entries) == 1
            data = (
                entries[0].admitted.data
                if one
                else merge(entry.admitted.parts for entry in entries)
            )
            self.rows.append(Row(entries, data))

    def new_rows(self) -> list[NewRow]:
        """Return the rows as the log takes them."""
        return [
            NewRow(row.data, row.entries[0].client.user_id, row.entries[0].client.id)
            for row in self.rows
        ]

    def log_rows(self, first: int) -> list[LogRow]:
        """Return the rows as they stand in the log from sequence `first` on."""
        return [
            LogRow(sequence, row.user_id, row.connection_id, row.data)
            for sequence, row in enumerate(self.new_rows(), first)
        ]

    def client_ids(self) -> set[int]:
        """Return the Yjs client ids under which the batch adds structs."""
        return {client_id for entry in self.entries for client_id in entry.admitted.parts.sections}

    def write_arguments(self, text: RoomText, closings: int, behind: "Batch | None" = None) -> dict:
        """Return what the writer needs to store it. Client ids used for the first time are bound with it.

        `closings`: as of which closing of its phase all who wrote were found to have the right. `behind`: a batch on
        its way to the log before this one, on which this one may build.
        """
        client_ids = self.client_ids()
        return {
            "document_id": text.document_id,
            "generation": text.generation,
            "base_sequence": text.sequence,
            "rows": self.new_rows(),
            "clients": text.take_unbound(client_ids),
            "closings": closings,
            "check_missed": no_overlap(client_ids, behind.new_rows() if behind else []),
        }

    def update(self) -> bytes:
        """Return the whole batch as one update."""
        if len(self.rows) == 1:
            return self.rows[0].data
        return merge(entry.admitted.parts for entry in self.entries)

    def only_sender(self) -> Client | None:
        """Return the client that sent all of it, None if there were several."""
        senders = {entry.client for row in self.rows for entry in row.entries}
        return senders.pop() if len(senders) == 1 else None

    def last_numbers(self) -> dict[Client, int]:
        """Return, per client, the number of its last frame in this batch."""
        return {entry.client: entry.number for entry in self.entries}


def no_overlap(client_ids: set[int], awaited: list[NewRow]) -> Callable[[list[LogRow]], None]:
    """Return the check of rows that came before a batch.

    All of `awaited` must be among them; of the others none may hold structs under the batch's client ids.
    """

    def check(missed: list[LogRow]) -> None:
        left = [(row.connection_id, row.data) for row in awaited]
        for row in missed:
            if (row.connection_id, row.data) in left:
                left.remove((row.connection_id, row.data))
            elif client_ids & parse(row.data, STORED).sections.keys():
                raise Conflict("another worker stored changes of the same client", "overlap")
        if left:
            raise Conflict("what these changes may build on was not stored", "overlap")

    return check
