"""Presence (y-protocols' awareness): who is here and where the cursors are.

The server decides name and colour, one client id belongs to one connection, states are small. Writers are named;
readers are only counted: their number travels as a state of client id 0, which no browser uses.
"""

import json
from dataclasses import dataclass

from realtime.gate.errors import Refused
from realtime.gate.reader import MAX_CLIENT, MAX_CLOCK, Reader, write_text, write_uint

READERS_CLIENT = 0
# A connection speaks for itself; more entries are what a client knows of others, and only so many are read.
MAX_ENTRIES = 5_000
NOBODY = "null"


@dataclass
class Entry:
    """The latest state of one client id: its clock, JSON text, when it came (monotonic seconds), and who owns it."""

    clock: int
    state: str
    seen_at: float
    owner: object


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
        write_uint(client) + write_uint(entry.clock) + write_text(entry.state)
        for client, entry in entries.items()
    )


def own_state(text: str, name: str, colour: str, limit: int) -> str:
    """Return a client's state with the name and colour that the server knows. Raises `Refused`."""
    if len(text) > limit:
        raise Refused("state_too_large")
    try:
        state = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused("not_json") from None
    if state is None:
        return NOBODY
    if not isinstance(state, dict):
        raise Refused("not_json")
    state["user"] = {"name": name, "color": colour}
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"))


def _no_constant(name: str):
    raise ValueError(name)


def of_this_worker(entries: dict[int, Entry]) -> dict[int, Entry]:
    """Return what other workers are to hear: not what came from one, and not our own number of readers.

    The owner of what came from another worker is that worker's name.
    """
    return {
        client: entry
        for client, entry in entries.items()
        if client != READERS_CLIENT and not isinstance(entry.owner, str)
    }


class Presence:
    """The presence of one room. `changed` are the client ids whose state is to be told."""

    def __init__(self):
        self.entries: dict[int, Entry] = {}
        self.changed: set[int] = set()

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
            same = entry.clock == clock and state == NOBODY and entry.state != NOBODY
            if clock <= entry.clock and not same:
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

    def count_readers(self, number: int, now: float) -> None:
        """Say how many only read. Said again now and then, or clients would forget it."""
        entry = self.entries.get(READERS_CLIENT)
        if number == 0 and (entry is None or entry.state == NOBODY):
            return
        state = f'{{"readers":{number}}}' if number else NOBODY
        clock = entry.clock + 1 if entry else 1
        self.entries[READERS_CLIENT] = Entry(clock, state, now, None)
        self.changed.add(READERS_CLIENT)

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
