"""A change of a large plan on many open pages: messages and bytes, beside fetching the whole plan again.

Run as `python -m bench.guide [--pages 500]` (`--shape 20x10x10`: phases, objectives, tasks). Starts our server on a
clean SQLite database; each page is an events socket that hears the process and would then fetch the changed parts.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import websockets

from bench.processes import end, free_port, spawn, wait_listening

ROOT = Path(__file__).parents[1]
FETCHES = 20
QUIET_SECONDS = 2.0


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--shape", default="20x10x10")
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.prepare:
        _prepare(*map(int, options.shape.split("x")))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(_measure(Path(folder), options), indent=2))


def _measure(folder: Path, options) -> dict:
    port = free_port()
    environment = os.environ | {
        "VAR_DIR": str(folder),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "cocreation.settings",
    }
    environment.pop("DATABASE_URL", None)
    manage = [sys.executable, "manage.py"]
    quiet = {"cwd": ROOT, "env": environment}
    subprocess.run([*manage, "migrate", "--verbosity", "0"], check=True, **quiet)
    made = json.loads(
        subprocess.run(
            [sys.executable, "-m", "bench.guide", "--prepare", "--shape", options.shape],
            check=True,
            capture_output=True,
            **quiet,
        ).stdout.splitlines()[-1]
    )
    log = folder / "server.log"
    server = spawn([*manage, "serve", "--port", str(port)], stdout=log.open("wb"), **quiet)
    try:
        wait_listening(server, port, log)
        return asyncio.run(_pages(f"127.0.0.1:{port}", made, options.pages))
    finally:
        end(server)


async def _pages(host: str, made: dict, count: int) -> dict:
    """Open the pages, change one task, and count what each hears."""
    heard: list[list[int]] = [[] for _ in range(count)]
    last = [0.0] * count

    async def page(number: int, ready: asyncio.Semaphore) -> None:
        async with ready:
            socket = await websockets.connect(f"ws://{host}/ws/v1/events", origin=f"http://{host}")
            topic = {"topic": f"process.{made['process']}"}
            await socket.send(json.dumps({"type": "topic.subscribe", "ref": "1", "data": topic}))
            while json.loads(await socket.recv()).get("type") != "reply":
                continue
        async for message in socket:
            if json.loads(message)["type"].startswith("node."):
                heard[number].append(len(message))
                last[number] = time.perf_counter()

    gate = asyncio.Semaphore(50)
    tasks = [asyncio.create_task(page(number, gate)) for number in range(count)]
    await asyncio.sleep(1 + count / 100)
    began = time.perf_counter()
    await asyncio.to_thread(_change, host, made)
    await asyncio.sleep(QUIET_SECONDS + count / 250)
    for task in tasks:
        task.cancel()
    reached = [at - began for at in last if at]
    base = f"http://{host}/processes/{made['process']}/guide/"
    parts, whole = (
        await asyncio.to_thread(_fetch, f"{base}nodes/?id={made['task']}"),
        await asyncio.to_thread(_fetch, base),
    )
    return {
        "pages": count,
        "tasks": made["tasks"],
        "pages_reached": len(reached),
        "messages_per_page": statistics.mean(map(len, heard)),
        "bytes_per_message": statistics.mean([size for sizes in heard for size in sizes] or [0]),
        "all_reached_ms": round(max(reached, default=0) * 1000),
        "parts": parts,
        "whole_guide": whole,
        "bytes_ratio": round(whole["bytes"] / parts["bytes"], 1),
        "time_ratio": round(whole["ms"] / parts["ms"], 1),
    }


def _change(host: str, made: dict) -> None:
    request = urllib.request.Request(
        f"http://{host}/api/v1/tasks/{made['task']}/status/",
        data=b'{"status": "in_progress"}',
        headers={"Authorization": f"Token {made['token']}", "Content-Type": "application/json"},
        method="POST",
    )
    urllib.request.urlopen(request, timeout=30).read()


def _fetch(address: str) -> dict:
    """Return the bytes of an answer and the median milliseconds until it was there."""
    times, size = [], 0
    for _number in range(FETCHES):
        began = time.perf_counter()
        request = urllib.request.Request(address, headers={"HX-Request": "true"})
        size = len(urllib.request.urlopen(request, timeout=60).read())
        times.append((time.perf_counter() - began) * 1000)
    return {"bytes": size, "ms": round(statistics.median(times), 1)}


def _prepare(phases: int, objectives: int, tasks: int) -> None:
    """Make the process and print ids and a token."""
    import django

    django.setup()
    from community.models.access import TokenScope
    from community.services.tokens import token_create

    process, coordinator, made = large_process(phases, objectives, tasks)
    _row, token = token_create(user=coordinator, name="bench", scope=TokenScope.WRITE, days=1)
    ids = {"process": str(process.pk), "task": str(made[0].pk), "tasks": len(made)}
    print(json.dumps(ids | {"token": token}))


def large_process(phases: int, objectives: int, tasks: int) -> tuple:
    """Make a process through the services, its plan in bulk; return it, its coordinator and the tasks."""
    from community.services.people import user_create
    from processes.models import Node, NodeKind, Visibility
    from processes.services.processes import process_create

    coordinator = user_create(email="coordinator@example.org", name="Coordinator")
    process = process_create(
        actor=coordinator, title="Large plan", language="en", visibility=Visibility.PUBLIC
    )

    def level(kind: str, parents: list, each: int) -> list:
        return Node.objects.bulk_create(
            Node(process=process, parent=parent, kind=kind, title=f"{kind} {order}", order=order)
            for parent in parents
            for order in range(each)
        )

    tops = level(NodeKind.PHASE, [None], phases)
    made = level(NodeKind.TASK, level(NodeKind.OBJECTIVE, tops, objectives), tasks)
    return process, coordinator, made


if __name__ == "__main__":
    main()
