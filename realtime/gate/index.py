"""What a room knows about its document: which clocks exist, where each struct stands, what is deleted.

Compact by design. Structs of one client that follow each other in the same place share one interval, so somebody who
types ten thousand letters into a paragraph costs one entry. A *place* is a number: the slot of the Y type that contains
the struct, times 64, plus the id of the attribute (0: among the children). A *code* is the place doubled, plus one when
the content is deleted; -1 is a garbage-collected struct, whose place nobody knows any more.

Cycles cannot happen: a struct may refer only to what was there before it, and its parent never changes.
"""

from array import array
from bisect import bisect_left, bisect_right

from realtime.gate.neighbours import CLOCK_BITS, NONE, Neighbours
from realtime.gate.schema import ROOT

GONE = -1
SUBS = 64
SEVERAL = -(2**62)
# From here on putting ranges in one by one costs more than sorting all.
MANY = 500

Ranges = list[tuple[int, int]]


class Client:
    """The structs of one client id: intervals, sorted, up to `next` (exclusive).

    An interval is one struct, or words that follow each other and name the same right neighbour (or a run of deleted
    ones, or of collected ones): what Yjs and Yrs may join into one item, so that they may also have to cut it. Its
    columns: first clock, code, what the first one follows, right neighbour (both as numbers, see `neighbours`).
    """

    __slots__ = (
        "codes",
        "id",
        "last",
        "next",
        "number",
        "origins",
        "pairs",
        "rights",
        "slots",
        "starts",
        "types",
    )

    def __init__(self, client_id: int, number: int):
        self.id = client_id
        self.number = number
        self.starts = array("q")
        self.codes = array("q")
        self.origins = array("q")
        self.rights = array("q")
        self.next = 0
        # Kind and right neighbour of the last struct, as they were written: who goes on typing names them again.
        self.last: tuple[int, tuple[int, int] | None] | None = None
        # clocks of structs that are Y types, and their slots
        self.types = array("q")
        self.slots = array("q")
        # clocks of the first halves of surrogate pairs: nothing may come between the halves
        self.pairs = array("q")

    def begin(self, code: int, length: int, origin: int, right: int) -> None:
        """Add the next `length` clocks as a new interval."""
        self.starts.append(self.next)
        self.codes.append(code)
        self.origins.append(origin)
        self.rights.append(right)
        self.next += length

    def at(self, clock: int) -> int:
        """Return which interval holds a clock below `next`."""
        return bisect_right(self.starts, clock) - 1

    def code_at(self, clock: int) -> int:
        """Return the code at a clock below `next`."""
        return self.codes[bisect_right(self.starts, clock) - 1]

    def slot_at(self, clock: int) -> int | None:
        """Return the slot of the Y type at a clock, None if there is none."""
        at = bisect_left(self.types, clock)
        return self.slots[at] if at < len(self.types) and self.types[at] == clock else None

    def lengths(self) -> tuple[int, ...]:
        """Return how much there is of everything, for `cut`."""
        return len(self.starts), self.next, len(self.types), len(self.pairs)

    def cut(self, lengths: tuple[int, ...], last: tuple | None) -> None:
        """Forget what was added since `lengths`."""
        intervals, self.next, types, pairs = lengths
        for column in (self.starts, self.codes, self.origins, self.rights):
            del column[intervals:]
        del self.types[types:], self.slots[types:], self.pairs[pairs:]
        self.last = last


