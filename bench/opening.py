"""Scenario O: opening a text with a long log, beside its twin that was written in one piece."""

import statistics
import time
from dataclasses import replace

from bench import generator
from bench.contenders import Stock
from bench.generator import Load

OPENINGS = 15
# Rooms are dropped soon after the last client, so that every opening reads the database; and how long we wait for that.
UNLOAD = {"REALTIME_UNLOAD_SECONDS": "0.1"}
WAIT_SECONDS = 1.0


def measure(contender, made: dict, seed: int, options) -> dict:
    """Return the median milliseconds from connecting until the text is there, of both, and their ratio."""
    stock = Stock(log_rows=options.rows)
    times: dict[str, list[float]] = {"long": [], "short": []}
    with contender.running(stock, made, **UNLOAD) as running:
        for number in range(OPENINGS + 1):
            for name, document in zip(times, running.names, strict=True):
                alone = replace(running, names=[document])
                with generator.idle(alone, Load(clients=1, writers=0), seed + number) as came_in:
                    pass
                time.sleep(WAIT_SECONDS)
                if number:  # the first opening warms the server up
                    times[name].append(came_in.sync_ms)
    long, short = (statistics.median(several) for several in times.values())
    return {
        "rows": options.rows,
        "long_ms": long,
        "short_ms": short,
        "open_ratio": round(long / short, 3),
        "openings_ms": times,
    }
