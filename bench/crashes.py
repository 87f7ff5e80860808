"""Scenario K: the server is killed while people type. What was seen, or confirmed, must still be there."""

import random
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import generator, typing
from bench.contenders import Ours, Running, Stock
from bench.generator import Load

TYPISTS = Load(clients=20, rate=5, seconds=4, drain=6, checks_texts=False)
KILLED_BETWEEN = (0.2, 3.8)
# Two clients; one sends BURST letters at once, and the server dies as soon as the other holds the last one.
BURST = 200
BURSTING = Load(clients=2, rate=20_000, seconds=BURST / 20_000, writers=1, drain=15, checks_texts=False)  # fmt: skip
# A paragraph and its text come before a writer's letters, in one frame of two clocks.
SETUP_CLOCKS = 2
# Peers are shown what they lose by a few trials; ours must lose nothing in many.
PEER_TRIALS = 5


@dataclass(frozen=True)
class Writer:
    """What one writer had reached when the server died: letters typed, held by somebody else, frames confirmed."""

    id: int
    typed: int
    seen: int
    receipts: int

    @property
    def confirmed(self) -> int:
        """Letters with a receipt: the first frame was the paragraph."""
        return max(0, self.receipts - 1)


def measure(contender, made: dict, seed: int, options) -> dict:
    """Kill many times at a random moment, then once at the end of a burst; count what is missing afterwards."""
    trials = options.trials if isinstance(contender, Ours) else min(options.trials, PEER_TRIALS)
    moments = random.Random(seed)
    total = dict.fromkeys(("typed", "seen", "confirmed", "lost", "lost_confirmed"), 0)
    restarts, failures = [], []
    with contender.running(Stock(documents=trials + 1), made) as running:
        for number in range(trials):
            moment = moments.uniform(*KILLED_BETWEEN)
            outcome = _trial(running, number, TYPISTS, seed * 10_000 + number, kill_after=moment)
            restarts.append(outcome.pop("restart_s"))
            total = {key: total[key] + outcome[key] for key in total}
            if outcome["lost"] or outcome["lost_confirmed"]:
                failures.append({"trial": number, "killed_after_s": round(moment, 3), **outcome})
        burst = _trial(running, trials, BURSTING, seed, kill_at_end=1)
    return {
        **total,
        "trials": trials,
        "failures": failures,
        "slowest_restart_s": max(restarts, default=0),
        "burst_lost": burst["lost"],
        "burst_seen": burst["seen"],
        "burst_of": BURST,
    }


def _trial(running: Running, document: int, load: Load, seed: int, **how) -> dict:
    """Type into a document of its own until the kill, restart, and compare."""
    here = replace(running, names=[running.names[document]])
    with TemporaryDirectory(prefix="bench-crash-") as folder:
        report = Path(folder) / "writers"
        pids = ",".join(str(pid) for pid in running.pids()["server"])
        how |= {"query": "receipts=1", "kill_pids": pids, "report_writers": report}
        generator.measure(here, load, seed, **how)
        writers = [Writer(*map(int, line.split())) for line in report.read_text().splitlines()]
    for process in running.servers:
        process.wait(20)
    began = time.monotonic()
    running.restart()
    restarted = time.monotonic() - began
    return {**compare(writers, generator.text_of(here, seed)), "restart_s": round(restarted, 2)}


def compare(writers: list[Writer], doc) -> dict:
    """Count the letters that were seen, or confirmed, and that `doc` does not have: by its clocks, and by its text."""
    clocks = typing.clocks(doc)
    lost = lost_confirmed = 0
    for writer in writers:
        held = max(0, clocks.get(writer.id, 0) - SETUP_CLOCKS)
        lost += max(0, writer.seen - held)
        lost_confirmed += max(0, writer.confirmed - held)
    letters = len(re.sub(r"<[^>]*>", "", typing.shown(doc)))
    seen, confirmed = (sum(getattr(w, name) for w in writers) for name in ("seen", "confirmed"))
    return {
        "typed": sum(writer.typed for writer in writers),
        "seen": seen,
        "confirmed": confirmed,
        # Clocks that are there while letters are not would be a loss too.
        "lost": max(lost, seen - letters),
        "lost_confirmed": max(lost_confirmed, confirmed - letters),
    }
