"""Rooms when something fails: the database, another worker, a forged batch, the end of the worker."""

import asyncio
import threading

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError, connection
from pycrdt import XmlFragment

from documents.models import DocumentClient, DocumentUpdate
from documents.selectors.updates import document_load
from documents.services import updates as update_services
from documents.ydoc import BadUpdate
from realtime import presence, protocol
from realtime import text as text_module
from realtime import writer as writer_module
from realtime.protocol import State
from tests.realtime.conftest import A, B, World, first_words, more_words
from tests.realtime.gate.handmade import paragraph, string, update
from tests.realtime.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def worker(settings):
    settings.REALTIME_POLL_SECONDS = 0.1
    settings.REALTIME_RETRY_MIN_SECONDS = 0.05
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


class Failing:
    """A database that fails while told to."""

    def __init__(self, monkeypatch):
        self.is_down = False
        self.calls = 0
        real = update_services.append

        def append(**arguments):
            self.calls += 1
            if self.is_down:
                raise OperationalError("the database is away")
            return real(**arguments)

        monkeypatch.setattr(writer_module.updates, "append", append)


async def test_when_the_database_fails_nothing_is_shown_and_nothing_is_lost(
    world, worker, monkeypatch
):
    database = Failing(monkeypatch)
    work = worker()
    writer, other = await work.join(world, world.writer), await work.join(world, world.second)
    database.is_down = True
    await writer.change(first_words())
    await writer.until(lambda m: m.states == [State.STORAGE_TROUBLE])
    await other.until(lambda m: m.states == [State.STORAGE_TROUBLE])
    for number in range(5):
        await writer.change(more_words(clock=7 + number, words="x"))
    assert "hello" not in other.text
    assert not writer.receipts
    calls = database.calls
    await asyncio.sleep(0.3)
    assert 1 <= database.calls - calls <= 6, "it tries again, with pauses"
    # Who comes now is told, and sees nothing that is not stored.
    late = await work.join(world, world.reader)
    await late.sync()
    await late.until(lambda m: m.states == [State.STORAGE_TROUBLE])
    assert "hello" not in late.text
    database.is_down = False
    await writer.until(lambda m: m.receipts and m.receipts[-1][0] == 6)
    for member in (writer, other, late):
        await member.until(lambda m: State.NORMAL in m.states)
    await other.until(lambda m: "helloxxxxx" in m.text)
    await late.until(lambda m: "helloxxxxx" in m.text)
    assert "helloxxxxx" in await stored(world)


async def test_nothing_that_builds_on_a_batch_that_was_not_stored_gets_into_the_log(
    world, worker, monkeypatch
):
    work = worker()
    writer = await work.join(world, world.writer)
    is_under_way, may_fail = threading.Event(), threading.Event()
    real = update_services.append

    def append(**arguments):
        if may_fail.is_set():
            return real(**arguments)
        is_under_way.set()
        may_fail.wait(10)
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(writer_module.updates, "append", append)
    await writer.change(first_words())
    await asyncio.to_thread(is_under_way.wait, 10)
    await writer.change(more_words())
    may_fail.set()
    await writer.until(lambda m: m.closed == 4500)
    writer.leave()
    await writer.room.settle()
    # The log can be read, and whoever comes back with all of it is taken.
    assert "hello" not in await stored(world)
    again = await worker().join(world, world.writer)
    await again.change(writer.doc.get_update())
    await again.until(lambda m: m.receipts)
    assert "hello!" in await stored(world)


async def test_an_error_of_the_databases_own_driver_is_a_failing_database(
    world, worker, monkeypatch
):
    work = worker()
    writer = await work.join(world, world.writer)
    real, calls = update_services.append, []

    def append(**arguments):
        calls.append(1)
        if len(calls) == 1:
            raise connection.Database.OperationalError("the connection was cut")
        return real(**arguments)

    monkeypatch.setattr(writer_module.updates, "append", append)
    await writer.change(first_words())
    await writer.until(lambda m: m.receipts)
    assert writer.states == [State.STORAGE_TROUBLE, State.NORMAL]


