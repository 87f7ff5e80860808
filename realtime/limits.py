"""How much in how much time, and how many at once."""

import time
from collections import Counter
from collections.abc import Hashable


class Bucket:
    """Holds up to `burst`, refilled with `rate` per second. Going below zero is allowed once: then it is empty."""

    __slots__ = ("_at", "_level", "burst", "rate")

    def __init__(self, rate: float, burst: float):
        self.rate = rate
        self.burst = burst
        self._level = burst
        self._at = time.monotonic()

    def take(self, amount: float = 1.0) -> bool:
        """Take `amount` out; return False when there was nothing left."""
        now = time.monotonic()
        self._level = min(self.burst, self._level + (now - self._at) * self.rate)
        self._at = now
        if self._level <= 0:
            return False
        self._level -= amount
        return True


class Crowded(Exception):
    """One more would be too many."""


class Visitors:
    """Who is connected to this worker at the moment: in all, per address, per person.

    Counted at the door, before anybody is asked who they are, so that one address cannot fill the worker with
    connections that never say anything.
    """

    def __init__(self, in_all: int, per_address: int, per_user: int):
        self._in_all = in_all
        self._per_address = per_address
        self._per_user = per_user
        self.number = 0
        self._counts: Counter[Hashable] = Counter()

    def come(self, address: str) -> "Visit":
        """Let one in. Raises Crowded."""
        if self.number >= self._in_all:
            raise Crowded
        visit = Visit(self)
        visit.count("address", address, self._per_address)
        self.number += 1
        return visit

    def take(self, key: Hashable, limit: int) -> None:
        """Count one more of `key`. Raises Crowded."""
        if self._counts[key] >= limit:
            raise Crowded
        self._counts[key] += 1

    def give_back(self, key: Hashable) -> None:
        """Count one less of `key`; what is not there is not kept."""
        self._counts[key] -= 1
        if self._counts[key] <= 0:
            del self._counts[key]

    @property
    def per_user(self) -> int:
        """How many connections one person may have."""
        return self._per_user


class Visit:
    """One connection, as it is counted."""

    def __init__(self, visitors: Visitors):
        self._visitors = visitors
        self._keys: list[Hashable] = []

    def count(self, kind: str, ident: Hashable, limit: int) -> None:
        """Count this connection under one more key. Raises Crowded."""
        self._visitors.take((kind, ident), limit)
        self._keys.append((kind, ident))

    def is_of(self, user_id: Hashable) -> None:
        """Count it under its person, now that they are known (None: nobody). Raises Crowded."""
        if user_id is not None:
            self.count("user", user_id, self._visitors.per_user)

    def go(self) -> None:
        """It has ended."""
        for key in self._keys:
            self._visitors.give_back(key)
        self._keys.clear()
        self._visitors.number -= 1