class Index:
    """The knowledge of one room. Changed only by `admit` and `learn`; `mark`/`undo` take back a refused update."""

    def __init__(self):
        self.clients: dict[int, Client] = {}
        # The same, by number.
        self.numbered: list[Client] = []
        self.neighbours = Neighbours(self.numbered)
        # Per slot: kind, depth, and the id of the struct that is the Y type. Slot 0 is the root fragment.
        self.kinds = array("B", [ROOT])
        self.depths = array("B", [0])
        self.type_clients = array("Q", [0])
        self.type_clocks = array("q", [0])
        # Per slot: how many intervals stand in its list.
        self.sizes = array("l", [0])
        # What follows a struct, by numbers: one, or SEVERAL. Made when first needed, given up by `undo`.
        self._followers: dict[int, int] | None = None
        self.deleted: dict[int, Ranges] = {}
        self._journal: dict[int, tuple[tuple[int, ...], tuple | None]] | None = None
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
        return self.clients[client].slot_at(clock)

    def clocks(self) -> dict[int, int]:
        """Return the next clock of each client. What is still on its way through the gate does not count."""
        clocks = {client: known.next for client, known in self.clients.items()}
        for client, (lengths, _) in (self._journal or {}).items():
            clocks[client] = lengths[1]
        return {client: clock for client, clock in clocks.items() if clock}

    def mark(self) -> None:
        """Start to remember what is added, so that it can be undone."""
        self._journal = {}
        self._slots_before = len(self.kinds)
        self.neighbours.steps = 0

    def keep(self) -> None:
        """Keep everything added since `mark`."""
        self._journal = None

    def undo(self) -> None:
        """Take back everything added since `mark`."""
        self._followers = None
        for client, (lengths, last) in (self._journal or {}).items():
            for code in self.clients[client].codes[lengths[0] :]:
                if code != GONE:
                    self.sizes[(code >> 1) // SUBS] -= 1
            self.clients[client].cut(lengths, last)
            if not lengths[1]:
                del self.clients[client]
        # New ones have the highest numbers.
        while self.numbered and not self.numbered[-1].next:
            self.numbered.pop()
        for column in (self.kinds, self.depths, self.type_clients, self.type_clocks, self.sizes):
            del column[self._slots_before :]
        self._journal = None

    def touch(self, client: int) -> Client:
        """Return a client's entry to append to, made if need be, remembered for `undo`."""
        known = self.clients.get(client)
        if known is None:
            known = self.clients[client] = Client(client, len(self.numbered))
            self.numbered.append(known)
        if self._journal is not None and client not in self._journal:
            self._journal[client] = known.lengths(), known.last
        return known

    def number(self, reference: tuple[int, int]) -> int:
        """Return the number that stands for an existing struct in the columns."""
        return self.clients[reference[0]].number << CLOCK_BITS | reference[1]

    def slot_add(self, kind: int, depth: int, known: Client) -> None:
        """Make the next struct of a client a Y type, with a slot of its own."""
        known.types.append(known.next)
        known.slots.append(len(self.kinds))
        self.kinds.append(kind)
        self.sizes.append(0)
        self.depths.append(min(depth, 255))
        self.type_clients.append(known.id)
        self.type_clocks.append(known.next)

    def is_within_pair(self, client: int, clock: int) -> bool:
        """Whether the border before this clock runs through a character of two units.

        Yjs replaces both halves then, Yrs keeps the character and loses count: texts and clocks would differ.
        """
        known = self.clients.get(client)
        if known is None or not known.pairs:
            return False
        at = bisect_left(known.pairs, clock - 1)
        return at < len(known.pairs) and known.pairs[at] == clock - 1

    def begin(self, known: Client, code: int, length: int, left: int, right: int) -> None:
        """Add the next `length` clocks of a client as a new interval of a list or an attribute."""
        self.sizes[(code >> 1) // SUBS] += 1
        if self._followers is not None and left != NONE:
            is_first = self._first(left) in (NONE, right)
            number = known.number << CLOCK_BITS | known.next
            self._followers[left] = number if is_first else SEVERAL
        known.begin(code, length, left, right)

    def go_on(self, known: Client, length: int) -> None:
        """Add the next `length` clocks of a client to its last interval."""
        if self._followers:
            left = known.number << CLOCK_BITS | known.next - 1
            if left in self._followers:
                self._followers[left] = SEVERAL
        known.next += length

    def search_cost(self, slot: int, left: int, right: int) -> int:
        """Return how many items Yjs and Yrs may pass to find the place of a new struct, at most.

        They search only where something else than `right` follows `left`.
        """
        if self._followers is None:
            self._followers = followers = {}
            for known in self.numbered:
                base = known.number << CLOCK_BITS
                for start, origin in zip(known.starts, known.origins, strict=True):
                    followers[origin] = SEVERAL if origin in followers else base | start
            for left in followers:
                # Which of the two comes first is not known.
                if left >= 0 and self._goes_on_behind(left):
                    followers[left] = SEVERAL
        return 0 if self._first(left) in (NONE, right) else self.sizes[slot]

    def _first(self, left: int) -> int:
        """Return what stands directly behind a struct of all that follows it; NONE if nothing does, else SEVERAL."""
        first = self._followers.get(left, NONE)
        return left + 1 if first == NONE and left >= 0 and self._goes_on_behind(left) else first

    def _goes_on_behind(self, left: int) -> bool:
        """Whether what was written in one go with a struct follows it."""
        known, clock = self.numbered[left >> CLOCK_BITS], (left & (1 << CLOCK_BITS) - 1) + 1
        return clock < known.next and known.starts[known.at(clock)] < clock

    def cut_cost(self, left: int, right: int) -> int:
        """Return how many items Yrs may have to move to put something between two structs."""
        return sum(self._moved_by_cut(border) for border in {left + 1, right} if border > 0)

    def items(self, known: Client) -> int:
        """Return about how many items Yjs and Yrs keep for a client."""
        return len(known.starts) + 2 * len(self.deleted.get(known.id, ()))

    def _moved_by_cut(self, border: int) -> int:
        known, clock = self.numbered[border >> CLOCK_BITS], border & (1 << CLOCK_BITS) - 1
        if clock >= known.next or known.starts[known.at(clock)] == clock:
            return 0
        return self.items(known)

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
        for start, end in normal(ranges):
            if known:
                parts.extend(_subtract(start, end, known))
            else:
                parts.append((start, end))
        return parts

    def delete(self, client: int, ranges: Ranges) -> None:
        """Remember ranges that `undeleted` returned as deleted."""
        known = self.deleted.setdefault(client, [])
        if len(ranges) > MANY:
            known[:] = normal(known + ranges)
            return
        for item in ranges:
            _insert(known, item)


def normal(ranges: Ranges) -> Ranges:
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
