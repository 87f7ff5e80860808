"""What is measured: our application under an ASGI server, and its peers. Each is started clean for every run."""

import json
import os
import secrets
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import processes, tools
from bench.databases import Postgres, Sqlite
from bench.processes import Trouble, server_core
from realtime import servers
from realtime.servers import APPLICATION

# Beyond the defaults of realtime/conf.py, because all clients share this machine and a few sign-ins.
# Nothing else is raised.
RAISED = {
    "REALTIME_CONNECTIONS_PER_WORKER": "50000",
    "REALTIME_CONNECTIONS_PER_DOCUMENT": "50000",
    "REALTIME_CONNECTIONS_PER_USER": "50000",
    "REALTIME_CONNECTIONS_PER_ADDRESS": "50000",
}


@dataclass(frozen=True)
class Stock:
    """What a database holds before a run."""

    documents: int = 1
    people: int = 20
    text_bytes: int = 0
    log_rows: int = 0

    @property
    def key(self) -> str:
        return f"{self.documents}_{self.people}_{self.text_bytes}_{self.log_rows}"


@dataclass
class Running:
    """A server that listens, and what clients need to know to use it."""

    protocol: str
    servers: list[subprocess.Popen]
    ports: list[int]
    names: list[str]
    path: str = ""
    headers: list[str] = field(default_factory=list)
    sign_ins: list[str] = field(default_factory=list)
    # Pids of processes beside the server, by what they are; asked again each time, since a database
    # starts one per connection.
    beside: dict[str, Callable[[], list[int]]] = field(default_factory=dict)
    restart: Callable[[], None] = lambda: None

    def pids(self) -> dict[str, list[int]]:
        """Return the processes by role."""
        server = [pid for process in self.servers for pid in processes.family(process.pid)]
        return {"server": server, **{role: ask() for role, ask in self.beside.items()}}


class _Launcher:
    """Starts servers with one log; ends them with the stack that it is given."""

    def __init__(self, stack: ExitStack, log: Path, port: int | None):
        self._stack, self._log, self._port = stack, log, port

    def ports(self, count: int) -> list[int]:
        """Return ports to listen on, all free."""
        chosen = [self._port + n if self._port else processes.free_port() for n in range(count)]
        for port in chosen:
            processes.demand_free(port)
        return chosen

    def start(
        self, command, port: int, core: int, environment: dict, cwd: Path
    ) -> subprocess.Popen:
        """Start one server and wait until it listens."""
        with self._log.open("ab") as log:
            process = processes.spawn(
                command, core=core, cwd=cwd, env=environment, stdout=log, stderr=log
            )
        self._stack.callback(processes.end, process)
        processes.wait_listening(process, port, self._log)
        return process


SERVERS: dict[str, Callable[[int], list[str]]] = {
    "daphne": lambda port: servers.daphne("127.0.0.1", port),
    "uvicorn": lambda port: servers.uvicorn("127.0.0.1", port),
    "uvicorn-wsproto": lambda port: [
        str(tools.environment()), *SERVERS["uvicorn"](port)[1:], "--ws", "wsproto",
    ],
    "hypercorn": lambda port: [
        str(tools.environment()), "-m", "hypercorn", "-b", f"127.0.0.1:{port}", "-k", "uvloop",
        "--log-level", "warning", APPLICATION,
    ],
    "granian": lambda port: [
        str(tools.environment().with_name("granian")), "--interface", "asginl", "--host", "127.0.0.1",
        "--port", str(port), "--ws", "--log-level", "warning", APPLICATION,
    ],
}  # fmt: skip


class Ours:
    """Our application on a clean database."""

    protocol = "y-websocket"

    def __init__(self, server: str, database: Sqlite | Postgres, folder: Path, options):
        if server not in SERVERS:
            raise Trouble(f"unknown server {server}; there are {', '.join(SERVERS)}")
        self.server, self.database, self._folder, self._options = server, database, folder, options
        self.name = f"koprade/{server}/{database.name}"
        self.grow_from = options.grow_from or 400
        self._secret = secrets.token_urlsafe(50)

    def prepare(self, stock: Stock, made: dict[str, dict]) -> dict:
        """Return the prepared database for `stock`; `made` remembers it for other servers on the same database."""
        key = f"{self.database.name}_{stock.key}"
        if key not in made:
            address = self.database.create(stock.key)
            command = [sys.executable, "-m", "bench.prepare"]
            for option, value in vars(stock).items():
                command += [f"--{option.replace('_', '-')}", str(value)]
            printed = processes.run(
                command, cwd=tools.ROOT, env=self._environment(address, 0, None)
            )
            made[key] = {
                "address": address,
                "secret": self._secret,
                **json.loads(printed.splitlines()[-1]),
            }
        return made[key]

    @contextmanager
    def running(
        self, stock: Stock, made: dict, workers: int = 1, **settings: str
    ) -> Iterator[Running]:
        """Run our server on a copy of the prepared database; two workers share a Redis of their own."""
        stocked = self.prepare(stock, made)
        self._secret = stocked["secret"]
        with ExitStack() as stack:
            address = stack.enter_context(self.database.copy(stocked["address"]))
            launcher = _Launcher(stack, self._folder / "server.log", self._options.port)
            redis = _redis(stack, self._folder) if workers > 1 else None
            ports = launcher.ports(workers)
            running = Running(
                protocol=self.protocol,
                servers=[],
                ports=ports,
                names=stocked["documents"],
                path="ws/v1/documents",
                headers=[f"Origin: http://127.0.0.1:{ports[0]}"],
                sign_ins=[f"Cookie: sessionid={key}" for key in stocked["sessions"]],
                beside={"database": lambda: self.database.server_pids(address)},
            )
            if redis:
                running.beside["redis"] = lambda: [redis[1].pid]

            def start() -> None:
                running.servers[:] = [
                    launcher.start(
                        SERVERS[self.server](port), port, server_core(number),
                        {**self._environment(address, ports[0], redis and redis[0]), **settings}, tools.ROOT,
                    )
                    for number, port in enumerate(ports)
                ]  # fmt: skip

            running.restart = start
            start()
            yield running

    def _environment(self, address: str, port: int, redis: str | None) -> dict[str, str]:
        environment = {
            **os.environ,
            **RAISED,
            "DATABASE_URL": address,
            "REDIS_URL": redis or "",
            "VAR_DIR": str(self._folder / "site"),
            "SECRET_KEY": self._secret,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "LOG_LEVEL": "WARNING",
            "DEBUG": "0",
            "DEMO": "0",
            "PYTHONPATH": str(tools.ROOT),
        }
        environment.pop("TEST_DATABASE_SUFFIX", None)
        return environment


