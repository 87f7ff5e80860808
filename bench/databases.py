"""A clean database for each run, copied from a prepared one; and how long one commit takes on it."""

import os
import shutil
import sqlite3
import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench.processes import Trouble

COMMITS = 400
COMMIT_SECONDS = 4


class Sqlite:
    """Databases as files in the benchmark's temporary folder."""

    name = "sqlite"

    def __init__(self, folder: Path):
        self._folder = folder

    def create(self, key: str) -> str:
        """Return the address of a new empty database that others are copied from."""
        return f"sqlite:///{self._folder / f'template-{key}.sqlite3'}"

    @contextmanager
    def copy(self, address: str) -> Iterator[str]:
        """Give the address of a copy; it is removed at the end."""
        source = Path(address.removeprefix("sqlite:///"))
        target = self._folder / f"run-{uuid.uuid4().hex[:8]}.sqlite3"
        # The write-ahead log of the template was folded in when its last connection closed.
        shutil.copy(source, target)
        try:
            yield f"sqlite:///{target}"
        finally:
            for file in self._folder.glob(f"{target.name}*"):
                file.unlink()

    def server_pids(self, address: str) -> list[int]:
        """SQLite runs inside the program: its CPU is the server's."""
        return []

    def commit_ms(self) -> list[float]:
        """Return how long each of many single-row commits took, with the program's settings."""
        file = self._folder / "commits.sqlite3"
        connection = sqlite3.connect(file, isolation_level=None)
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE t (d BLOB)"
        )
        try:
            return _time_commits(lambda: connection.execute("INSERT INTO t VALUES (zeroblob(40))"))
        finally:
            connection.close()
            for leftover in self._folder.glob("commits.sqlite3*"):
                leftover.unlink()


class Postgres:
    """Databases of their own on a PostgreSQL server, copied with TEMPLATE and dropped at the end."""

    name = "postgres"

    def __init__(self, server: str):
        self._server = urlsplit(server)
        self._templates: list[str] = []
        try:
            self._admin = self._connect("postgres")
        except Exception as error:
            raise Trouble(
                f"PostgreSQL does not answer: {error}. Say where with --postgres-url."
            ) from error

    def _connect(self, name: str):
        import psycopg

        address = self._server._replace(scheme="postgresql", path=f"/{name}")
        return psycopg.connect(urlunsplit(address), autocommit=True)

    def _address(self, name: str) -> str:
        return urlunsplit(self._server._replace(path=f"/{name}"))

    def create(self, key: str) -> str:
        """Return the address of a new empty database that others are copied from."""
        name = f"bench_{os.getpid()}_{key}"
        self._admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        self._admin.execute(f'CREATE DATABASE "{name}"')
        self._templates.append(name)
        return self._address(name)

    @contextmanager
    def copy(self, address: str) -> Iterator[str]:
        """Give the address of a copy; it is dropped at the end."""
        name = f"bench_{os.getpid()}_run_{uuid.uuid4().hex[:8]}"
        template = urlsplit(address).path[1:]
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        # So that the checkpoint which copying may cause is not measured.
        self._admin.execute("CHECKPOINT")
        try:
            yield self._address(name)
        finally:
            self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def server_pids(self, address: str) -> list[int]:
        """Return the server processes that work for connections to this database (when it is on this machine)."""
        rows = self._admin.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s", [urlsplit(address).path[1:]]
        )
        return [pid for (pid,) in rows]

    def commit_ms(self) -> list[float]:
        """Return how long each of many single-row commits took, with fsync and synchronous_commit as they are."""
        name = f"bench_{os.getpid()}_commits"
        self._admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        self._admin.execute(f'CREATE DATABASE "{name}"')
        try:
            with self._connect(name) as connection:
                connection.execute("CREATE TABLE t (d bytea)")
                return _time_commits(
                    lambda: connection.execute("INSERT INTO t VALUES (%s)", [b"\0" * 40])
                )
        finally:
            self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def settings(self) -> str:
        """Return the version and the settings that decide what a commit costs."""
        names = ("server_version", "fsync", "synchronous_commit", "wal_sync_method")
        return ", ".join(
            f"{name}={self._admin.execute(f'SHOW {name}').fetchone()[0]}" for name in names
        )

    def close(self) -> None:
        """Drop what was made."""
        for name in self._templates:
            self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._admin.close()


def _time_commits(commit) -> list[float]:
    """Return milliseconds per commit: at most COMMITS of them, within COMMIT_SECONDS."""
    times, end = [], time.perf_counter() + COMMIT_SECONDS
    while len(times) < COMMITS and time.perf_counter() < end:
        begin = time.perf_counter()
        commit()
        times.append((time.perf_counter() - begin) * 1000)
    return times


def commit_p95(database: Sqlite | Postgres) -> float:
    """Return the 95th percentile of the time of one commit, in milliseconds."""
    return statistics.quantiles(database.commit_ms(), n=20)[-1]
