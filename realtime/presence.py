"""Presence (y-protocols' awareness): who is here and where the cursors are.

The server decides name and colour, one client id belongs to one connection, states are small. Writers are named;
readers are only counted: their number travels as a state of client id 0, which no browser uses.
"""

import json
import time
from dataclasses import dataclass, field

from realtime.gate.errors import Refused
from realtime.gate.reader import MAX_CLIENT, MAX_CLOCK, Reader, write_text, write_uint

READERS_CLIENT = 0
# A connection speaks for itself; more entries are what a client knows of others, and only so many are read.
MAX_ENTRIES = 5_000
NOBODY = "null"
# Clocks of the number of readers are seconds since 2020.
CLOCK_ZERO = 1_577_836_800


@dataclass
class Entry:
    """The latest state of one client id: its clock, JSON text, when it came (monotonic seconds), and who owns it."""

    clock: int
    state: str
    seen_at: float
    owner: object
    _bytes: bytes = field(default=b"", repr=False, compare=False)

    def encoded(self, client_id: int) -> bytes:
        """Return the entry as y-protocols reads it; made once, since everybody who comes gets all of them."""
        if not self._bytes:
            self._bytes = write_uint(client_id) + write_uint(self.clock) + write_text(self.state)
        return self._bytes


def decode(payload: bytes) -> list[tuple[int, int, str]]:
    """Return (client id, clock, JSON text) of each entry. Raises `Refused`."""
    reader = Reader(payload)
    entries = [
        (reader.uint(MAX_CLIENT), reader.uint(), reader.text())
        for _ in range(reader.uint(MAX_ENTRIES))
    ]
    if reader.pos != reader.end:
        raise Refused("trailing_bytes")
    return entries


def encode(entries: dict[int, Entry]) -> bytes:
    """Return entries as y-protocols reads them."""
    return write_uint(len(entries)) + b"".join(
        entry.encoded(client) for client, entry in entries.items()
    )


