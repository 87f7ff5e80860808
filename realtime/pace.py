"""How often a room may make a round: the tick follows the measured cost of its rounds.

Two shares of the time. Up to the *easy* share rounds follow each other at once, and short bursts are let through, so
that a few people see every letter as it is typed. Above it a room pauses, but for no longer than nobody notices: this
saves the work of telling everybody everything letter by letter. The *hard* share protects the worker: a round that
costs much is followed by a pause that leaves time for reading what comes in, however long that takes.
"""

from dataclasses import dataclass

from realtime.conf import Conf


@dataclass
class Pace:
    """All times in seconds. `now` is given by the caller (monotonic)."""

    easy_share: float
    easy_pause: float
    hard_share: float
    longest_pause: float
    # Cost that may be ahead of the easy share before a room begins to pause.
    credit: float
    _debt: float = 0.0
    _at: float = 0.0
    _due: float = 0.0

    @classmethod
    def of(cls, conf: Conf) -> "Pace":
        """Return the pace that the settings ask for."""
        return cls(
            easy_share=conf.TICK_EASY_SHARE,
            easy_pause=conf.TICK_EASY_MS / 1000,
            hard_share=conf.TICK_HARD_SHARE,
            longest_pause=conf.TICK_MAX_MS / 1000,
            credit=conf.TICK_CREDIT_MS / 1000,
        )

    def spent(self, cost: float, now: float) -> None:
        """Remember a round that ended now and took `cost` seconds of work."""
        paid = (now - self._at) * self.easy_share
        # More debt than what leads to the longest easy pause has no effect, and must not outlast a burst.
        most = self.credit + self.easy_share * self.easy_pause
        self._debt = min(max(0.0, self._debt - paid) + cost, most + cost)
        self._at = now
        easy = min(max(0.0, self._debt - self.credit) / self.easy_share, self.easy_pause)
        hard = 0.0
        if easy:
            hard = min(cost * (1 / self.hard_share - 1), self.longest_pause)
        self._due = now + max(easy, hard)

    def wait(self, now: float) -> float:
        """Return how long the next round still has to wait."""
        return max(0.0, self._due - now)