def _redis(stack: ExitStack, folder: Path) -> tuple[str, subprocess.Popen]:
    """Start a Redis that keeps nothing on disk; return its address and process."""
    port = processes.free_port()
    log = folder / "redis.log"
    command = [
        "redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
        "--dir", str(folder),
    ]  # fmt: skip
    try:
        with log.open("ab") as output:
            process = processes.spawn(command, stdout=output, stderr=output)
    except FileNotFoundError:
        raise Trouble("no redis-server; Debian, Ubuntu: apt-get install redis-server") from None
    stack.callback(processes.end, process)
    processes.wait_listening(process, port, log)
    return f"redis://127.0.0.1:{port}/0", process


def _y_websocket(port: int, store: str) -> tuple[list[str], dict[str, str]]:
    script = tools.node_peers() / "node_modules/@y/websocket-server/src/server.js"
    return [str(tools.node()), str(script)], {"HOST": "127.0.0.1", "PORT": str(port)}


def _y_websocket_leveldb(port: int, store: str) -> tuple[list[str], dict[str, str]]:
    command, environment = _y_websocket(port, store)
    return command, {**environment, "YPERSISTENCE": store}


def _hocuspocus(port: int, store: str) -> tuple[list[str], dict[str, str]]:
    script = tools.node_peers() / "hocuspocus.mjs"
    return [str(tools.node()), str(script)], {"PORT": str(port), "DATABASE": store}


def _hocuspocus_tuned(port: int, store: str) -> tuple[list[str], dict[str, str]]:
    command, environment = _hocuspocus(port, store)
    return command, {**environment, "FLUSH_DELAY": "20"}


def _pycrdt_websocket(port: int, store: str) -> tuple[list[str], dict[str, str]]:
    command = [
        str(tools.environment()), "-m", "uvicorn", "pycrdt_websocket:application",
        "--app-dir", str(tools.HERE / "peers"), "--host", "127.0.0.1", "--port", str(port),
        "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    return command, {"DATABASE": store}


PEERS: dict[str, Callable[[int, str], tuple[list[str], dict[str, str]]]] = {
    "y-websocket": _y_websocket,
    "y-websocket-leveldb": _y_websocket_leveldb,
    "hocuspocus": _hocuspocus,
    "hocuspocus-tuned": _hocuspocus_tuned,
    "pycrdt-websocket": _pycrdt_websocket,
}
GROW_FROM = {"hocuspocus": 400, "hocuspocus-tuned": 400, "pycrdt-websocket": 50}


class Peer:
    """Another server for Yjs documents. It makes documents when somebody names them."""

    def __init__(self, name: str, folder: Path, options):
        if name not in PEERS:
            raise Trouble(f"unknown peer {name}; there are {', '.join(PEERS)}")
        self.name, self._folder, self._options = name, folder, options
        self.protocol = "hocuspocus" if name.startswith("hocuspocus") else "y-websocket"
        self.grow_from = options.grow_from or GROW_FROM.get(name, 80)

    @contextmanager
    def running(
        self, stock: Stock, made: dict, workers: int = 1, **settings: str
    ) -> Iterator[Running]:
        """Run the peer with an empty store."""
        if workers > 1:
            raise Trouble(f"{self.name} is not measured with several workers")
        prefix = uuid.uuid4().hex[:8]
        store = str(self._folder / f"peer-{prefix}")
        with ExitStack() as stack:
            launcher = _Launcher(stack, self._folder / "peer.log", self._options.port)
            (port,) = launcher.ports(1)
            command, environment = PEERS[self.name](port, store)
            names = [f"{prefix}-{n}" for n in range(stock.documents)]
            running = Running(self.protocol, [], [port], names)

            def start() -> None:
                running.servers[:] = [
                    launcher.start(
                        command, port, server_core(), {**os.environ, **environment}, self._folder
                    )
                ]

            running.restart = start
            start()
            yield running