async def test_a_failing_batch_takes_no_other_room_with_it(world, worker, monkeypatch):
    second = await database_sync_to_async(World)()
    real = update_services.append

    def append(**arguments):
        if arguments["document_id"] == second.document.pk:
            raise RuntimeError("a fault of ours")
        return real(**arguments)

    monkeypatch.setattr(writer_module.updates, "append", append)
    work = worker()
    good, bad = await work.join(world, world.writer), await work.join(second, second.writer)
    await bad.change(first_words())
    await good.change(first_words())
    await good.until(lambda m: m.receipts)
    await bad.until(lambda m: m.closed == 4500)


async def test_two_workers_converge_by_polling_alone(world, worker):
    one, two = worker(), worker()
    a, b = await one.join(world, world.writer), await two.join(world, world.second)
    await a.sync()
    await b.sync()
    await a.change(first_words(A, "from one"))
    await b.change(first_words(B, "from two"))
    for number in range(20):
        await a.change(more_words(A, 10 + number, "a"))
        await b.change(more_words(B, 10 + number, "b"))
        await asyncio.sleep(0.005)
    for member in (a, b):
        await member.until(lambda m: "a" * 20 in m.text and "b" * 20 in m.text)
    assert a.text == b.text == await stored(world)
    sequences = [
        row
        async for row in DocumentUpdate.objects.filter(document=world.document).values_list(
            "sequence", flat=True
        )
    ]
    assert sorted(sequences) == list(range(1, len(sequences) + 1))


async def test_two_workers_hear_of_each_other_through_redis(world, worker, settings):
    settings.REALTIME_POLL_SECONDS = 60
    one, two = worker(), worker()
    if not one.registry.relay.has_others:
        pytest.skip("the embedded shape has one worker")
    a, b = await one.join(world, world.writer), await two.join(world, world.second)
    await b.sync()
    await a.change(first_words(A))
    await b.until(lambda m: "hello" in m.text, 2)
    # Whose the ids are is told too: nobody takes them over on the other worker.
    thief = await two.join(world, world.coordinator)
    await thief.send(protocol.sync_update(more_words(A)))
    await thief.until(lambda m: m.closed == 4400)
    entry = {A: presence.Entry(1, '{"cursor":1}', 0, None)}
    await a.send(protocol.awareness(presence.encode(entry)))
    await b.until(lambda m: any(b"Writer" in data for data in m.presences), 2)
    a.leave()
    await b.until(lambda m: m.presences[-1].endswith(b"null"), 2)


async def test_one_client_id_used_on_two_workers_gives_one_text(world, worker, settings):
    settings.REALTIME_POLL_SECONDS = 60
    one, two = worker(), worker()
    a, b = await one.join(world, world.writer), await two.join(world, world.writer)
    await a.change(first_words(A, "hello"))
    await a.until(lambda m: m.receipts)
    # The same clocks with other words, sent to a worker that has not heard of the first.
    await b.send(protocol.sync_update(first_words(A, "WORLD!")))
    await b.until(lambda m: m.receipts)
    await b.sync()
    await b.until(lambda m: "hello!" in m.text)
    assert "hello!" in await stored(world)
    assert b.text == await stored(world)


async def test_a_client_id_taken_on_another_worker_is_refused(world, worker, settings):
    settings.REALTIME_POLL_SECONDS = 60
    one, two = worker(), worker()
    a, b, c = (
        await one.join(world, world.writer),
        await two.join(world, world.second),
        await two.join(world, world.coordinator),
    )
    await a.change(first_words(A))
    await a.until(lambda m: m.receipts)
    await c.change(first_words(B, "innocent"))
    await b.change(first_words(A, "the thief"))
    await b.until(lambda m: m.closed == 4400)
    await c.until(lambda m: m.receipts)
    text = await stored(world)
    assert "innocent" in text
    assert "thief" not in text


async def test_a_binding_without_rows_also_counts(world, worker):
    await DocumentClient.objects.acreate(document=world.document, client_id=77, user=world.second)
    work = worker()
    a = await work.join(world, world.writer)
    await DocumentClient.objects.acreate(document=world.document, client_id=78, user=world.second)
    await a.change(first_words(77))
    await a.until(lambda m: m.closed == 4400)
    a, c = await work.join(world, world.writer), await work.join(world, world.coordinator)
    await c.change(first_words(B, "innocent"))
    await a.change(first_words(78))
    await a.until(lambda m: m.closed == 4400)
    await c.until(lambda m: m.receipts)
    assert "innocent" in await stored(world)
    assert "hello" not in await stored(world)


