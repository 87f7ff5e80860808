"""The scenarios: who types where, how fast. Each returns the figures of one run."""

from collections.abc import Callable
from dataclasses import dataclass

from bench import crashes, generator, growth, memory, opening
from bench.contenders import Ours, Stock
from bench.generator import Load


@dataclass(frozen=True)
class Scenario:
    """One row of docs/performance.md. `measure(contender, made, seed, options)` does one run on a fresh server."""

    key: str
    title: str
    measure: Callable[..., dict]
    only_ours: bool = False


def _loaded(key: str, load: Load, workers: int = 1) -> Callable[..., dict]:
    """Return how to measure one load."""

    def measure(contender, made: dict, seed: int, options) -> dict:
        asked = _scaled(load, options)
        extra: dict = {"renew_presence": int(options.renew_presence)}
        if options.receipts and isinstance(contender, Ours):
            extra["query"] = "receipts=1"
        if options.profile and isinstance(contender, Ours):
            extra["stacks"] = options.profile / f"{contender.server}-{key}-{seed}.txt"
        with contender.running(Stock(documents=asked.documents), made, workers=workers) as running:
            return generator.measure(running, asked, seed, **extra)

    return measure


def _scaled(load: Load, options) -> Load:
    """Return the load with what the command line changes of it: for quick looks, not for figures."""
    clients = options.clients or load.clients
    return Load(
        clients=clients,
        rate=load.rate,
        seconds=options.seconds or load.seconds,
        writers=None if load.writers is None else min(load.writers, clients),
        documents=min(load.documents, clients),
        drain=load.drain,
    )


SCENARIOS = {
    scenario.key: scenario
    for scenario in (
        Scenario("A", "20 writers × 5/s, one document", _loaded("A", Load(20, 5))),
        Scenario("B", "100 writers × 2/s, one document", _loaded("B", Load(100, 2))),
        Scenario("C", "300 clients, 10 writers × 5/s, one document", _loaded("C", Load(300, 5, writers=10))),
        Scenario("D", "200 writers × 2/s in 50 documents", _loaded("D", Load(200, 2, documents=50))),
        Scenario("E", "writers × 2/s in one document: how many until p95 > 500 ms", growth.measure),
        Scenario("R", "200 writers × 2/s and 2,000 readers, one document", _loaded("R", Load(2200, 2, writers=200))),
        Scenario("M", "memory of an open idle document of 5 KB with 4 clients", memory.measure, only_ours=True),
        Scenario("W", "B over two workers with Redis", _loaded("W", Load(100, 2), workers=2), only_ours=True),
        Scenario("O", "opening a text with a long log, and its twin with one row", opening.measure, only_ours=True),
        Scenario("K", "kill -9 while 20 people type, and after a burst of 200 letters", crashes.measure),
    )
}  # fmt: skip
