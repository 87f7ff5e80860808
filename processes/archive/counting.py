"""Progress that nobody watches: for commands, and for small archives made at once."""

from contextlib import nullcontext


class Counting:
    """Counts steps in memory (see `community.background_kinds.Progress`)."""

    def __init__(self):
        self.done = self.expected = 0

    def total(self, number: int) -> None:
        """Say how many steps there will be."""
        self.expected = number

    def step(self, number: int = 1) -> None:
        """Say that so many steps more are done."""
        self.done += number

    def quiet(self):
        """Nothing is written anyway."""
        return nullcontext()

    def demand_running(self) -> None:
        """Nobody can call it off."""
