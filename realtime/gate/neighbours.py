"""Which two structs a new one may name as its neighbours, so that everybody puts it in the same place.

Each struct names what it followed when it was made (its origin, L; or the beginning of the list) and what came after
(its right neighbour, R; or the end). Whoever writes bytes by hand may name any two; then the search by which Yjs and
Yrs find a struct's place can end differently depending on what else has arrived already, and replicas order the same
words differently for ever.

**The rule.** R follows L directly (L is R's origin), or R does not stand on L at all (L is not among R's origin, that
one's origin, and so on).

One exception: R may not stand in the midst of words that were written in one go until L. Yjs and Yrs may hold them as
one item; they look L up first, then cut the item before R, and so lose L. (Once in thousands of sessions full of
undoing and deleting Yjs itself writes such a thing; its own replicas differ from then on, so we refuse it.)

**Why it is enough.** Origins make a tree; the list is the tree, each struct before those that follow it, these in some
order. The search (`Item.integrate`) starts behind L, passes over what stands on L, and ends with that or at R. By the
rule R is either one of those that follow L directly or outside of everything that stands on L. So the search never
ends within the tree below one of L's followers: the place depends on those that follow L directly alone, on their
client ids and right neighbours, and since all of them are found this way, it is the same however they arrive. (It does
not matter whether R really comes after L: then the search passes to the end of what stands on L, for everybody.)

**Why honest writers keep it.** They name L and R that stand side by side. If R stands on L, but not directly, then its
origin stands on L too and so between the two. What undoing brings back keeps it as well, although Yjs then names the
nearest two that are back, in the old order, between which something may stand by now, and sometimes one struct
as both (the first of what was written in one go: it was just brought back).

`tests/realtime/gate/test_order.py` lets Yjs and Yrs do it with thousands of hand-made structs in many orders, and with
the work of honest writers who undo a lot. Whether something stands on L is found by going back along origins, one step
per interval of the index; it needs no step at all for who goes on typing, and hardly ever more than one otherwise.

Structs are numbers here: the client's number, then 32 bits of its clock. A negative number is the beginning of a list:
-2 minus the slot of its Y type. NONE is no right neighbour, or stands for a struct that stands in no list.
"""

from collections.abc import Sequence
from typing import Protocol

from realtime.gate.errors import Refused

CLOCK_BITS = 32
NONE = -1
_CLOCK = (1 << CLOCK_BITS) - 1
# Steps of one update: each costs about half a microsecond.
MAX_STEPS = 200_000


class Column(Protocol):
    """What is needed of the index's `Client`."""

    number: int
    starts: Sequence[int]
    codes: Sequence[int]
    origins: Sequence[int]
    rights: Sequence[int]

    def at(self, clock: int) -> int:
        """Return the interval of a clock."""


def beginning_of(slot: int) -> int:
    """Return the number for the beginning of a Y type's list."""
    return -2 - slot


class Neighbours:
    """The rule, on the columns of an index (its clients by number). `steps` counts what looking costs."""

    def __init__(self, clients: Sequence[Column]):
        self.clients = clients
        self.steps = 0

    def can_be(self, left: int, right: int) -> bool:
        """Whether the rule holds for two structs of one list. Raises `Refused` when finding out takes too long."""
        if right == NONE:
            return True
        client, clock = self.clients[right >> CLOCK_BITS], right & _CLOCK
        interval = client.at(clock)
        at = client.origins[interval] if client.starts[interval] == clock else right - 1
        if at == left:
            return True
        if (
            right <= left
            and self._goes_on(client, interval, clock)
            and self._is_one_run(right, left)
        ):
            return False
        # At the beginning of a list everything that follows stands on it.
        return left >= 0 and (self._was_before(right, left) or not self._stands_on(at, left))

    def _goes_on(self, client: Column, interval: int, clock: int) -> bool:
        """Whether the struct at `clock` may be one item with what stands before it."""
        start = client.starts[interval]
        if start < clock or not interval:
            return start < clock
        # Deleted ones and words that are deleted by now become one.
        return (
            client.origins[interval] & _CLOCK == start - 1
            and client.origins[interval] >> CLOCK_BITS == client.number
            and client.rights[interval] == client.rights[interval - 1]
            and client.codes[interval] == client.codes[interval - 1] ^ 1
        )

    def _is_one_run(self, first: int, last: int) -> bool:
        """Whether all from `first` to `last` may be one item."""
        if first >> CLOCK_BITS != last >> CLOCK_BITS:
            return False
        client, clock = self.clients[first >> CLOCK_BITS], first & _CLOCK
        interval = client.at(last & _CLOCK)
        while client.starts[interval] > clock:
            self._step()
            if not self._goes_on(client, interval, client.starts[interval]):
                return False
            interval -= 1
        return True

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Refused("too_costly")

    def _was_before(self, right: int, left: int) -> bool:
        """Whether it is plain that `right` is older than `left`: then it cannot stand on it."""
        if right >> CLOCK_BITS == left >> CLOCK_BITS:
            return right < left
        client = self.clients[left >> CLOCK_BITS]
        return client.rights[client.at(left & _CLOCK)] == right

    def _stands_on(self, at: int, left: int) -> bool:
        number = left >> CLOCK_BITS
        while at >= 0:
            self._step()
            clock = at & _CLOCK
            client = self.clients[at >> CLOCK_BITS]
            interval = client.at(clock)
            if at >> CLOCK_BITS == number:
                if at < left:
                    # Older than `left`, as is all that it stands on itself.
                    return False
                if client.starts[interval] <= left & _CLOCK:
                    return True
            at = client.origins[interval]
        return False
