"""What machine and programs a figure was measured with, and how busy the machine was."""

import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path

from bench import tools

OURS = ("Django", "channels", "daphne", "pycrdt", "redis", "psycopg")
THEIRS = (
    "uvicorn",
    "websockets",
    "uvloop",
    "hypercorn",
    "granian",
    "pycrdt-websocket",
    "pycrdt-store",
)


def load_average() -> float:
    """Return the mean number of waiting processes over the last minute."""
    return round(os.getloadavg()[0], 2)


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def _printed(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
        return done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _their_versions() -> dict[str, str]:
    found = importlib.metadata.distributions(
        path=[str(p) for p in (tools.VENV / "lib").glob("python*/site-packages")]
    )
    return {d.name: d.version for d in found if d.name in THEIRS}


def _peer_versions() -> dict[str, str]:
    packages = ("@hocuspocus/server", "@y/websocket-server", "yjs")
    code = "process.stdout.write(require(process.argv[1]).version)"
    found = {}
    for package in packages:
        manifest = tools.PEERS / "node_modules" / package / "package.json"
        if manifest.is_file():
            found[package] = _printed(str(tools.node()), "-e", code, str(manifest))
    return found


def description() -> dict:
    """Return the machine and the versions of all that took part."""
    versions = {name: importlib.metadata.version(name) for name in OURS}
    if tools.VENV.is_dir():
        versions |= _their_versions() | {
            "node": _printed(str(tools.VENV / "bin" / "node"), "--version")
        }
    if tools.PEERS.is_dir():
        versions |= _peer_versions()
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": _memory_gib(),
        "kernel": platform.release(),
        "python": sys.version.split()[0],
        "redis_server": _printed("redis-server", "--version").partition("v=")[2].split(" ")[0],
        "commit": _printed("git", "-C", str(tools.ROOT), "describe", "--always", "--dirty"),
        "versions": versions,
    }
