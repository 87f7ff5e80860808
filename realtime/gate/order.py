"""In which order structs stand within their list: as much of it as is needed to tell neighbours that can be from ones
that cannot.

Each struct names what it followed when it was made (its origin) and what came after it (its right neighbour). Honest
clients name structs that stood beside each other; whoever writes bytes by hand may name any two. Then the rule by
which Yjs and Yrs find a struct's place depends on what else has arrived already, and replicas order the same words
differently for ever.

**The rule.** With L the origin (or the beginning of the list) and R the right neighbour (or its end): what R follows is
L itself, or something that L stands on (L's origin, its origin, and so on), and L comes before R. Two structs that
were ever side by side fulfil it: what R follows stands before R, so at or before L; if it is not L itself, L is within
what was put between the two, and everything put there stands on what R follows. What undoing brings back fulfils it
too, although Yjs then names neighbours between which something may stand already: it looks for the nearest ones that
are back, in the old order.

**Why it is enough.** Origins make a tree; the list is the tree, each struct before those that follow it, these in some
order. By the rule R is either among those that follow L, or outside everything that stands on L. So the search of Yjs
among what stands between L and R (`Item.integrate`) never stops within the tree below one of L's followers: which
place a struct takes depends on those that follow the same L alone, by client id and right neighbour, and these are
taken in the same order by everybody, however they arrive. `tests/realtime/gate/test_order.py` lets Yjs, Yrs and this
module do it with thousands of hand-made structs, in many orders.

So no list of the whole text is kept, only who follows whom. It is made when first needed (a document that is only read
needs none), costs a few steps per struct that does not simply go on where its predecessor ended, and nothing for those
that do, which is typing.

Structs are numbers here: the client's number, then 32 bits of its clock. A negative number is the beginning of a list:
-2 minus the slot of its Y type. NONE is no right neighbour, or a struct that stands in no list.
"""

from itertools import pairwise

from realtime.gate.errors import Refused

CLOCK_BITS = 32
NONE = -1
_CLOCK = (1 << CLOCK_BITS) - 1
# Steps of one update: each costs well under a microsecond. Honest neighbours are a few steps apart.
MAX_STEPS = 100_000


def beginning_of(slot: int) -> int:
    """Return the number for the beginning of a Y type's list."""
    return -2 - slot


class Order:
    """Who follows whom, in order. `clients` are the index's, by number."""

    def __init__(self, clients: list):
        self.clients = clients
        # What follows a struct: one number, or a list in order. None: not made yet.
        self.followers: dict[int, int | list[int]] | None = None
        self.steps = 0
        self._added: list[tuple[int, int]] = []
        self._is_new = False

    def mark(self) -> None:
        """Begin an update: count its steps, remember what is added."""
        self.steps = 0
        self._added.clear()
        self._is_new = False

    def undo(self) -> None:
        """Take back what was added since `mark`. Before the index forgets the structs."""
        if self._is_new:
            self.followers = None
        if self.followers is None:
            return
        while self._added:
            left, struct = self._added.pop()
            family = self.followers[left]
            if isinstance(family, int) or len(family) == 1:
                del self.followers[left]
            else:
                family.remove(struct)

    def can_be(self, left: int, right: int) -> bool:
        """Whether the module's rule holds for these neighbours. Raises `Refused` when finding out takes too long."""
        self._step()
        if right == NONE:
            return True
        followed = self._origin(right)
        at, child = left, NONE
        while at != followed:
            if at < 0:
                return False
            self._step()
            client, clock = self.clients[at >> CLOCK_BITS], at & _CLOCK
            interval = client.at(clock)
            if client.rights[interval] == right:
                # It stands before R already, and so does what stands on it.
                return True
            start = at - clock + client.starts[interval]
            if start <= followed < at:
                child = followed + 1
                break
            at, child = client.origins[interval], start
        if child == NONE:
            return True
        if child == right:
            return False
        self.make()
        family = self._family(followed)
        self._step(len(family) // 16)
        return family.index(child) < family.index(right)

    def add(self, left: int, right: int, struct: int) -> None:
        """Put a struct, which is in the index already, among those that follow `left`."""
        if self.followers is None:
            return
        if left not in self.followers and self._implied(left) in (NONE, struct):
            self.followers[left] = struct
        else:
            self._insert(self._family(left), right, struct)
        self._added.append((left, struct))

    def make(self) -> None:
        """Find out who follows whom, from what the index knows."""
        if self.followers is not None:
            return
        self._is_new = True
        families: dict[int, list[int]] = {}
        for client in self.clients:
            base = client.number << CLOCK_BITS
            for start, left in zip(client.starts, client.origins, strict=True):
                if left != NONE:
                    families.setdefault(left, []).append(base | start)
        self.followers = {}
        for left, members in families.items():
            if (implied := self._implied(left)) != NONE:
                members.append(implied)
            self.followers[left] = self._sorted(members) if len(members) > 1 else members[0]

    # --- within a family ------------------------------------------------------------------------

    def _insert(self, family: list[int], right: int, struct: int) -> None:
        """The search of Yjs, among those that follow the same struct."""
        client_id = self.clients[struct >> CLOCK_BITS].id
        place = 0
        for position, other in enumerate(family):
            if other == right:
                break
            client = self.clients[other >> CLOCK_BITS]
            if client.id < client_id:
                place = position + 1
            elif client.rights[client.at(other & _CLOCK)] == right:
                break
        self.steps += place
        family.insert(place, struct)

    def _sorted(self, members: list[int]) -> list[int]:
        """Insert in an order in which they may have come: per client by clock, right neighbours first."""
        members.sort()
        before = {
            later: earlier
            for earlier, later in pairwise(members)
            if earlier >> CLOCK_BITS == later >> CLOCK_BITS
        }
        waiting = set(members)
        family: list[int] = []
        for member in members:
            stack = [member]
            while stack:
                struct = stack[-1]
                right = self._right(struct)
                needed = [item for item in (before.get(struct), right) if item in waiting]
                if struct in waiting and needed:
                    stack.append(needed[0])
                    continue
                stack.pop()
                if struct in waiting:
                    waiting.discard(struct)
                    self._insert(family, right, struct)
        return family

    def _family(self, left: int) -> list[int]:
        """Return those that follow `left` as a list to change."""
        family = self.followers.get(left)
        if isinstance(family, list):
            return family
        if family is None:
            family = self._implied(left)
            self._added.append((left, family))
            made = self.followers[left] = [family]
            return made
        made = self.followers[left] = [family]
        return made

    # --- what the index knows -------------------------------------------------------------------

    def _implied(self, left: int) -> int:
        """Return the next of the same run: it follows without being noted. NONE if there is none."""
        if left < 0:
            return NONE
        client, clock = self.clients[left >> CLOCK_BITS], (left & _CLOCK) + 1
        if clock >= client.next or client.starts[client.at(clock)] == clock:
            return NONE
        return left + 1

    def _origin(self, struct: int) -> int:
        client, clock = self.clients[struct >> CLOCK_BITS], struct & _CLOCK
        interval = client.at(clock)
        return struct - 1 if client.starts[interval] < clock else client.origins[interval]

    def _right(self, struct: int) -> int:
        client = self.clients[struct >> CLOCK_BITS]
        return client.rights[client.at(struct & _CLOCK)]

    def _step(self, count: int = 1) -> None:
        self.steps += count
        if self.steps > MAX_STEPS:
            raise Refused("too_costly")
