"""The frozen version is the text: what is on its way while a phase closes is refused by the log, and kept by its writer."""

import asyncio
import threading

import pytest
from channels.db import database_sync_to_async
from django.db import connection, transaction
from pycrdt import XmlFragment

from documents.convert.markdown import json_to_markdown
from documents.models import DocumentUpdate, Version
from documents.selectors.updates import document_load
from processes.services.phases import phase_close, phase_open
from realtime import access
from realtime.database import in_thread
from realtime.protocol import State
from realtime.watch import Watch
from tests.realtime.conftest import A, B, first_words, more_words
from tests.realtime.gate.handmade import paragraph, update
from tests.realtime.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def worker(monkeypatch):
    # No look, also not the first one: only the log stands between the change and the text.
    monkeypatch.setattr(Watch, "start", lambda _watch: None)
    one = Worker()
    yield one
    await one.close()


def phase_of(world):
    return world.task.parent.parent


class SlowClosing:
    """A coordinator's transaction that has closed the phase and is not committed yet."""

    def __init__(self, world):
        self.has_closed, self.may_commit = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=[world])
        self._thread.start()

    def _run(self, world):
        try:
            with transaction.atomic():
                phase_close(actor=world.coordinator, phase=phase_of(world))
                self.has_closed.set()
                assert self.may_commit.wait(20)
        finally:
            connection.close()

    async def commit(self):
        self.may_commit.set()
        await asyncio.to_thread(self._thread.join)


@database_sync_to_async
def stored(world):
    doc = document_load(world.document.pk)
    return str(doc.get("prosemirror", type=XmlFragment))


@database_sync_to_async
def frozen(world):
    return json_to_markdown(Version.objects.get(document=world.document).content)


async def test_two_who_write_while_the_phase_closes_are_refused_and_the_version_is_the_text(
    world, worker
):
    first, second = [await worker.join(world, user) for user in (world.writer, world.second)]
    await first.change(first_words(words="before"))
    await first.until(lambda m: m.receipts)
    await second.until(lambda m: "before" in m.text)
    rows = await DocumentUpdate.objects.acount()

    closing = SlowClosing(world)
    assert await asyncio.to_thread(closing.has_closed.wait, 20)
    await first.change(more_words(A, 8, "late"))
    await second.change(update([paragraph(B, words="later")]))
    await closing.commit()
    for member in (first, second):
        await member.until(lambda m: State.READ_ONLY in m.states and m.refusals)
        assert {code for _number, code in member.refusals} == {"read_only"}
        assert member.reasons[0].startswith("Writing in “")
        assert "closed on" in member.reasons[0]
        assert not member.client.can_write
        assert member.client.is_open
    # Their browsers have their own words still, nobody else does, and neither the text nor the version.
    assert "late" in first.text
    assert "later" not in first.text
    assert len(first.receipts) == 1
    assert await DocumentUpdate.objects.acount() == rows
    assert "late" not in await stored(world)
    version = await frozen(world)
    assert "before" in version
    assert "late" not in version


async def test_an_answer_from_before_the_closing_gives_nobody_the_right_back(
    world, worker, monkeypatch
):
    member = await worker.join(world, world.writer)
    answered, may_return = asyncio.Event(), asyncio.Event()

    async def slow(function, *arguments):
        found = await in_thread(function, *arguments)
        if function is access.rights:
            answered.set()
            await may_return.wait()
        return found

    monkeypatch.setattr("realtime.watch.in_thread", slow)
    member.room.access_epoch = -1
    looking = asyncio.create_task(worker.registry.watch.look())
    await asyncio.wait_for(answered.wait(), 20)
    await database_sync_to_async(phase_close)(actor=world.coordinator, phase=phase_of(world))
    await member.change(first_words(words="late"))
    await member.until(lambda m: m.refusals)
    may_return.set()
    await looking
    assert not member.client.can_write
    # The next look asks anew.
    assert member.room.access_epoch == 0
    await worker.registry.watch.look()
    assert not member.client.can_write


async def test_who_may_write_again_loses_nothing_to_a_closing_that_the_room_missed(world, worker):
    member = await worker.join(world, world.writer)
    await database_sync_to_async(phase_close)(actor=world.coordinator, phase=phase_of(world))
    await database_sync_to_async(phase_open)(actor=world.coordinator, phase=phase_of(world))
    await member.change(first_words(words="on it goes"))
    await member.change(more_words(A, 12, "!"))
    await member.until(lambda m: m.receipts and m.receipts[-1][0] == 2)
    assert not member.refusals
    assert "on it goes!" in await stored(world)
    room = member.room
    assert room.closings == 1
    # A newcomer under the new number does not set the room back.
    await worker.join(world, world.second)
    assert room.closings == 1
