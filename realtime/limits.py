"""How much in how much time."""

import time


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
