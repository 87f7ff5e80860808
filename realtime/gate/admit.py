"""Deciding whether a parsed update may enter a document, and taking it into the index.

`admit` is for what clients send, `learn` for what the log already holds. Both leave the index as it was when they
raise.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from realtime.gate.content import check_content, child_kind
from realtime.gate.encode import MANY_STRUCTS, Parts, encode, joined, section_of
from realtime.gate.errors import Missing, Refused
from realtime.gate.index import GONE, SUBS, Client, Index, Ranges, normal
from realtime.gate.neighbours import NONE, beginning_of
from realtime.gate.parse import (
    ANY,
    DELETED,
    GC,
    ID,
    ROOT_PARENT,
    SKIP,
    STRING,
    TYPE,
    ParsedUpdate,
    Struct,
)
from realtime.gate.schema import OTHER, ROOT, Rules

# Lists in lists in tables: far deeper than anybody writes, far less than what recursion anywhere can bear.
MAX_DEPTH = 50
# Structs of one update that name the same left neighbour but different right ones: each makes Yrs search among the
# others, so that many cost time in the square. Typing and pasting make next to none.
MAX_CONTESTED = 500
# Each cut of an item makes Yrs move all items of that client that stand behind it (a quarter of a nanosecond each). A
# session has a few thousand, so only texts that were chopped up on purpose come near: 50 ms. To pass an item in the
# search for a struct's place takes `PASSED` times as long.
MAX_MOVED = 200_000_000
PASSED = 600
# New deleted ranges of one update and client id: each may cut an item in two, and Yrs moves all that stand after it.
MAX_DELETES = 10_000
# Deleted ranges of one client id in all: a tab makes a few thousand in a long day.
MAX_DELETED = 200_000
# Structs, or deleted ranges, after which an admission in steps lets others have their turn: well under 10 ms.
STEP = 256
_MORE = (-1, -1)

Bind = Callable[[int], bool]


@dataclass
class Admitted:
    """What of an update is new. `data` is an update with just that; `refers` holds, per client id that is not a sender
    of new structs here, the highest clock that the update builds on.
    """

    parts: Parts
    data: bytes
    refers: dict[int, int] = field(default_factory=dict)
    # Whether something was left out because it was known already.
    is_trimmed: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether everything in it was known already."""
        return not self.parts.sections and not self.parts.deletes


def admit(index: Index, update: ParsedUpdate, rules: Rules, may_use: Bind) -> Admitted:
    """Take a client's update into the index and return what is new in it.

    `may_use(client_id)` says whether the sender may add structs under that id. Raises `Refused` for what may never
    enter, `Missing` when the update builds on something unknown.
    """
    return Admission(index, update, rules, may_use).run()


def learn(index: Index, update: ParsedUpdate, rules: Rules) -> Admitted:
    """Take an update from the log into the index: nobody is asked, and what this schema does not know is let stand."""
    return Admission(index, update, rules, None).run()


