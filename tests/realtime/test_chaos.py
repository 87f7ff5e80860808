"""Chaos: stock y-websocket clients type and lose their connections at random while servers are killed, the database
pauses and (where there is one) Redis is restarted. All converge, and nothing is lost that a second client had seen.

Takes about 15 s. CHAOS_SECONDS=600 goes on with the same misfortunes for that long; CHAOS_SEED repeats a run's typing.
"""

import base64
import contextlib
import json
import os
import random
import sqlite3
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from pycrdt import XmlFragment

from documents.selectors.updates import document_load
from tests.realtime.conftest import session_cookie
from tests.realtime.server import NODE_MODULES, Redis, Server, database_url, node

SCRIPT = Path(__file__).parent / "node" / "chaos.cjs"
SECONDS = float(os.environ.get("CHAOS_SECONDS", "0"))
PAUSE_SECONDS = 2.0

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.node,
    pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)"),
]


class Typists:
    """Five stock clients in a Node process."""

    def __init__(self, servers, world, seed, **plan):
        people = [world.writer, world.second, world.coordinator, world.writer, world.second]
        plan = {
            "urls": [server.url for server in servers],
            "document": str(world.document.pk),
            "packages": str(NODE_MODULES.parent),
            "seed": seed,
            "clients": [{"cookie": session_cookie(user).decode()} for user in people],
            **plan,
        }
        self.process = subprocess.Popen(
            [node(), str(SCRIPT), json.dumps(plan)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return json.loads(line)

    def write_more(self, number=40, seconds=30):
        """Wait until they wrote so many more changes."""
        end = time.monotonic() + seconds
        aim = self.ask("witness")["written"] + number
        while self.ask("witness")["written"] < aim:
            assert time.monotonic() < end, "they do not type"
            time.sleep(0.05)

    def until_seen(self, seconds=30):
        """Wait until something new has come from a server: it is up and stores."""
        end = time.monotonic() + seconds
        before = self.ask("witness")["update"]
        while self.ask("witness")["update"] == before:
            assert time.monotonic() < end, "nothing comes from the servers"
            time.sleep(0.05)

    def end(self):
        self.process.kill()
        self.process.communicate()


def stored(world):
    connection.close()
    return document_load(world.document.pk)


def words(doc):
    return str(doc.get("prosemirror", type=XmlFragment))


def assert_nothing_seen_is_missing(world, typists):
    """Whatever anybody got from a server is in the log: adding it changes nothing."""
    seen = base64.b64decode(typists.ask("witness")["update"])
    doc = stored(world)
    before = (words(doc), doc.get_state())
    doc.apply_update(seen)
    assert (words(doc), doc.get_state()) == before


@contextlib.contextmanager
def paused_sqlite():
    """Hold the one lock of the database from outside."""
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=20)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.rollback()
    other.close()


@contextlib.contextmanager
def paused_postgresql():
    """Cut all connections of the servers, and keep them from the heads of texts for a while."""
    with psycopg.connect(database_url()) as other:
        other.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        other.execute("lock table documents_documenthead in access exclusive mode")
        yield


def misfortunes(world, typists, servers, redis, dice):
    """One of each, while they type."""
    paused = paused_sqlite if connection.vendor == "sqlite" else paused_postgresql
    typists.write_more()
    with paused():
        time.sleep(PAUSE_SECONDS)
    typists.until_seen()
    if redis:
        redis.kill()
        typists.write_more()
        redis.start()
    # With the database away a server that showed what is not stored would be caught here.
    with paused():
        typists.write_more()
        server = dice.choice(servers)
        server.kill()
        assert_nothing_seen_is_missing(world, typists)
    server.start()
    typists.until_seen()


def test_random_typing_survives_kills_cut_lines_and_a_database_that_pauses(transactional_db, world):
    seed = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(2**32)))
    print(f"CHAOS_SEED={seed}")
    dice = random.Random(seed)
    redis = Redis().start() if settings.REDIS_URL else None
    environment = {"REDIS_URL": redis.url} if redis else {}
    servers = [Server(**environment).start() for _ in range(2 if redis else 1)]
    typists = Typists(servers, world, seed)
    end = time.monotonic() + SECONDS
    try:
        typists.until_seen()
        misfortunes(world, typists, servers, redis, dice)
        while time.monotonic() < end:
            misfortunes(world, typists, servers, redis, dice)
        result = typists.ask("calm")
        assert result["written"] > 80
        assert words(stored(world)) == result["text"]
    finally:
        typists.end()
        for server in servers:
            server.stop()
        if redis:
            redis.kill()


def test_a_server_that_is_stopped_while_five_type_stores_and_tells_them_to_come_back(
    transactional_db, world
):
    server = Server().start()
    typists = Typists([server], world, seed=1, isSteady=True)
    try:
        typists.until_seen()
        typists.write_more()
        server.stop()
        assert_nothing_seen_is_missing(world, typists)
        # Who came back before it had ended was cut off a second time.
        assert [codes[0] for codes in typists.ask("witness")["closed"]] == [4512] * 5
        server.start()
        result = typists.ask("calm")
        assert words(stored(world)) == result["text"]
    finally:
        typists.end()
        server.stop()
