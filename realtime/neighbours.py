"""Which other workers are there: heard of not long ago. Times are seconds of the monotonic clock."""

# Names of workers that went silent are kept, to notice that one is back; a restarted worker has a new name.
LOST_MAX = 1_000


class Neighbours:
    """See the module."""

    def __init__(self, silent_seconds: float):
        self._silent_seconds = silent_seconds
        self._heard_at: dict[str, float] = {}
        self._lost: dict[str, None] = {}

    def hear(self, worker: str, now: float) -> bool:
        """Note a sign of life; return whether this worker had been taken for lost."""
        self._heard_at[worker] = now
        if worker not in self._lost:
            return False
        del self._lost[worker]
        return True

    def gone(self, now: float) -> list[str]:
        """Return, once, those that have been silent for too long."""
        silent = [
            worker for worker, at in self._heard_at.items() if now - at >= self._silent_seconds
        ]
        for worker in silent:
            del self._heard_at[worker]
            self._lost[worker] = None
        while len(self._lost) > LOST_MAX:
            del self._lost[next(iter(self._lost))]
        return silent
