"""Several workers in one event loop: each with its own registry, rooms, writer; clients without a network."""

import asyncio

from channels.db import database_sync_to_async
from pycrdt import Doc, XmlFragment

from realtime import access, conf, intake, protocol
from realtime.access import Credentials, Wish
from realtime.clients import Client
from realtime.database import in_thread
from realtime.gate.reader import Reader
from realtime.registry import Registry
from tests.realtime.conftest import session_cookie


class Member:
    """A client in a room of a worker. Its `doc` is what a browser would show."""

    def __init__(self, worker, room, client, sent):
        self.worker, self.room, self.client, self.sent = worker, room, client, sent
        self.doc = Doc()
        self.receipts = []
        self.states = []
        self.refusals = []
        self.reasons = []
        self.presences = []
        self.asked = 0
        self.closed = None

    async def send(self, frame):
        await intake.take(self.room, self.client, frame)

    async def change(self, update):
        self.doc.apply_update(update)
        await self.send(protocol.sync_update(update))

    async def sync(self):
        await self.send(protocol.sync_step_1(b"\0"))

    def look(self):
        """Take in what came."""
        while self.sent:
            message = self.sent.pop(0)
            if message["type"] == "websocket.close":
                self.closed = message["code"]
                continue
            reader = Reader(message["bytes"])
            kind = reader.uint()
            if kind == protocol.Frame.SYNC:
                step, payload = reader.uint(), reader.blob()
                if step:
                    self.doc.apply_update(payload)
                else:
                    self.asked += 1
            elif kind == protocol.Frame.RECEIPT:
                self.receipts.append((reader.uint(), reader.uint()))
            elif kind == protocol.Frame.STATE:
                self.states.append(reader.uint())
            elif kind == protocol.Frame.REFUSAL:
                self.refusals.append((reader.uint(), reader.text()))
                self.reasons.append(reader.text())
            elif kind == protocol.Frame.AWARENESS:
                self.presences.append(reader.blob())

    @property
    def text(self):
        self.look()
        return str(self.doc.get("prosemirror", type=XmlFragment))

    async def until(self, condition, seconds=15):
        """Wait until `condition(self)` holds."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            self.look()
            if condition(self):
                return
            assert asyncio.get_running_loop().time() < end, "waited in vain"
            await asyncio.sleep(0.01)

    def leave(self):
        self.room.leave(self.client)


class Worker:
    """One worker process, so to speak."""

    def __init__(self):
        self.registry = Registry(asyncio.get_running_loop(), conf.load())

    async def join(self, world, user, send=None, credentials=None) -> Member:
        """Let somebody in, signed in as `user` unless they bring other credentials."""
        if credentials is None:
            cookie = await database_sync_to_async(session_cookie)(user)
            credentials = Credentials(session_key=cookie.decode().partition("=")[2])
        admission = await in_thread(access.admit, Wish(world.document.pk), credentials)
        return await self.enter(admission, send)

    async def enter(self, admission, send=None) -> Member:
        """Let in somebody who was admitted."""
        sent = []

        async def collect(message):
            sent.append(message)

        client = Client(
            conf=self.registry.conf,
            person=admission.person,
            proof=admission.proof,
            can_write=admission.can_write,
            wants_receipts=True,
            send=send or collect,
        )
        room = await self.registry.join(admission, client)
        return Member(self, room, client, sent)

    async def close(self):
        for room in self.registry.rooms.values():
            for client in list(room.clients):
                room.leave(client)
        await self.registry.close()
