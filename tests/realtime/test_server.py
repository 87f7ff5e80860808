"""Our daphne: who does not read is waited for, and an end is told to everybody."""

import asyncio
import socket
from pathlib import Path

import pytest
from daphne.server import Server as Daphne
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from realtime import protocol
from realtime.gate.reader import Reader
from realtime.server import PatientServer
from tests.realtime.conftest import session_cookie
from tests.realtime.server import Server


class Wire:
    """Stands for daphne's protocol object: notes who is told about a full buffer."""

    transport = object()

    def __init__(self):
        self.sent = []
        self.producer = "the HTTP channel"

    def unregisterProducer(self):
        self.producer = None

    def registerProducer(self, producer, streaming):
        assert self.producer is None
        assert streaming
        self.producer = producer


@pytest.fixture
def server(monkeypatch):
    async def handle_reply(self, wire, message):
        wire.sent.append(message["type"])

    monkeypatch.setattr(Daphne, "handle_reply", handle_reply)
    server = PatientServer.__new__(PatientServer)
    server.connections = {}
    return server


async def test_frames_wait_while_the_client_does_not_take_them(server):
    wire = Wire()
    await server.handle_reply(wire, {"type": "websocket.accept"})
    frame = {"type": "websocket.send", "bytes": b"x"}
    await server.handle_reply(wire, frame)
    for end_of_waiting in (wire.producer.resumeProducing, wire.producer.stopProducing):
        wire.producer.pauseProducing()
        sending = asyncio.ensure_future(server.handle_reply(wire, frame))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not sending.done()
        end_of_waiting()
        await asyncio.wait_for(sending, 5)
    assert wire.sent == ["websocket.accept"] + ["websocket.send"] * 3


async def test_the_end_is_not_stopped_by_connections_without_an_application(server):
    is_told = []

    async def application():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            is_told.append(True)
            raise

    running = asyncio.ensure_future(application())
    await asyncio.sleep(0)
    server.connections = {
        "an idle one": {"connected": 0, "disconnected": 1},
        "a socket": {"connected": 0, "application_instance": running},
    }
    server.kill_all_applications()
    await asyncio.wait({running}, timeout=5)
    assert is_told


def resident_kilobytes(pid: int) -> int:
    (line,) = [
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in line
    ]
    return int(line.split()[1])


def large_changes(number):
    """Yield updates that write 50 kB and take it away again: the text stays small."""
    doc = Doc()
    doc["prosemirror"] = fragment = XmlFragment()
    changes = []
    doc.observe(lambda event: changes.append(event.update))
    with doc.transaction():
        fragment.children.append(XmlElement("paragraph"))
        fragment.children[0].children.append(XmlText(""))
    text = fragment.children[0].children[0]
    for _ in range(number):
        text.insert(0, "y" * 50_000)
        del text[0:50_000]
    text.insert(0, "the end")
    return changes


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_who_does_not_read_costs_little_memory_and_has_the_whole_text_when_it_reads(world):
    server = Server(REALTIME_QUEUE_MAX_BYTES="200000", REALTIME_FRAMES_BURST="5000").start()
    url = f"{server.url}{world.path}?receipts=1"
    headers = {"Cookie": session_cookie(world.writer).decode()}
    slow = [
        connect(
            url, sock=narrow(server.port), additional_headers=headers, max_queue=1, max_size=None
        )
        for _ in range(8)
    ]
    writer = connect(url, additional_headers=headers, max_size=None)
    try:
        changes = large_changes(400)
        half = len(changes) // 2
        used = []
        for first, last in ((0, half), (half, len(changes))):
            for change in changes[first:last]:
                writer.send(protocol.sync_update(change))
            until_receipt(writer, last)
            used.append(resident_kilobytes(server.process.pid))
        # Once the bounds are reached nothing is added: kept for all of them it would be 80 MB more.
        assert used[1] - used[0] < 40_000
        assert "the end" in text_of(slow[0])
    finally:
        for client in (writer, *slow):
            client.socket.close()
        server.stop()


def narrow(port):
    """Return a connection whose system keeps little for it."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    connection.connect(("127.0.0.1", port))
    return connection


def until_receipt(client, count):
    while True:
        reader = Reader(client.recv(timeout=30))
        if reader.uint() == protocol.Frame.RECEIPT and reader.uint() >= count:
            return


def text_of(client):
    """Read until the last words are there."""
    doc = Doc()
    for _ in range(10_000):
        reader = Reader(client.recv(timeout=30))
        if reader.uint() == protocol.Frame.SYNC and reader.uint():
            doc.apply_update(reader.blob())
            text = str(doc.get("prosemirror", type=XmlFragment))
            if "the end" in text:
                return text
    raise AssertionError("the end never came")


@pytest.mark.django_db(transaction=True)
def test_an_address_that_opens_many_connections_and_says_nothing_disturbs_nobody_else(world):
    server = Server(REALTIME_CONNECTIONS_PER_ADDRESS="10", REALTIME_FIRST_FRAME_SECONDS="2").start()
    url = f"{server.url}{world.path}?receipts=1"
    head = b"GET /ws/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    unfinished = [elsewhere(server.port) for _ in range(200)]
    for number, each in enumerate(unfinished):
        each.sendall(b"" if number % 2 else head)
    cookie = {"Cookie": session_cookie(world.coordinator).decode()}
    silent = [
        connect(url, sock=elsewhere(server.port), additional_headers=cookie) for _ in range(10)
    ]
    for client in silent:
        client.recv(timeout=30)
    # Half a frame, and then a byte now and then.
    silent[0].socket.sendall(b"\x82\xfe\x10")
    people = [
        connect(url, additional_headers={"Cookie": session_cookie(user).decode()})
        for user in (world.writer, world.second)
    ]
    for client in people:
        client.send(protocol.sync_step_1(b"\0"))
    try:
        one_more = connect(url, sock=elsewhere(server.port), additional_headers=cookie)
        assert closing(one_more) == 4503
        for each in unfinished:
            each.sendall(b"X")
        silent[0].socket.sendall(b"\x00")
        for change in large_changes(0):
            people[0].send(protocol.sync_update(change))
        assert "the end" in text_of(people[1])
        assert [closing(client) for client in silent] == [4508] * 10
        for change in large_changes(0):
            people[1].send(protocol.sync_update(change))
        until_receipt(people[1], 2)
    finally:
        for client in (*people, *silent):
            client.socket.close()
        for each in unfinished:
            each.close()
        server.stop()


def elsewhere(port):
    """Return a connection from another address of this machine."""
    connection = socket.socket()
    connection.bind(("127.0.0.2", 0))
    connection.connect(("127.0.0.1", port))
    return connection


def closing(client):
    """Read until the connection is closed; return the code."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            client.recv(timeout=30)
    return closed.value.rcvd.code
