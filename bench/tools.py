"""What the benchmark sets up for itself: the compiled load core, an environment with other servers, peers from npm.

All of it lies in var/bench/ (or BENCH_CACHE) and is made again only when its source has changed.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from bench.processes import Trouble, run

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "bench"
CACHE = Path(os.environ.get("BENCH_CACHE", ROOT / "var" / "bench"))
SOURCE = HERE / "core" / "generator.c"
VENV = CACHE / "venv"
PEERS = CACHE / "peers"


def _digest(*paths: Path) -> str:
    total = hashlib.sha256(sys.version.encode())
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


def _is_done(name: str, digest: str) -> bool:
    stamp = CACHE / f"{name}.stamp"
    return stamp.is_file() and stamp.read_text() == digest


def _done(name: str, digest: str) -> None:
    (CACHE / f"{name}.stamp").write_text(digest)


def generator() -> Path:
    """Return the compiled load core. Raises Trouble without a C compiler."""
    binary = CACHE / f"generator-{_digest(SOURCE)}"
    if binary.is_file():
        return binary
    compiler = os.environ.get("CC") or shutil.which("gcc") or shutil.which("cc")
    if not compiler:
        raise Trouble("no C compiler; Debian, Ubuntu: apt-get install gcc libc6-dev")
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = binary.with_suffix(f".{os.getpid()}")
    run([compiler, "-O2", "-Wall", "-o", fresh, SOURCE])
    # In one step, so that two benchmarks that start together do not see half a program.
    fresh.replace(binary)
    return binary


def environment() -> Path:
    """Return the Python of the environment with uvicorn, granian, hypercorn, pycrdt-websocket and Node.

    Our own packages are visible in it behind its own, so that the application runs there too.
    """
    python = VENV / "bin" / "python"
    requirements = HERE / "requirements.txt"
    digest = _digest(requirements)
    if _is_done("venv", digest):
        return python
    print("  … servers and peers for Python, Node (var/bench/venv; once)", flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-m", "venv", "--clear", VENV])
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", requirements])
    packages = next((VENV / "lib").glob("python*/site-packages"))
    own = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "application.pth").write_text("\n".join(own) + "\n")
    _done("venv", digest)
    return python


def node() -> Path:
    """Return the Node that runs the peers."""
    return environment().with_name("node")


def node_peers() -> Path:
    """Return the folder with the Node peers installed, exactly as locked."""
    source = HERE / "peers"
    files = [
        source / name for name in ("package.json", "package-lock.json", ".npmrc", "hocuspocus.mjs")
    ]
    digest = _digest(*files)
    if _is_done("peers", digest):
        return PEERS
    path = f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    print("  … peers from npm (var/bench/peers; once)", flush=True)
    shutil.rmtree(PEERS, ignore_errors=True)
    PEERS.mkdir(parents=True)
    for file in files:
        shutil.copy(file, PEERS)
    run(["npm", "ci", "--no-audit", "--no-fund"], cwd=PEERS, env={**os.environ, "PATH": path})
    _done("peers", digest)
    return PEERS
