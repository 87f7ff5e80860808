"""Child processes that never outlive the benchmark: pinned to a core, and ended with all that they started."""

import contextlib
import ctypes
import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

GENERATOR_CORE = 1
START_SECONDS = 60
STOP_SECONDS = 15
_PR_SET_PDEATHSIG = 1
# Niceness of what we start: below zero (which needs root) the machine's other work stands back. Set by --nice.
niceness = 0
_libc = ctypes.CDLL(None, use_errno=True)


class Trouble(Exception):
    """Something that the benchmark needs did not work; the message says what."""


def server_core(number: int = 0) -> int:
    """Return the core of server number 0, 1, …: never the load core's; one each if there are enough."""
    cores = sorted(os.sched_getaffinity(0))
    free = [core for core in cores if core != GENERATOR_CORE] or cores
    return free[number % len(free)]


def _prepare_child(core: int | None):
    """Return what a child does before it becomes the program: its own session, its core, many files, our fate."""

    def run() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if core is not None and core in os.sched_getaffinity(0):
            os.sched_setaffinity(0, {core})
        if niceness:
            _be_nice()
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    return run


def _be_nice() -> None:
    os.setpriority(os.PRIO_PROCESS, 0, niceness)
    # Linux weighs sessions against each other first, and ours is a new one.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(niceness))


def spawn(command: Sequence[str], *, core: int | None = None, **options) -> subprocess.Popen:
    """Start a program in a session of its own, pinned to `core`; it is killed when we are."""
    return subprocess.Popen(
        [str(part) for part in command],
        start_new_session=True,
        preexec_fn=_prepare_child(core),
        **options,
    )


def end(process: subprocess.Popen, number: int = signal.SIGTERM) -> None:
    """End a program and its children; kill what does not listen within STOP_SECONDS."""
    if process.poll() is not None:
        # Its number may be somebody else's by now.
        return
    members = family(process.pid)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    for pid in members:
        if pid == process.pid and process.poll() is not None:
            continue
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def run(command: Sequence[str], *, seconds: float = 900, core: int | None = None, **options) -> str:
    """Run a program to its end and return what it printed. Raises Trouble with the end of its errors."""
    process = spawn(
        command, core=core, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Trouble(f"`{' '.join(map(str, command))[:200]}` took over {seconds} s") from None
    finally:
        end(process)
    if process.returncode:
        raise Trouble(
            f"`{' '.join(map(str, command))[:200]}` failed:\n{(errors or output)[-3000:]}"
        )
    return output


# --- ports ------------------------------------------------------------------------------------------
def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def demand_free(port: int) -> None:
    """Raise Trouble when somebody listens on `port`: measuring a stranger would be worse than not measuring."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Trouble(f"port {port} is taken; end what listens there or choose another --port")


def wait_listening(process: subprocess.Popen, port: int, log: Path) -> None:
    """Wait until the program listens. Raises Trouble with the end of its log when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Trouble(f"the server ended:\n{log.read_text(errors='replace')[-3000:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise Trouble(f"the server did not listen within {START_SECONDS} s")


# --- /proc --------------------------------------------------------------------------------------------
def family(pid: int) -> list[int]:
    """Return a process and everything that it started and that still runs."""
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the CPU seconds, user and system, that these processes have used."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(after_name[11]) + int(after_name[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _kib(path: str, key: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path(path).read_text().splitlines():
            if line.startswith(key):
                return int(line.split()[1])
    return 0


def memory_kib(pids: Sequence[int]) -> dict[str, int]:
    """Return the memory of these processes in KiB: proportional (pss), resident (rss), resident at most (peak)."""
    return {
        "pss": sum(_kib(f"/proc/{pid}/smaps_rollup", "Pss:") for pid in pids),
        "rss": sum(_kib(f"/proc/{pid}/status", "VmRSS") for pid in pids),
        "peak": sum(_kib(f"/proc/{pid}/status", "VmHWM") for pid in pids),
    }


@contextlib.contextmanager
def stops_on_signals(minutes: float) -> Iterator[None]:
    """Turn Ctrl+C, SIGTERM, SIGHUP and the end of the time given into an exception, so that everything is tidied up."""

    def stop(number, _frame):
        reason = f"{minutes} minutes are over" if number == signal.SIGALRM else "told to stop"
        raise SystemExit(f"bench: {reason}")

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(max(1, int(minutes * 60)))
    try:
        yield
    finally:
        signal.alarm(0)
