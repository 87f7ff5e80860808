"""No server outlives the benchmark, and no stranger is measured."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench import processes, typing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
ROOT = Path(__file__).resolve().parents[2]
# A benchmark in small: it starts a child that starts a child, says their numbers, and waits.
SMALL = """
import sys, time
from contextlib import ExitStack
from bench import processes
with ExitStack() as stack:
    stack.enter_context(processes.stops_on_signals(1))
    child = processes.spawn(["sh", "-c", "sleep 60 & echo started; wait"], stdout=-1, text=True)
    stack.callback(processes.end, child)
    child.stdout.readline()
    print(*processes.family(child.pid), flush=True)
    time.sleep(60)
"""


def is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_benchmark_that_is_told_to_stop_takes_its_children_with_it(number):
    small = subprocess.Popen(
        [sys.executable, "-c", SMALL], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    pids = [int(pid) for pid in small.stdout.readline().split()]

    small.send_signal(number)

    assert small.wait(20) != 0
    assert len(pids) == 2
    until(lambda: not any(map(is_running, pids)))


def test_a_benchmark_that_is_killed_takes_its_servers_with_it():
    small = subprocess.Popen(
        [sys.executable, "-c", SMALL], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    server, grandchild = (int(pid) for pid in small.stdout.readline().split())

    small.kill()
    small.wait(20)

    until(lambda: not is_running(server))
    os.kill(grandchild, signal.SIGKILL)


def test_a_port_that_is_taken_is_refused_and_a_free_one_is_not():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(processes.Trouble, match=f"port {port} is taken"):
            processes.demand_free(port)
    processes.demand_free(port)


def test_texts_that_differ_are_found(tmp_path):
    file = tmp_path / "captured"
    one, two = list(typing.letters(1_001, 3)), list(typing.letters(1_001, 3))

    def write(*records):
        file.write_bytes(
            b"".join(
                client.to_bytes(4, "little") + len(update).to_bytes(4, "little") + update
                for client, update in records
            )
        )

    write(*((0, update) for update in one), *((2, update) for update in two))
    assert typing.texts_agree(file, documents=1)[0]
    write(*((0, update) for update in one), *((2, update) for update in two[:2]))
    assert not typing.texts_agree(file, documents=1)[0]
    write()
    assert not typing.texts_agree(file, documents=1)[0]
