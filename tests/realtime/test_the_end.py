"""The end of a worker without a running loop: what was let in is stored behind what is on its way, or not at all."""

import asyncio
import threading

import pytest
from django.db import connection
from pycrdt import XmlFragment

from documents.models import DocumentUpdate
from documents.selectors.updates import document_load
from documents.services import updates as update_services
from realtime import text as text_module
from realtime import writer as writer_module
from tests.realtime.conftest import first_words, more_words
from tests.realtime.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


class Ending:
    """A worker whose loop stops while a batch is under way."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.member = None

    def run(self, world, until):
        async def write():
            self.member = await Worker().join(world, world.writer)
            await until(self.member)

        self.loop.run_until_complete(write())

    def end(self):
        self.member.worker.registry.drain()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()
        connection.close()


def stored(world):
    return str(document_load(world.document.pk).get("prosemirror", type=XmlFragment))


class SlowStore:
    """A database that takes its time for the first batch, and may refuse it."""

    def __init__(self, monkeypatch, *, refuses):
        self.begun, self.go = threading.Event(), threading.Event()
        real = update_services.append

        def append(**arguments):
            if not self.begun.is_set():
                self.begun.set()
                assert self.go.wait(30)
                if refuses:
                    raise RuntimeError("refused")
            return real(**arguments)

        monkeypatch.setattr(writer_module.updates, "append", append)

    async def wait_begun(self):
        assert await asyncio.to_thread(self.begun.wait, 30)


@pytest.mark.parametrize("refuses", [False, True])
def test_what_waits_behind_a_batch_is_stored_with_it_or_not_at_all(world, monkeypatch, refuses):
    store, ending = SlowStore(monkeypatch, refuses=refuses), Ending()

    async def write(member):
        await member.change(first_words())
        await store.wait_begun()
        await member.change(more_words())

    before = DocumentUpdate.objects.filter(document=world.document).count()
    ending.run(world, write)
    assert ending.member.room.pending
    threading.Timer(0.2, store.go.set).start()
    ending.end()
    after = DocumentUpdate.objects.filter(document=world.document).count()
    assert after == before + (0 if refuses else 2)
    assert ("hello!" in stored(world)) is not refuses
    # Whatever was stored can be opened.
    text_module.RoomText.load(world.document.pk)


def test_what_was_being_applied_is_stored(world, monkeypatch):
    ending, applied = Ending(), []
    monkeypatch.setattr("realtime.rooms.APPLY_SLICE_SECONDS", 0.0)
    real = text_module.RoomText.apply

    def apply(self, data):
        applied.append(data)
        real(self, data)
        # The loop ends in the pause behind this one.
        asyncio.get_running_loop().stop()

    monkeypatch.setattr(text_module.RoomText, "apply", apply)

    async def write(member):
        await member.change(first_words())

    ending.run(world, write)
    if not applied:
        ending.loop.run_forever()
    room = ending.member.room
    assert applied
    assert not room.pending
    assert "hello" not in stored(world)
    monkeypatch.setattr(text_module.RoomText, "apply", real)
    ending.end()
    assert "hello" in stored(world)


def test_what_is_in_doubt_is_not_stored(world):
    ending = Ending()

    async def write(member):
        member.room._pace.wait = lambda now: 1000
        await member.change(first_words())

    ending.run(world, write)
    ending.member.room.catch_up.is_in_doubt = True
    ending.end()
    assert "hello" not in stored(world)
