"""Where a server's time goes while it is measured: samples of its Python stacks (py-spy), summed up by function."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench import processes, report, tools
from bench.processes import GENERATOR_CORE

SAMPLES_PER_SECOND = 200
LINES = 30
# A function on more stacks than this is how the program was started.
SCAFFOLDING = 0.5


@contextlib.contextmanager
def recorded(pid: int | None, stacks: Path, seconds: float) -> Iterator[None]:
    """Sample a process for the length of the block, at most `seconds`; nothing happens when `pid` is None.

    Writes `stacks` (one line per stack: frames, then samples, as flame graph tools read it) and a summary beside it.
    Sampling takes time of the load core's core: figures of such a run are for the profile only.
    """
    if pid is None:
        yield
        return
    stacks.parent.mkdir(parents=True, exist_ok=True)
    command = [
        tools.environment().with_name("py-spy"), "record", "--pid", pid, "--duration", max(1, int(seconds)),
        "--rate", SAMPLES_PER_SECOND, "--nonblocking", "--threads", "--format", "raw", "--output", stacks,
    ]  # fmt: skip
    log = stacks.with_suffix(".log")
    with log.open("wb") as output:
        sampler = processes.spawn(command, core=GENERATOR_CORE, stdout=output, stderr=output)
    try:
        yield
        sampler.wait(seconds + processes.STOP_SECONDS)
    finally:
        processes.end(sampler)
    if stacks.is_file():
        stacks.with_suffix(".md").write_text(summary(stacks.read_text()) + "\n")


def summary(raw: str) -> str:
    """Return a table of the functions in which most samples were taken, alone and with what they call, busiest first.

    Functions that are on nearly every stack (how a program starts) say nothing and are left out. Native code counts for
    the Python function that called it: the event loop's own system calls for the function that runs the loop.
    """
    alone, within, total = Counter(), Counter(), 0
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [_function(frame) for frame in stack.split(";")]
        total += int(count)
        alone[frames[-1]] += int(count)
        for name in set(frames):
            within[name] += int(count)
    names = [name for name in within if alone[name] or within[name] < SCAFFOLDING * total]
    busiest = sorted(names, key=lambda name: (-max(alone[name], within[name] / 2), name))[:LINES]
    rows = [
        [name, f"{100 * alone[name] / total:.0f}", f"{100 * within[name] / total:.0f}"]
        for name in busiest
    ]
    return report.table([["function", "alone %", "with what it calls %"], *rows])


def _function(frame: str) -> str:
    """Return a frame without its line number: what counts is the function."""
    name, _, place = frame.rpartition(" (")
    return f"{name} ({place.partition(':')[0].rstrip(')')})" if name else frame
