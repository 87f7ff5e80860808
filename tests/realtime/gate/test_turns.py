"""Large frames in rooms: what comes behind one waits for it, other rooms do not, and a rebuilt room takes it again."""

import asyncio

import pytest
from channels.db import database_sync_to_async

from realtime import protocol
from realtime import text as text_module
from tests.realtime.conftest import World
from tests.realtime.gate.handmade import element, update
from tests.realtime.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)
A, B = 1001, 1002


def many(count):
    blocks = [element()] + [element(origin=(A, number)) for number in range(count - 1)]
    return update([(A, 0, blocks)])


@pytest.fixture
async def worker(monkeypatch):
    monkeypatch.setattr(text_module, "SLICE_SECONDS", 0)
    work = Worker()
    yield work
    await work.close()


async def started(room):
    for _ in range(100_000):
        if room.text.turn.locked():
            return
        await asyncio.sleep(0)
    raise AssertionError("nothing is being admitted")


async def test_a_small_change_that_comes_behind_a_large_one_builds_on_it(world, worker):
    writer = await worker.join(world, world.writer)
    second = await worker.join(world, world.second)
    large = asyncio.ensure_future(writer.change(many(4000)))
    await started(writer.room)
    behind = protocol.sync_update(update([(B, 0, [element(origin=(A, 3999))])]))
    small = asyncio.ensure_future(second.send(behind))
    await asyncio.gather(large, small)
    await second.until(lambda m: m.receipts)
    await writer.until(lambda m: m.text.count("<paragraph") == 4001)
    assert second.closed is None


async def test_other_rooms_go_on_while_a_large_change_is_admitted(world, worker):
    writer = await worker.join(world, world.writer)
    other_world = await database_sync_to_async(World)()
    other = await worker.join(other_world, other_world.writer)
    large = asyncio.ensure_future(writer.change(many(4000)))
    await started(writer.room)
    await other.change(update([(B, 0, [element()])]))
    assert other.room.pending
    assert not large.done()
    await large


async def test_a_room_that_is_rebuilt_meanwhile_takes_the_large_change_again(
    world, worker, monkeypatch
):
    writer = await worker.join(world, world.writer)
    large = asyncio.ensure_future(writer.change(many(4000)))
    await started(writer.room)
    before = writer.room.text
    with monkeypatch.context() as patch:
        # Rebuilding is part of a round: there is no other one meanwhile.
        patch.setattr(writer.room, "wake", lambda: None)
        await writer.room.catch_up.rebuild()
        assert writer.room.text is not before
        await large
    writer.room.wake()
    await writer.until(lambda m: m.receipts and not m.refusals)
    assert writer.room.text.index.clocks()[A] == 4000


async def test_a_large_change_that_was_let_in_before_its_room_is_rebuilt_is_taken_again_too(
    world, worker, monkeypatch
):
    writer = await worker.join(world, world.writer)
    with monkeypatch.context() as patch:
        patch.setattr(writer.room, "wake", lambda: None)
        await writer.change(many(4000))
        assert writer.room.pending
        await writer.room.catch_up.rebuild()
    writer.room.wake()
    await writer.until(lambda m: m.receipts and not m.refusals)
    assert writer.room.text.index.clocks()[A] == 4000
