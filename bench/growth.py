"""Scenario E: how many people can type into one document before it becomes slow."""

import time

from bench import generator
from bench.contenders import Stock
from bench.generator import Load
from bench.processes import Trouble

RATE = 2
SECONDS = 6
P95_MS = 500
STEP = 1.4
# The result lies between `held` and `failed`, which are at most so far apart.
CLOSE_ENOUGH = 1.07
# A step that fails is tried once more: one hiccup of the machine is not the server's limit.
TRIES = 2
SEARCH_SECONDS = 900
LEAST = 8


def measure(contender, made: dict, seed: int, options) -> dict:
    """Grow from `contender.grow_from` by steps until it fails, then halve the gap. One fresh server per step."""
    held, failed, at_held, steps = 0, None, {}, []
    count, end = contender.grow_from, time.monotonic() + SEARCH_SECONDS
    while count >= LEAST and time.monotonic() < end:
        figures = _step(contender, made, seed, options, count)
        steps.append(
            {key: figures.get(key) for key in ("clients", "p95", "missing", "dropped", "ok", "why")}
        )
        if figures["ok"]:
            held, at_held = max(held, count), figures
        else:
            failed = count if failed is None else min(failed, count)
        if failed is not None and held and failed <= max(held + 1, held * CLOSE_ENOUGH):
            break
        count = _next(count, held, failed)
    if held and not options.grow_from:
        # The next run of this contender need not begin so low.
        contender.grow_from = int(held * 0.75)
    return {**at_held, "held": held, "failed_at": failed, "steps": steps}


def _next(count: int, held: int, failed: int | None) -> int:
    if failed is None:
        return int(count * STEP)
    if not held:
        return int(count / STEP)
    return round((held * failed) ** 0.5)


def _step(contender, made: dict, seed: int, options, count: int) -> dict:
    """Return the figures of `count` writers, with "ok" and, if not, "why"."""
    load = Load(count, RATE, options.seconds or SECONDS, drain=8, checks_texts=False)
    figures: dict = {}
    for attempt in range(TRIES):
        try:
            with contender.running(Stock(), made) as running:
                figures = generator.measure(
                    running, load, seed + attempt, renew_presence=int(options.renew_presence)
                )
            why = _fault(figures, count)
        except Trouble as trouble:
            figures, why = {"clients": count}, str(trouble)[:200]
        figures |= {"ok": not why, "why": why}
        print(
            f"      {contender.name} E: {count} writers, p95 {figures.get('p95')} ms {why}",
            flush=True,
        )
        if not why:
            break
    return figures


def _fault(figures: dict, count: int) -> str:
    """Return why so many were too many; nothing when they were not."""
    if figures["synced"] != count or figures["dropped"]:
        return f"{figures['synced']} of {count} came in, {figures['dropped']} were dropped"
    if figures["missing"] or not figures["all_have_everything"]:
        return f"{figures['missing']} letters missing"
    if not 0 < figures["p95"] <= P95_MS:
        return "too slow"
    return ""
