"""When a room tells who is here: the latest state of each, all together, at a pace of its own that yields to text.

A round of presence goes to everybody, like one of text; in a room of thousands it costs as much. The pause after it
follows what it cost, so that cursors take a tenth of the worker's time at most.
"""

import time
from typing import TYPE_CHECKING

from realtime import presence, protocol
from realtime.presence import Presence

if TYPE_CHECKING:
    from realtime.clients import Client
    from realtime.rooms import Room

# y-protocols forgets whom it has not heard of for 30 s.
REFRESH_SECONDS = 15
# The pause after a round is so many times its cost.
COST_PAUSES = 9


class Attendance:
    """The presence of a room, and when it is told. All methods run on the worker's event loop."""

    def __init__(self, room: "Room"):
        self.room = room
        self.presence = Presence()
        self._is_count_due = False
        self._counted_at = 0.0
        self._next_at = 0.0

    @property
    def has_news(self) -> bool:
        """Whether there is something to tell."""
        return self._is_count_due or bool(self.presence.changed)

    def wait(self, now: float) -> float:
        """Return how many seconds the next round still has to wait."""
        return max(0.0, self._next_at - now)

    def count_readers(self) -> None:
        """Have the number of readers told with the next round: many come and go together."""
        self._is_count_due = True

    def leave(self, client: "Client") -> None:
        """Take away a client that left, or may not write any more."""
        self.presence.leave(client, time.monotonic())

    def refresh(self) -> None:
        """Forget the silent, tell the number of readers now and then."""
        now = time.monotonic()
        self.presence.expire(now, self.room.conf.PRESENCE_SECONDS)
        if now - self._counted_at >= REFRESH_SECONDS:
            self.count_readers()

    def tell(self, now: float) -> None:
        """Tell everybody here, and the other workers, what has changed."""
        started = time.perf_counter()
        if self._is_count_due:
            self._count(now)
        if changed := self.presence.take_changed():
            self.room.to_all(protocol.awareness(presence.encode(changed)))
        if own := self.presence.take_own(changed):
            self.room.outside.relay_presence(self.room.document_id, presence.encode(own))
        cost = time.perf_counter() - started
        tick = self.room.conf.AWARENESS_TICK_MS / 1000
        self._next_at = now + max(tick, cost * COST_PAUSES)

    def _count(self, now: float) -> None:
        self._is_count_due = False
        self._counted_at = now
        readers = sum(not client.can_write for client in self.room.clients)
        self.presence.count_readers(readers, now)

    def frames(self) -> list[bytes]:
        """Return the frames that tell a newcomer who is here: none or one."""
        present = self.presence.present()
        return [protocol.awareness(presence.encode(present))] if present else []
