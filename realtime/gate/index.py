"""What a room knows about its document: which clocks exist, where each struct stands, what is deleted.

Compact by design. Neighbouring structs of one client that stand in the same place share one interval, so somebody who
types ten thousand letters into a paragraph costs one entry. A *place* is a number: the slot of the Y type that contains
the struct, times 64, plus the id of the attribute (0: among the children). A *code* is the place doubled, plus one when
the content is deleted; -1 is a garbage-collected struct, whose place nobody knows any more.

Cycles cannot happen: a struct may refer only to what was there before it, and its parent never changes.
"""

from array import array
from bisect import bisect_right

from realtime.gate.schema import ROOT

GONE = -1
SUBS = 64

Ranges = list[tuple[int, int]]


class Client:
    """The structs of one client id: sorted interval starts with their codes, up to `next` (exclusive)."""

    __slots__ = ("codes", "next", "pairs", "starts", "types")

    def __init__(self):
        self.starts = array("q")
        self.codes = array("q")
        self.next = 0
        # clock -> slot, for structs that are Y types
        self.types: dict[int, int] = {}
        # clocks of the first halves of surrogate pairs, in order: nothing may come between the halves
        self.pairs: dict[int, None] = {}

    def append(self, code: int, length: int) -> None:
        """Add the next `length` clocks, all with this code."""
        if not self.codes or self.codes[-1] != code:
            self.starts.append(self.next)
            self.codes.append(code)
        self.next += length

    def code_at(self, clock: int) -> int:
        """Return the code at a clock below `next`."""
        return self.codes[bisect_right(self.starts, clock) - 1]


class Index:
    """The knowledge of one room. Changed only by `admit` and `learn`; `mark`/`undo` take back a refused update."""

    def __init__(self):
        self.clients: dict[int, Client] = {}
        # Per slot: kind, depth, and the id of the struct that is the Y type. Slot 0 is the root fragment.
        self.kinds = array("B", [ROOT])
        self.depths = array("B", [0])
        self.type_clients = array("Q", [0])
        self.type_clocks = array("q", [0])
        self.deleted: dict[int, Ranges] = {}
        self._journal: dict[int, tuple[int, int, int, int]] | None = None
        self._slots_before = 1

    def next_clock(self, client: int) -> int:
        """Return the first clock of a client that does not exist yet."""
        known = self.clients.get(client)
        return known.next if known else 0

    def code_at(self, client: int, clock: int) -> int:
        """Return the code of an existing struct."""
        return self.clients[client].code_at(clock)

    def slot_of(self, client: int, clock: int) -> int | None:
        """Return the slot of the Y type at (client, clock), None if what stands there is no living type."""
        return self.clients[client].types.get(clock)

    def mark(self) -> None:
        """Start to remember what is added, so that it can be undone."""
        self._journal = {}
        self._slots_before = len(self.kinds)

    def undo(self) -> None:
        """Take back everything added since `mark`."""
        for client, (intervals, next_clock, types, pairs) in (self._journal or {}).items():
            known = self.clients[client]
            if not next_clock:
                del self.clients[client]
                continue
            del known.starts[intervals:], known.codes[intervals:]
            known.next = next_clock
            for clock in list(known.types)[types:]:
                del known.types[clock]
            for clock in list(known.pairs)[pairs:]:
                del known.pairs[clock]
        for column in (self.kinds, self.depths, self.type_clients, self.type_clocks):
            del column[self._slots_before :]
        self._journal = None

    def touch(self, client: int) -> Client:
        """Return a client's entry to append to, made if need be, remembered for `undo`."""
        known = self.clients.get(client)
        if known is None:
            known = self.clients[client] = Client()
        if self._journal is not None and client not in self._journal:
            self._journal[client] = (
                len(known.starts),
                known.next,
                len(known.types),
                len(known.pairs),
            )
        return known

    def slot_add(self, kind: int, depth: int, client: int, clock: int) -> int:
        """Return the slot of a new Y type."""
        self.kinds.append(kind)
        self.depths.append(min(depth, 255))
        self.type_clients.append(client)
        self.type_clocks.append(clock)
        return len(self.kinds) - 1

    def is_within_pair(self, client: int, clock: int) -> bool:
        """Whether the border before this clock runs through a character of two units.

        Yjs replaces both halves then, Yrs keeps the character and loses count: texts and clocks would differ.
        """
        known = self.clients.get(client)
        return known is not None and clock - 1 in known.pairs

    def is_dead(self, slot: int) -> bool:
        """Whether a Y type or one that contains it is deleted."""
        while slot:
            client, clock = self.type_clients[slot], self.type_clocks[slot]
            if not self.undeleted(client, [(clock, clock + 1)]):
                return True
            slot = (self.code_at(client, clock) >> 1) // SUBS
        return False

    def undeleted(self, client: int, ranges: Ranges) -> Ranges:
        """Return the parts of `ranges` that are not deleted yet, sorted and merged."""
        known = self.deleted.get(client)
        parts: Ranges = []
        for start, end in _normal(ranges):
            if known:
                parts.extend(_subtract(start, end, known))
            else:
                parts.append((start, end))
        return parts

    def delete(self, client: int, ranges: Ranges) -> None:
        """Remember ranges that `undeleted` returned as deleted."""
        known = self.deleted.setdefault(client, [])
        for item in ranges:
            _insert(known, item)


def _normal(ranges: Ranges) -> Ranges:
    """Return ranges sorted and merged."""
    if len(ranges) < 2:
        return ranges
    out: Ranges = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _subtract(start: int, end: int, known: Ranges) -> Ranges:
    """Return [start, end) without the sorted, disjoint ranges `known`."""
    parts: Ranges = []
    at = bisect_right(known, (start, 2**62)) - 1
    if at >= 0 and known[at][1] > start:
        start = known[at][1]
    at += 1
    while start < end:
        if at >= len(known) or known[at][0] >= end:
            parts.append((start, end))
            break
        if known[at][0] > start:
            parts.append((start, known[at][0]))
        start = known[at][1]
        at += 1
    return parts


def _insert(known: Ranges, item: tuple[int, int]) -> None:
    """Insert a range that overlaps none, joined to its neighbours where they touch."""
    at = bisect_right(known, item)
    start, end = item
    if at < len(known) and known[at][0] == end:
        end = known[at][1]
        del known[at]
    if at > 0 and known[at - 1][1] == start:
        known[at - 1] = (known[at - 1][0], end)
    else:
        known.insert(at, (start, end))