async def test_what_cannot_be_applied_is_refused_and_the_room_is_as_before(
    world, worker, monkeypatch
):
    work = worker()
    a, b = await work.join(world, world.writer), await work.join(world, world.second)
    real = text_module.RoomText.apply

    def apply(self, data):
        if b"poison" in data:
            real(self, data)
            raise BadUpdate("no")
        real(self, data)

    monkeypatch.setattr(text_module.RoomText, "apply", apply)
    await a.change(first_words(A, "poison"))
    await b.change(first_words(B, "fine"))
    await a.until(lambda m: m.closed == 4400 and m.refusals == [(1, "cannot_be_applied")])
    await b.until(lambda m: m.receipts)
    await b.sync()
    await b.until(lambda m: "fine" in m.text)
    assert "poison" not in b.text
    assert "poison" not in await stored(world)


async def test_rows_of_a_batch_each_stand_on_the_rows_before(world, worker, monkeypatch):
    work = worker()
    a, b = await work.join(world, world.writer), await work.join(world, world.writer)
    # One batch: a begins, b (the same person's other tab) goes on, a builds on b.
    await a.change(first_words(A))
    await b.change(update([paragraph(B, words="tab", origin=(A, 0))]))
    await a.change(update([(A, 7, [string("!", origin=(B, 4))])]))
    await a.until(lambda m: m.receipts and m.receipts[-1][0] == 2)
    text = await stored(world)
    assert "tab!" in text
    rows = [
        row
        async for row in DocumentUpdate.objects.filter(document=world.document).order_by("sequence")
    ]
    assert len(rows) == 4
    for sequence in range(1, len(rows) + 1):
        await database_sync_to_async(document_load)(world.document.pk, until=sequence)


async def test_who_overran_gets_a_fresh_state_and_nobody_waits_for_it(world, worker, settings):
    settings.REALTIME_QUEUE_MAX_FRAMES = 5
    work = worker()
    gate, sent = asyncio.Event(), []

    async def slow(message):
        await gate.wait()
        sent.append(message)

    a = await work.join(world, world.writer)
    lagging = await work.join(world, world.second, send=slow)
    lagging.sent = sent
    await a.change(first_words())
    for number in range(60):
        await a.change(more_words(clock=7 + number, words="x"))
        await asyncio.sleep(0.004)
    await a.until(lambda m: m.receipts and m.receipts[-1][0] == 61)
    assert lagging.client.outbox.dropped_frames > 0
    assert len(lagging.client.outbox._queue) <= 5
    gate.set()
    await lagging.until(lambda m: "hello" + "x" * 60 in m.text)


async def test_who_asks_many_times_while_something_is_stored_is_answered_once(
    world, worker, monkeypatch
):
    work = worker()
    writer, reader = await work.join(world, world.writer), await work.join(world, world.reader)
    is_under_way, may_go_on = threading.Event(), threading.Event()
    real = update_services.append

    def append(**arguments):
        is_under_way.set()
        may_go_on.wait(10)
        return real(**arguments)

    monkeypatch.setattr(writer_module.updates, "append", append)
    await writer.change(first_words())
    await asyncio.to_thread(is_under_way.wait, 10)
    reader.sent.clear()
    for _ in range(50):
        await reader.sync()
    may_go_on.set()
    await writer.until(lambda m: m.receipts)
    answers = [message for message in reader.sent if message["bytes"][:2] == b"\0\1"]
    assert len(answers) == 1
    await reader.until(lambda m: "hello" in m.text)


async def test_a_room_is_opened_once_for_many_who_come_at_the_same_time(world, worker):
    work = worker()
    members = await asyncio.gather(*(work.join(world, world.writer) for _ in range(10)))
    assert len({id(member.room) for member in members}) == 1
    assert len(work.registry.rooms) == 1


async def test_a_room_is_given_up_after_the_last_client_and_not_before_all_is_stored(
    world, worker, settings, monkeypatch
):
    settings.REALTIME_POLL_SECONDS = 3600
    settings.REALTIME_UNLOAD_SECONDS = 0
    database = Failing(monkeypatch)
    work = worker()
    rooms, watch = work.registry.rooms, work.registry.watch
    writer, reader = await work.join(world, world.writer), await work.join(world, world.reader)
    reader.leave()
    await watch.look()
    assert rooms, "somebody is here"
    database.is_down = True
    await writer.change(first_words())
    await writer.until(lambda m: m.states == [State.STORAGE_TROUBLE])
    writer.leave()
    await watch.look()
    assert rooms, "something is to be stored"
    database.is_down = False
    await writer.room.settle()
    await watch.look()
    assert not rooms
    assert "hello" in await stored(world)


