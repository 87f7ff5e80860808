"""Whose words a text is made of now: read from the text itself, not from a tally that could drift.

Every character stands under a client id, and the gate binds each client id to one person. A word counts for who wrote
most of its characters; words that the server put there (a first text, an import) count for nobody. What somebody
pastes is theirs, as what they type is: the text does not know better (docs/adr/0013).
"""

import re
import uuid
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from documents import update_bytes, ydoc

_RUN = re.compile(r"\S+")

Span = tuple[int, int, uuid.UUID | None]


def is_word(run: str) -> bool:
    """Tell whether characters between two blanks are a word: one of them is a letter or a digit."""
    return any(character.isalnum() for character in run)


@dataclass(frozen=True)
class Owners:
    """To whom client ids belong; `spans` are exceptions: clocks [start, end) of a client id, in order, with the user
    for whom the server wrote there.
    """

    clients: Mapping[int, uuid.UUID | None]
    spans: Mapping[int, list[Span]] = field(default_factory=dict)

    def shares(self, client: int, start: int, end: int) -> Counter:
        """Return how many of the clocks [start, end) are whose."""
        found: Counter = Counter()
        for first, last, user in self.spans.get(client, ()):
            if (inside := min(end, last) - max(start, first)) > 0:
                found[user] += inside
        if (rest := end - start - found.total()) > 0:
            found[self.clients.get(client)] += rest
        return found


def words_by_owner(state: bytes, owners: Owners) -> Counter:
    """Return {user or None: words} of the text that a state holds. Raises BadUpdate."""
    letters = _letters(state)
    counts: Counter = Counter()
    for word, update in ydoc.words_with_ids(state, _RUN):
        if not is_word(word):
            continue
        units: Counter = Counter()
        for client, ranges in update_bytes.read(update).deletes.items():
            for start, end in _inside(letters.get(client, ()), ranges):
                units.update(owners.shares(client, start, end))
        counts[_most(units)] += 1
    return counts


def _letters(state: bytes) -> dict[int, list[tuple[int, int]]]:
    """Return the clocks under which characters stand: marks have clocks too, and do not count."""
    found: dict[int, list[tuple[int, int]]] = {}
    for piece in update_bytes.read(state).words():
        found.setdefault(piece.client, []).append((piece.clock, piece.clock + piece.length))
    return found


def _inside(
    letters: "list[tuple[int, int]] | tuple[()]", ranges: Iterable[tuple[int, int]]
) -> Iterable[tuple[int, int]]:
    for start, end in ranges:
        index = max(bisect_right(letters, (start, end)) - 1, 0)
        while index < len(letters) and letters[index][0] < end:
            first, last = max(start, letters[index][0]), min(end, letters[index][1])
            if first < last:
                yield first, last
            index += 1


def _most(units: Counter) -> uuid.UUID | None:
    """Return who has most; of two with equally many always the same one."""
    ranked = sorted(units, key=lambda user: (-units[user], user is None, str(user)))
    return ranked[0] if ranked else None
