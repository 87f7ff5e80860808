"""Scenario M: what an open document costs in memory, as the slope between few and many of them."""

from bench import generator, processes
from bench.contenders import Stock
from bench.generator import Load
from bench.processes import Trouble

FEW, MANY = 200, 1000
CLIENTS_EACH = 4
TEXT_BYTES = 5_000


def measure(contender, made: dict, seed: int, options) -> dict:
    """Return KiB per open idle document with its clients; each number of documents on a server of its own."""
    stock = Stock(documents=MANY, text_bytes=TEXT_BYTES)
    few, many = (_open_idle(contender, made, seed, stock, count) for count in (FEW, MANY))
    slope = {kind: (many[kind] - few[kind]) / (MANY - FEW) for kind in ("pss", "rss")}
    return {
        **{
            f"pss_mib_{count}": round(memory["pss"] / 1024, 1)
            for count, memory in ((FEW, few), (MANY, many))
        },
        "kib_per_document": round(slope["pss"], 1),
        "kib_per_document_rss": round(slope["rss"], 1),
    }


def _open_idle(contender, made, seed, stock, count: int) -> dict[str, int]:
    """Return the server's memory in KiB while `count` documents are open and nobody types."""
    load = Load(clients=count * CLIENTS_EACH, writers=0, documents=count)
    with contender.running(stock, made) as running, generator.idle(running, load, seed) as came_in:
        if came_in.synced != load.clients:
            raise Trouble(f"{came_in.synced} of {load.clients} clients came in")
        return processes.memory_kib(running.pids()["server"])