async def test_presence_has_the_servers_names_and_one_id_per_connection(world, worker):
    work = worker()
    a, b = await work.join(world, world.writer), await work.join(world, world.second)

    def said(client_id, clock, state):
        return presence.encode({client_id: presence.Entry(clock, state, 0, None)})

    await a.send(
        protocol.awareness(said(A, 1, '{"user":{"name":"<script>"},"cursor":{"anchor":1}}'))
    )
    await b.until(lambda m: any(b"Writer" in data for data in m.presences))
    assert not any(b"script" in data for data in b.presences)
    await a.until(lambda m: any(b"Writer" in data for data in m.presences))
    # A second id on one connection, and the id of another person, are passed over.
    await a.send(protocol.awareness(said(A + 1, 1, '{"x":1}')))
    await b.send(protocol.awareness(said(A, 9, '{"x":1}')))
    await asyncio.sleep(0.1)
    assert set(a.room.attendance.presence.present()) == {A}
    assert b"cursor" in presence.encode(a.room.attendance.presence.present())
    a.leave()
    await b.until(lambda m: m.presences and m.presences[-1] == said(A, 2, "null"))


ABSURD = {
    "text": '"text"',
    "a list": "[1]",
    "no JSON": "{",
    "not a number": "NaN",
    "large": '{"x":"' + "y" * 5000 + '"}',
    "deep": "[" * 3000,
    "half a character": '{"x":"\\ud800"}',
    "a number beyond all": '{"x":1e999}',
}


@pytest.mark.parametrize("name", ABSURD)
async def test_absurd_presence_closes_its_sender_with_4400(world, worker, name):
    work = worker()
    a, b = await work.join(world, world.writer), await work.join(world, world.second)
    entry = {A: presence.Entry(1, ABSURD[name], 0, None)}
    await a.send(protocol.awareness(presence.encode(entry)))
    await a.until(lambda m: m.closed == 4400)
    await b.change(first_words(B))
    await b.until(lambda m: m.receipts)


async def test_readers_are_counted_not_named(world, worker):
    work = worker()
    a, reader = await work.join(world, world.writer), await work.join(world, world.reader)
    entry = {B: presence.Entry(1, '{"cursor":1}', 0, None)}
    await reader.send(protocol.awareness(presence.encode(entry)))
    await a.until(lambda m: any(b'{"readers":1}' in data for data in m.presences))
    await reader.until(lambda m: any(b"cursor" in data for data in m.presences))
    assert not any(b"Reader" in data for data in a.presences)
    reader.leave()
    await a.until(lambda m: b"readers" not in m.presences[-1])


def test_what_was_let_in_is_stored_at_the_end_of_the_worker(world):
    loop = asyncio.new_event_loop()
    member = None

    async def write():
        nonlocal member
        member = await Worker().join(world, world.writer)
        # The round does not come any more before the end.
        member.room._pace.wait = lambda now: 1000
        await member.change(first_words())

    loop.run_until_complete(write())
    assert member.room.pending
    member.worker.registry.drain()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    connection.close()
    assert "hello" in str(document_load(world.document.pk).get("prosemirror", type=XmlFragment))


async def test_costly_changes_of_one_round_leave_others_their_turn(world, worker, monkeypatch):
    work = worker()
    a, b = await work.join(world, world.writer), await work.join(world, world.second)
    turns = []
    loop = asyncio.get_running_loop()
    monkeypatch.setattr("realtime.rooms.APPLY_SLICE_SECONDS", 0.0)
    real = a.room.text.apply

    def apply(data):
        turns.append("apply")
        loop.call_soon(turns.append, "others")
        real(data)

    a.room.text.apply = apply
    await a.change(first_words(A))
    await b.change(first_words(B, "there"))
    await a.until(lambda m: "there" in m.text)
    await b.until(lambda m: "hello" in m.text)
    assert turns[:4] == ["apply", "others", "apply", "others"]
