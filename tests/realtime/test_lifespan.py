"""Servers that say when they end: what was let in is stored before they do."""

import asyncio

import pytest
from channels.db import database_sync_to_async
from pycrdt import XmlFragment

from cocreation.asgi import application
from documents.selectors.updates import document_load
from realtime import registry
from tests.realtime.conftest import first_words
from tests.realtime.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


class Lifespan:
    """The server's side of the lifespan."""

    def __init__(self):
        self.events = asyncio.Queue()
        self.answers = asyncio.Queue()
        self.task = asyncio.ensure_future(
            application({"type": "lifespan"}, self.events.get, self.answers.put)
        )

    async def say(self, what):
        await self.events.put({"type": f"lifespan.{what}"})
        return (await asyncio.wait_for(self.answers.get(), 30))["type"]


async def test_what_was_let_in_is_stored_before_the_server_ends(world, monkeypatch):
    server = Lifespan()
    assert await server.say("startup") == "lifespan.startup.complete"
    worker = Worker()
    monkeypatch.setattr(registry, "current", lambda: worker.registry)
    member = await worker.join(world, world.writer)
    await member.change(first_words())
    assert member.room.pending
    assert await server.say("shutdown") == "lifespan.shutdown.complete"
    await server.task
    doc = await database_sync_to_async(document_load)(world.document.pk)
    assert "hello" in str(doc.get("prosemirror", type=XmlFragment))


async def test_a_database_that_fails_does_not_keep_the_server_from_ending(monkeypatch, settings):
    settings.REALTIME_DRAIN_SECONDS = 0.1
    rooms = registry.current()

    async def never():
        await asyncio.Event().wait()

    monkeypatch.setattr(rooms, "close", never)
    server = Lifespan()
    assert await server.say("shutdown") == "lifespan.shutdown.complete"
