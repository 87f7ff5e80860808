"""Stock `WebsocketProvider`s in Node against a real server: they converge, and survive its crash."""

import base64
import json
import subprocess
from pathlib import Path

import pytest

from realtime import protocol
from tests.realtime.conftest import session_cookie
from tests.realtime.server import NODE_MODULES, Server, node

SCRIPT = Path(__file__).parent / "node" / "providers.cjs"
HOSTILE = Path(__file__).parents[1] / "data" / "hostile" / "array_with_text.bin"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.node,
    pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)"),
]


@pytest.fixture
def start_server(transactional_db):
    started = []

    def make(**options):
        started.append(Server(**options).start())
        return started[-1]

    yield make
    for server in started:
        server.stop()


@pytest.fixture
def server(start_server):
    return start_server()


def start(server, world, scenario, users, **plan):
    plan |= {
        "scenario": scenario,
        "url": server.url,
        "document": str(world.document.pk),
        "packages": str(NODE_MODULES.parent),
        "clients": [{"cookie": session_cookie(user).decode()} for user in users],
    }
    return subprocess.Popen(
        [node(), str(SCRIPT), json.dumps(plan)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result(process):
    out, errors = process.communicate(timeout=100)
    assert process.returncode == 0, errors
    return json.loads(out.splitlines()[-1])


def test_two_providers_converge_and_see_each_other_by_their_real_names(server, world):
    answer = result(start(server, world, "converge", [world.writer, world.second]))
    assert answer["user"] == {"name": "Writer", "color": world.writer.colour}
    from pycrdt import XmlFragment

    from documents.selectors.updates import document_load

    stored = document_load(world.document.pk).get("prosemirror", type=XmlFragment)
    # The library writes attributes as Yjs does; the words are what counts.
    assert str(stored) == answer["text"]


def test_providers_of_two_servers_converge(server, world):
    second = Server().start()
    try:
        urls = [server.url, second.url]
        people = [world.writer, world.second]
        # Presence crosses through Redis only; words come through the log in any shape.
        answer = result(start(server, world, "converge", people, urls=urls, wordsOnly=True))
    finally:
        second.stop()
    assert "offline" in answer["text"]


def test_the_hostile_sample_on_a_live_socket_leaves_the_others_working(server, world):
    frame = base64.b64encode(protocol.sync_update(HOSTILE.read_bytes())).decode()
    answer = result(start(server, world, "hostile", [world.writer, world.second], bytes=frame))
    assert answer["code"] == 4400
    assert "still here" in answer["text"]


def test_a_stranger_is_refused_for_good(server, world):
    answer = result(start(server, world, "refused", [world.stranger]))
    assert answer == {"closed": [4404], "shouldConnect": False}


@pytest.mark.parametrize(
    ("kind", "way"),
    [("daphne", "kill"), ("daphne", "stop"), ("uvicorn", "kill"), ("uvicorn", "stop")],
)
def test_a_crash_or_stop_loses_nothing_that_another_had_seen(start_server, world, kind, way):
    server = start_server(kind=kind)
    process = start(server, world, "survive", [world.writer, world.second])
    assert process.stdout.readline() == "ready\n"
    getattr(server, way)()
    from pycrdt import XmlFragment

    from documents.selectors.updates import document_load

    stored = str(document_load(world.document.pk).get("prosemirror", type=XmlFragment))
    assert "before " + "x" * 100 in stored
    server.start()
    answer = result(process)
    assert "before " + "x" * 100 + " while it was away" in answer["text"]