def own_state(text: str, name: str, colour: str, limit: int) -> str:
    """Return a client's state with the name and colour that the server knows. Raises `Refused`."""
    if len(text) > limit:
        raise Refused("state_too_large")
    try:
        state = json.loads(text, parse_constant=_no_constant)
        if state is None:
            return NOBODY
        if not isinstance(state, dict):
            raise Refused("not_json")
        state["user"] = {"name": name, "color": colour}
        said = json.dumps(state, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        # It is told together with the states of others: half a surrogate pair, or a number that is none (1e999),
        # would keep all of them from being written, or from being read.
        said.encode()
    except (ValueError, RecursionError):
        raise Refused("not_json") from None
    return said


def _no_constant(name: str):
    raise ValueError(name)


def readers_in(state: str) -> int:
    """Return how many readers another worker counts; 0 for what is no number of readers."""
    try:
        number = json.loads(state)["readers"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return 0
    return max(0, number) if isinstance(number, int) else 0


# Owner of the states of those whose worker fell silent. They may come back under the same clock.
LOST = object()


class Presence:
    """The presence of one room. `changed` are the client ids whose state is to be told.

    The owner of a state is the connection that speaks for it; of what came from another worker, that worker's name.
    """

    def __init__(self):
        self.entries: dict[int, Entry] = {}
        self.changed: set[int] = set()
        self._readers = 0
        self._readers_elsewhere: dict[str, int] = {}
        self._are_readers_told = True

    def claim(self, client_id: int, owner: object, is_mine) -> bool:
        """Tell whether `owner` may speak under this client id: it is free, its own, or of the same person."""
        if client_id == READERS_CLIENT:
            return False
        entry = self.entries.get(client_id)
        if entry is None or entry.owner is owner or entry.state == NOBODY:
            return True
        return is_mine(entry.owner)

    def put(self, client_id: int, clock: int, state: str, owner: object, now: float) -> bool:
        """Take a state if it is newer than the one there; return whether it was taken."""
        entry = self.entries.get(client_id)
        if entry is not None:
            is_leaving = state == NOBODY and entry.state != NOBODY
            is_same_again = entry.clock == clock and (is_leaving or entry.owner is LOST)
            if clock <= entry.clock and not is_same_again:
                return False
        self.entries[client_id] = Entry(clock, state, now, owner)
        self.changed.add(client_id)
        return True

    def leave(self, owner: object, now: float) -> None:
        """Take away what `owner` said."""
        for client_id, entry in self.entries.items():
            if entry.owner is owner and entry.state != NOBODY:
                self._remove(client_id, entry, now)

    def _remove(self, client_id: int, entry: Entry, now: float) -> None:
        clock = min(entry.clock + 1, MAX_CLOCK)
        self.entries[client_id] = Entry(clock, NOBODY, now, None)
        self.changed.add(client_id)

    def expire(self, now: float, seconds: float) -> None:
        """Take away those who gave no sign of life for so long, and forget those who left."""
        for client_id, entry in list(self.entries.items()):
            if now - entry.seen_at < seconds:
                continue
            if entry.state == NOBODY:
                del self.entries[client_id]
                self.changed.discard(client_id)
            elif client_id != READERS_CLIENT:
                self._remove(client_id, entry, now)

    def lose_worker(self, worker: str, now: float) -> None:
        """Take away those whose worker is silent. Their clocks stay, so that their next word brings them back."""
        for client_id, entry in self.entries.items():
            if entry.owner == worker and entry.state != NOBODY:
                self.entries[client_id] = Entry(entry.clock, NOBODY, now, LOST)
                self.changed.add(client_id)
        self.hear_readers(worker, 0, now)

    def doubt(self, client_id: int | None, owner: object) -> dict[int, Entry]:
        """Return what makes a browser say again that it is here: its own end, under its present clock.

        y-protocols answers that with the state under a new clock, which everybody takes.
        """
        entry = self.entries.get(client_id)
        if entry is None or entry.owner is not owner or entry.state == NOBODY:
            return {}
        return {client_id: Entry(entry.clock, NOBODY, entry.seen_at, owner)}

    def gone(self, client_id: int) -> dict[int, Entry]:
        """Return the end of a client id that others take for gone, to be told to whoever speaks under it again."""
        entry = self.entries.get(client_id)
        return {client_id: entry} if entry is not None and entry.state == NOBODY else {}

    # --- readers ------------------------------------------------------------------------------------

    def count_readers(self, number: int, now: float) -> None:
        """Say how many only read here. Said again now and then, or clients would forget it."""
        self._are_readers_told = number == self._readers == 0
        self._readers = number
        self._show_readers(now)

    def hear_readers(self, worker: str, number: int, now: float) -> None:
        """Take another worker's number of readers."""
        if number == self._readers_elsewhere.get(worker, 0):
            return
        self._readers_elsewhere[worker] = number
        if number == 0:
            del self._readers_elsewhere[worker]
        self._show_readers(now)

    def _show_readers(self, now: float) -> None:
        number = self._readers + sum(self._readers_elsewhere.values())
        entry = self.entries.get(READERS_CLIENT)
        if number == 0 and (entry is None or entry.state == NOBODY):
            return
        # From the time, because a browser that comes from another worker takes no smaller clock than that one's.
        clock = max(int(time.time()) - CLOCK_ZERO, entry.clock + 1 if entry else 0)
        self.entries[READERS_CLIENT] = Entry(clock, _readers_state(number), now, None)
        self.changed.add(READERS_CLIENT)

    # --- telling ------------------------------------------------------------------------------------

    def take_changed(self) -> dict[int, Entry]:
        """Return what is to be told, once."""
        changed = {
            client: self.entries[client] for client in self.changed if client in self.entries
        }
        self.changed.clear()
        return changed

    def present(self) -> dict[int, Entry]:
        """Return all who are here."""
        return {client: entry for client, entry in self.entries.items() if entry.state != NOBODY}

    def take_own(self, changed: dict[int, Entry]) -> dict[int, Entry]:
        """Return which of these states other workers are to hear from us, and our number of readers, once."""
        own = {
            client: entry
            for client, entry in changed.items()
            if client != READERS_CLIENT
            and not isinstance(entry.owner, str)
            and entry.owner is not LOST
        }
        if not self._are_readers_told:
            self._are_readers_told = True
            own |= self._own_readers()
        return own

    def own(self) -> dict[int, Entry]:
        """Return all that another worker should know of us."""
        own = self.take_own(self.present())
        return own | self._own_readers() if self._readers else own

    def _own_readers(self) -> dict[int, Entry]:
        return {READERS_CLIENT: Entry(1, f'{{"readers":{self._readers}}}', 0.0, None)}


def _readers_state(number: int) -> str:
    return f'{{"readers":{number}}}' if number else NOBODY