class Admission:
    """One run of `admit` or `learn`, at once (`run`) or in steps, so that others get their turn in between.

    While it is under way nothing else may be taken into the index. Given up half-way it takes everything back.
    """

    def __init__(self, index: Index, update: ParsedUpdate, rules: Rules, may_use: Bind | None):
        self.index = index
        self.update = update
        self.rules = rules
        self.may_use = may_use
        self.refers: dict[int, int] = {}
        self.neighbours: dict[object, ID] = {}
        self.contested = 0
        self.moved = 0
        self.is_cut = self.is_joined = False

    def run(self) -> Admitted:
        """Do all of it."""
        for _ in self.steps():
            pass
        return self.result

    def steps(self) -> Iterator[None]:
        """Do it in steps of a few milliseconds at most; then `result` is there. Raises like `admit`."""
        self.index.mark()
        try:
            parts = self._trim()
            yield from self._place_all()
            yield from self._new_deletes(parts)
        except BaseException:
            self.index.undo()
            raise
        self.index.keep()
        for client, ranges in parts.deletes.items():
            self.index.delete(client, ranges)
        whole = self._is_whole(parts)
        data = self.update.data if whole and not self.is_joined else encode(parts)
        self.result = Admitted(parts, data, self.refers, is_trimmed=not whole)

    # --- what is new ----------------------------------------------------------------------------

    def _trim(self) -> Parts:
        parts = Parts()
        self.pending: dict[int, list[Struct]] = {}
        for client, structs in self.update.sections.items():
            known = self.index.next_clock(client)
            section = section_of(self.update.data, client, structs, known)
            if section is None:
                continue
            fresh = [struct for struct in structs if struct.clock + struct.length > known]
            if section.clock > known or any(struct.kind == SKIP for struct in fresh):
                raise Missing
            if self.may_use and not self.may_use(client):
                raise Refused("client_of_another", str(client))
            self.is_cut = self.is_cut or structs[0].clock < known
            if fresh[0].clock < known:
                _cut(fresh[0], client, known)
            parts.sections[client] = section
            if len(fresh) > MANY_STRUCTS:
                parts.sections[client] = joined(self.update.data, client, section, fresh)
                self.is_joined = True
            self.pending[client] = fresh
        return parts

    def _is_whole(self, parts: Parts) -> bool:
        """Whether everything in it is new."""
        return (
            not self.is_cut
            and parts.deletes == self.update.deletes
            and parts.sections.keys() == self.update.sections.keys()
        )

    def _new_deletes(self, parts: Parts) -> Iterator[None]:
        for client, ranges in self.update.deletes.items():
            if not ranges:
                continue
            known = self.index.clients.get(client)
            highest = max(end for _, end in ranges)
            if known is None or highest > known.next:
                raise Missing
            if client not in self.pending:
                self._refer(client, highest - 1)
            fresh: Ranges = []
            # In order: Yrs takes time in the square for what comes backwards.
            ranges = normal(ranges)
            for at in range(0, len(ranges), STEP):
                some = ranges[at : at + STEP]
                if known.pairs and any(
                    self.index.is_within_pair(client, clock) for span in some for clock in span
                ):
                    raise Refused("cuts_character")
                fresh += self.index.undeleted(client, some)
                if len(some) == STEP:
                    yield
            total = len(fresh) + len(self.index.deleted.get(client, ()))
            if self.may_use and (len(fresh) > MAX_DELETES or total > MAX_DELETED):
                raise Refused("too_costly")
            if fresh:
                parts.deletes[client] = fresh
                self._move(2 * len(fresh) * self.index.items(known))

    # --- order ----------------------------------------------------------------------------------

    def _place_all(self) -> Iterator[None]:
        """Place every struct after those that it refers to, across clients."""
        done = dict.fromkeys(self.pending, 0)
        for first in self.pending:
            # (client, clock): go on with this client until that clock exists; None: to its end.
            stack: list[tuple[int, int | None]] = [(first, None)]
            waiting = {first}
            while stack:
                client, target = stack[-1]
                needed = self._advance(client, target, done)
                if needed is _MORE:
                    yield
                    continue
                if needed is None:
                    waiting.discard(client)
                    stack.pop()
                    continue
                if needed[0] in waiting:
                    raise Refused("forward_reference")
                if needed[0] not in self.pending:
                    raise Missing
                waiting.add(needed[0])
                stack.append(needed)

    def _advance(self, client: int, target: int | None, done: dict[int, int]) -> ID | None:
        """Place structs of a client; return the reference that must exist before the next one can be placed.

        None: this client is done. _MORE: not yet, but it is time for others.
        """
        structs = self.pending[client]
        known = self.index.touch(client)
        at = done[client]
        stop = at + STEP
        while at < len(structs) and (target is None or known.next <= target):
            struct = structs[at]
            for reference in (struct.origin, struct.right, struct.parent):
                if reference is None or reference is ROOT_PARENT:
                    continue
                if reference[1] >= self.index.next_clock(reference[0]):
                    done[client] = at
                    return reference
            self._place(client, known, struct)
            at += 1
            if at == stop:
                done[client] = at
                return _MORE
        done[client] = at
        if target is not None and known.next <= target:
            raise Missing
        return None

    # --- places ---------------------------------------------------------------------------------

    def _place(self, client: int, known: Client, struct: Struct) -> None:
        length = struct.clock + struct.length - known.next
        goes_on = self._goes_on(client, known, struct)
        place = known.codes[-1] >> 1 if goes_on else self._place_of(client, struct)
        if place == GONE:
            known.last = None
            if known.codes and known.codes[-1] == GONE:
                known.next += length
            else:
                known.begin(GONE, length, NONE, NONE)
            return
        self._check(known, place, struct)
        if struct.pairs:
            known.pairs.extend(struct.pairs)
        if goes_on:
            if struct.right:
                self._refer(*struct.right)
            self.index.go_on(known, length)
        else:
            self._begin(known, place, struct, length)

    @staticmethod
    def _goes_on(client: int, known: Client, struct: Struct) -> bool:
        """Whether a struct follows its predecessor with the same neighbour at its right: typing.

        It stands where that stands, and its neighbours were looked at with the first of them.
        """
        origin = struct.origin
        return (
            origin is not None
            and origin[1] == known.next - 1
            and origin[0] == client
            and struct.kind in (STRING, DELETED)
            and known.last == (struct.kind, struct.right)
        )

    def _begin(self, known: Client, place: int, struct: Struct, length: int) -> None:
        """Put a struct that does not simply go on into the index."""
        code = place * 2 + (struct.kind == DELETED)
        slot, sub = divmod(place, SUBS)
        known.last = (struct.kind, struct.right)
        if sub:
            if struct.right and self.may_use:
                raise Refused("neighbours_crossed")
            self._move(PASSED * self.index.sizes[slot])
            self.index.begin(known, code, length, NONE, NONE)
            return
        left = self.index.number(struct.origin) if struct.origin else beginning_of(slot)
        right = self.index.number(struct.right) if struct.right else NONE
        if self.may_use:
            if not self.index.neighbours.can_be(left, right):
                raise Refused("neighbours_crossed")
            cost = PASSED * self.index.search_cost(slot, left, right)
            self._move(cost + self.index.cut_cost(left, right))
        self.index.begin(known, code, length, left, right)

    def _check(self, known: Client, place: int, struct: Struct) -> None:
        """Check a struct's content against the schema; give a Y type its slot."""
        slot, sub = divmod(place, SUBS)
        kind = self.index.kinds[slot]
        if struct.kind == TYPE:
            child = child_kind(self.rules, kind, sub, struct.payload)
            depth = self.index.depths[slot] + 1
            if self.may_use and (child == OTHER or depth > MAX_DEPTH):
                raise Refused("node_not_allowed", str(struct.payload))
            self.index.slot_add(child, depth, known)
        elif self.may_use and struct.kind != DELETED:
            check_content(self.rules, kind, sub, struct)

    def _place_of(self, client: int, struct: Struct) -> int:
        """Return where a struct stands: beside its neighbours, else in its parent. GONE if that is collected."""
        if struct.kind == GC:
            return GONE
        origin, right = struct.origin, struct.right
        if origin is None and right is None:
            self._contest(struct.parent, struct, client)
            return self._in_parent(struct)
        if (origin and self.index.is_within_pair(origin[0], origin[1] + 1)) or (
            right and self.index.is_within_pair(*right)
        ):
            raise Refused("cuts_character")
        places = set()
        for neighbour in (origin, right):
            if neighbour is None:
                continue
            self._refer(*neighbour)
            code = self.index.code_at(*neighbour)
            places.add(code if code == GONE else code >> 1)
        if len(places) > 1:
            places.discard(GONE)
            # One neighbour collected, the other not: Yjs drops such a struct, Yrs puts it beside the living one. Only
            # where all around it is deleted do both drop it.
            if len(places) > 1 or not self.index.is_dead(max(places) // SUBS):
                raise Refused("neighbours_apart")
            return GONE
        if right:
            self._contest(origin, struct, client)
        return places.pop()

    def _in_parent(self, struct: Struct) -> int:
        if struct.parent is ROOT_PARENT:
            if struct.sub is not None:
                raise Refused("attribute_not_allowed", "root")
            return ROOT
        self._refer(*struct.parent)
        slot = self.index.slot_of(*struct.parent)
        if slot is None:
            code = self.index.code_at(*struct.parent)
            # A deleted type takes nothing up any more; what is no type never did.
            if code == GONE or code & 1:
                return GONE
            raise Refused("parent_is_no_type")
        if struct.sub is None:
            return slot * SUBS
        sub = self.rules.attribute_ids.get(struct.sub)
        if sub is None:
            if self.may_use:
                raise Refused("attribute_not_allowed", struct.sub)
            return GONE
        return slot * SUBS + sub

    # --- cost and references ----------------------------------------------------------------------

    def _contest(self, left: object, struct: Struct, client: int) -> None:
        key = (left, struct.sub)
        before = self.neighbours.get(key)
        if before is not None and before != struct.right:
            self.contested += 1
            if self.contested > MAX_CONTESTED and self.may_use:
                raise Refused("too_costly")
        self.neighbours[key] = (client, struct.clock)

    def _move(self, items: int) -> None:
        self.moved += items
        if self.moved > MAX_MOVED and self.may_use:
            raise Refused("too_costly")

    def _refer(self, client: int, clock: int) -> None:
        if client not in self.pending and clock > self.refers.get(client, -1):
            self.refers[client] = clock


def _cut(struct: Struct, client: int, known: int) -> None:
    """Make a struct whose beginning is known already its own second half.

    Its first half is what we have, whatever this one claims to be: it stands where that stands.
    """
    offset = known - struct.clock
    struct.origin, struct.parent, struct.sub = (client, known - 1), None, None
    struct.clock, struct.length = known, struct.length - offset
    if struct.kind == STRING:
        units = struct.payload.encode("utf-16-le")[offset * 2 :]
        struct.payload = units.decode("utf-16-le", errors="replace")
        if struct.pairs:
            struct.pairs = struct.pairs[bisect_left(struct.pairs, known) :]
    elif struct.kind == ANY:
        struct.payload = struct.payload[offset:]
