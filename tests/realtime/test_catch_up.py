"""Reading the log again: a database that fails is waited for, and what was left out as known is asked for again."""

from dataclasses import replace

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError
from pycrdt import XmlFragment

from documents.selectors.updates import document_load
from documents.ydoc import BadUpdate
from realtime import protocol
from realtime import text as text_module
from realtime.gate import NOTHING
from realtime.protocol import State
from tests.realtime.conftest import A, B, first_words, more_words
from tests.realtime.gate.handmade import paragraph, update
from tests.realtime.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)

CUT = (A, [(2, 5)])


@pytest.fixture
async def worker(settings):
    settings.REALTIME_POLL_SECONDS = 60
    settings.REALTIME_RETRY_MIN_SECONDS = 0.02
    workers = []

    def make():
        workers.append(Worker())
        return workers[-1]

    yield make
    for each in workers:
        await each.close()


async def stored(world):
    doc = await database_sync_to_async(document_load)(world.document.pk)
    return str(doc.get("prosemirror", type=XmlFragment))


def failing(function, times):
    """The function, once the database has failed so many times."""
    calls = []

    def call(*arguments):
        calls.append(1)
        if len(calls) <= times:
            raise OperationalError("the database is away")
        return function(*arguments)

    return call


async def test_a_gap_that_cannot_be_read_is_read_later_and_what_waits_is_kept(world, worker):
    one, two = worker(), worker()
    a, b = await one.join(world, world.writer), await two.join(world, world.second)
    b.room.outside = replace(b.room.outside, rows_after=failing(b.room.outside.rows_after, 3))
    await a.change(first_words())
    await a.until(lambda m: m.receipts)
    b.room.head_seen += 1
    b.room.wake()
    await b.until(lambda m: State.STORAGE_TROUBLE in m.states)
    await b.change(first_words(B, "meanwhile"))
    await b.until(lambda m: "hello" in m.text and m.receipts)
    assert b.closed is None
    assert b.states[-1] == State.NORMAL
    assert "meanwhile" in await stored(world)


async def test_a_room_in_doubt_waits_for_a_database_that_fails(world, worker, monkeypatch):
    work = worker()
    bad, good = await work.join(world, world.second), await work.join(world, world.writer)
    room = bad.room
    room.outside = replace(room.outside, load=failing(room.outside.load, 3))
    poison(monkeypatch)
    await bad.send(protocol.sync_update(update([paragraph(B, words="poison")])))
    await good.change(first_words())
    await bad.until(lambda m: m.closed == 4400)
    await good.until(lambda m: m.receipts)
    assert good.closed is None
    assert "hello" in await stored(world)


def poison(monkeypatch):
    apply = text_module.RoomText.apply

    def poisoned(self, data):
        if b"poison" in data:
            raise BadUpdate("no")
        apply(self, data)

    monkeypatch.setattr(text_module.RoomText, "apply", poisoned)


async def deletion_beside_a_refused_one(world, work, monkeypatch):
    """Two delete the same word at once; the first one's change is refused. Return the second."""
    writer = await work.join(world, world.writer)
    await writer.change(first_words(A))
    await writer.until(lambda m: m.receipts)
    bad, good = await work.join(world, world.second), await work.join(world, world.coordinator)
    good.look()
    good.asked = 0
    poison(monkeypatch)
    await bad.send(protocol.sync_update(update([paragraph(B, words="poison")], [CUT])))
    await good.send(protocol.sync_update(update([], [CUT])))
    await bad.until(lambda m: m.closed == 4400)
    return good


async def test_what_was_known_from_a_refused_change_is_not_acknowledged_but_asked_for(
    world, worker, monkeypatch
):
    work = worker()
    good = await deletion_beside_a_refused_one(world, work, monkeypatch)
    await good.until(lambda m: m.asked)
    assert not good.receipts
    assert "hello" in await stored(world)
    # As a browser answers: with all that it has.
    await good.send(protocol.sync_step_2(update([], [CUT])))
    await good.until(lambda m: m.receipts)
    assert good.receipts[-1][0] == 2
    assert "hello" not in await stored(world)


async def test_who_has_nothing_more_after_being_asked_gets_the_receipt(world, worker):
    work = worker()
    a = await work.join(world, world.writer)
    await a.change(first_words())
    await a.until(lambda m: m.receipts)
    a.receipts.clear()
    a.room.ask_again(a.client)
    await a.send(protocol.sync_update(more_words()))
    await a.send(protocol.sync_step_2(NOTHING))
    await a.until(lambda m: m.receipts)
    # A browser that still has those words answers with them, not with nothing: here it has not.
    assert a.receipts[-1][0] == 2
