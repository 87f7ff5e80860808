"""A document with people of every role around it, and clients that speak its protocol."""

import asyncio

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from cocreation.asgi import application
from documents.services.documents import document_create
from processes.models import Role, Visibility
from realtime import protocol, registry
from realtime.gate.reader import Reader
from tests.factories.processes import branch, person, process_row, role_row
from tests.realtime.gate.handmade import paragraph, string, update

A, B, C = 1001, 1002, 1003


class World:
    """A private process with one document, and people."""

    def __init__(self, visibility=Visibility.PRIVATE):
        self.coordinator = person("Coordinator")
        self.writer = person("Writer")
        self.second = person("Second")
        self.reader = person("Reader")
        self.stranger = person("Stranger")
        self.process = process_row(visibility)
        _phase, _objective, (self.task,) = branch(self.process)
        role_row(self.process, Role.COORDINATOR, user=self.coordinator)
        self.roles = {
            user.pk: role_row(self.process, role, user=user)
            for user, role in [
                (self.writer, Role.COAUTHOR),
                (self.second, Role.COAUTHOR),
                (self.reader, Role.OBSERVER),
            ]
        }
        self.document = document_create(actor=self.coordinator, task=self.task, title="Draft")

    @property
    def path(self):
        return f"/ws/v1/documents/{self.document.pk}"


def session_cookie(user) -> bytes:
    """Sign a person in as a browser would be."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}".encode()


class Socket:
    """A client of the document socket: sends and takes apart frames."""

    def __init__(self, communicator):
        self.communicator = communicator
        self.closed = None
        self.frames = []

    async def send(self, data):
        await self.communicator.send_to(bytes_data=data)

    async def send_update(self, data):
        await self.send(protocol.sync_update(data))

    async def frame(self, seconds=10):
        """Return the next frame as (type, Reader after the type); None when the socket was closed."""
        message = await self.communicator.receive_output(seconds)
        if message["type"] == "websocket.close":
            self.closed = message["code"]
            return None
        reader = Reader(message["bytes"])
        return reader.uint(), reader

    async def until(self, wanted, seconds=10):
        """Pass frames by until one of type `wanted` (or (0, sync step)) comes; return its Reader."""
        while True:
            frame = await self.frame(seconds)
            assert frame is not None, f"closed with {self.closed}"
            kind, reader = frame
            if kind == 0:
                kind = (0, reader.uint())
            if kind == wanted:
                return reader

    async def closing(self, seconds=10):
        """Pass frames by until the socket closes; return the code."""
        while await self.frame(seconds) is not None:
            pass
        return self.closed

    async def nothing(self, seconds=0.15):
        """Assert that no document change arrives for a while."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0:
            if await self.communicator.receive_nothing(left, 0.01):
                return
            kind, reader = await self.frame()
            assert not (kind == 0 and reader.uint() == 2), "a change was announced"

    async def update(self, seconds=10):
        """Return the bytes of the next announced change."""
        return (await self.until((0, 2), seconds)).blob()

    async def receipt(self, seconds=10):
        """Return (count, sequence) of the next receipt."""
        reader = await self.until(protocol.Frame.RECEIPT, seconds)
        return reader.uint(), reader.uint()

    async def text(self):
        """Return the document as a fresh client gets it."""
        from pycrdt import Doc, XmlFragment

        await self.send(protocol.sync_step_1(b"\0"))
        data = (await self.until((0, 1))).blob()
        doc = Doc()
        doc.apply_update(data)
        return str(doc.get("prosemirror", type=XmlFragment))

    async def leave(self):
        await self.communicator.disconnect()


def first_words(client=A, words="hello"):
    """A paragraph at the start of the document, under `client`."""
    return update([paragraph(client, words=words)])


def more_words(client=A, clock=7, words="!"):
    """Words that follow what `client` wrote last."""
    return update([(client, clock, [string(words, origin=(client, clock - 1))])])


@pytest.fixture(autouse=True)
def _threads_keep_no_connections(monkeypatch):
    """Kept connections of pool threads would stand in the way when the test database is dropped."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


@pytest.fixture
def world(transactional_db):
    return World()


@pytest.fixture
async def sockets(settings):
    """Open sockets; closes them and the rooms at the end."""
    settings.REALTIME_POLL_SECONDS = 0.1
    settings.REALTIME_RETRY_MIN_SECONDS = 0.05
    opened = []

    async def connect(world, user=None, query="receipts=1", headers=(), path=None, greet=True):
        cookie = [(b"cookie", await database_sync_to_async(session_cookie)(user))] if user else []
        target = path or world.path
        communicator = WebsocketCommunicator(
            application,
            f"{target}?{query}" if query else target,
            headers=[(b"host", b"testserver"), *cookie, *headers],
        )
        accepted, code = await communicator.connect(timeout=5)
        socket = Socket(communicator)
        opened.append(socket)
        if not accepted:
            socket.closed = code or 403
            return socket
        if greet and "receipts=1" in (query or ""):
            await socket.until(protocol.Frame.HELLO)
        return socket

    yield connect
    for socket in opened:
        try:
            await socket.leave()
        except (asyncio.CancelledError, Exception):  # noqa: BLE001 - closed by the test already
            continue
    await registry.current().close()
