"""Runs the load core against a server and reads its figures, CPU and memory beside it."""

import json
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import processes, profiling, tools, typing
from bench.contenders import Running
from bench.processes import GENERATOR_CORE, Trouble

# What a run may take beyond typing and draining: connecting (180 s) and settling (20 s), as the core bounds them.
MARGIN_SECONDS = 240


@dataclass(frozen=True)
class Load:
    """Who connects and who types how much. `writers` None: everybody."""

    clients: int
    rate: float = 0
    seconds: float = 10
    writers: int | None = None
    documents: int = 1
    drain: float = 15
    checks_texts: bool = True


def _command(running: Running, load: Load, folder: Path, seed: int, extra: dict) -> list[str]:
    """Return the load core's command line; names and sign-ins go through files."""
    files = {"--names": running.names, "--sign-ins": running.sign_ins}
    for option, lines in files.items():
        (folder / option.strip("-")).write_text("".join(f"{line}\n" for line in lines))
    options = {
        "--protocol": running.protocol,
        "--ports": ",".join(map(str, running.ports)),
        "--path": running.path,
        "--clients": load.clients,
        "--documents": load.documents,
        "--writers": load.clients if load.writers is None else load.writers,
        "--rate": load.rate or 1,
        "--seconds": load.seconds,
        "--drain": load.drain,
        "--seed": seed,
        "--root": typing.ROOT_NAME,
        "--names": folder / "names",
        **({"--sign-ins": folder / "sign-ins"} if running.sign_ins else {}),
        **extra,
    }
    command = [str(tools.generator())]
    for header in running.headers:
        command += ["--header", header]
    for option, value in options.items():
        command += [option, str(value)]
    return command


class _Session:
    """A load core that runs. Its events come as lines of JSON."""

    def __init__(self, command: list[str], seconds: float):
        self.process = processes.spawn(
            command,
            core=GENERATOR_CORE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # Nothing of ours waits for ever, whatever the server or the core do.
        self._watchdog = threading.Timer(seconds, self.process.kill)
        self._watchdog.start()

    def until(self, event: str) -> dict:
        """Return the figures of an event. Raises Trouble when the core ends before it."""
        for line in self.process.stdout:
            message = json.loads(line)
            if message["event"] == event:
                return message
        self.process.wait()
        raise Trouble(f"the load core ended before '{event}': {self.process.stderr.read()[-600:]}")

    def close(self) -> None:
        """End it, if it has not ended by itself."""
        self._watchdog.cancel()
        processes.end(self.process)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()


@contextmanager
def session(running: Running, load: Load, seed: int, **extra):
    """Give a load core that connects and types; `extra` are further options of it, with _ for -."""
    options = {f"--{name.replace('_', '-')}": value for name, value in extra.items()}
    with tempfile.TemporaryDirectory(prefix="bench-load-") as folder:
        command = _command(running, load, Path(folder), seed, options)
        opened = _Session(command, load.seconds + load.drain + MARGIN_SECONDS)
        try:
            yield opened
        finally:
            opened.close()


@dataclass
class CameIn:
    """How idle clients got in: all of it is known when they have left."""

    synced: int = 0
    sync_ms: float = 0


@contextmanager
def idle(running: Running, load: Load, seed: int, **extra):
    """Let clients in and keep them there, silent, for as long as the block lasts. Raises Trouble."""
    with session(running, load, seed, hold=1, **extra) as core:
        came_in = CameIn(core.until("connected")["synced"])
        core.until("measuring")
        yield came_in
        core.process.stdin.close()
        figures = core.until("done")
        if figures["synced"] != load.clients or figures["dropped"]:
            raise Trouble(f"{figures['dropped']} of {load.clients} idle clients were dropped")
        came_in.sync_ms = figures["slowest_sync_ms"]


def text_of(running: Running, seed: int):
    """Return the document as somebody gets it who opens it now."""
    with tempfile.TemporaryDirectory(prefix="bench-text-") as folder:
        capture = Path(folder) / "captured"
        with idle(running, Load(clients=1, writers=0), seed, capture=capture):
            pass
        return typing.applied(typing.captured(capture).get(0, []))


def measure(
    running: Running, load: Load, seed: int, *, stacks: Path | None = None, **extra
) -> dict:
    """Put one load on a server; return the core's figures with CPU, memory and the check of texts.

    With `stacks` the first server is sampled meanwhile (see `profiling`).

    Raises Trouble when the core could not do its work.
    """
    with tempfile.TemporaryDirectory(prefix="bench-texts-") as folder:
        capture = Path(folder) / "captured"
        if load.checks_texts:
            extra["capture"] = capture
        with session(running, load, seed, **extra) as core:
            core.until("measuring")
            before = {role: processes.cpu_seconds(pids) for role, pids in running.pids().items()}
            sampled = running.servers[0].pid if stacks else None
            with profiling.recorded(sampled, stacks, load.seconds):
                figures = core.until("done")
            pids = running.pids()
            for role, members in pids.items():
                spent = processes.cpu_seconds(members) - before.get(role, 0)
                figures[f"{role}_cpu_s"] = round(spent, 2)
            figures["memory_mib"] = {
                kind: round(kib / 1024, 1)
                for kind, kib in processes.memory_kib(pids["server"]).items()
            }
            core.process.wait()
            complaints = core.process.stderr.read().strip()
        if not figures["synced"]:
            raise Trouble(f"nobody got in: {(complaints or 'no reason given')[-300:]}")
        if load.checks_texts:
            figures["texts_agree"], figures["text_length"] = typing.texts_agree(
                capture, load.documents
            )
        if complaints:
            figures["complaints"] = complaints[-300:]
    figures.pop("event")
    figures["converged"] = figures["all_have_everything"] and figures.get("texts_agree", True)
    return figures
