"""Between workers when the broker hangs or fails: nobody waits for it, and nothing piles up."""

import asyncio

import pytest

from realtime import relay
from tests.realtime.conftest import first_words, more_words
from tests.realtime.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


class Hanging:
    """A broker that takes everything and answers nothing."""

    async def _never(self, *arguments):
        await asyncio.Event().wait()

    new_channel = group_add = group_discard = group_send = receive = _never


class Moody(Hanging):
    """A broker that can be away; it notes what it was told."""

    def __init__(self):
        self.is_away = True
        self.told = []

    async def new_channel(self):
        return "channel"

    async def _answer(self, *arguments):
        if self.is_away:
            raise ConnectionError("away")

    group_add = group_discard = _answer

    async def group_send(self, group, message):
        await self._answer()
        self.told.append(message["type"])


@pytest.fixture
async def worker_with(settings, monkeypatch):
    settings.REALTIME_POLL_SECONDS = 3600
    settings.REALTIME_WORKER_BEAT_SECONDS = 0.02
    monkeypatch.setattr(relay, "JOIN_SECONDS", 0.01)
    workers = []

    def make(layer):
        worker = Worker()
        worker.registry.relay.layer = layer
        worker.registry.relay.has_others = True
        workers.append(worker)
        return worker

    yield make
    for worker in workers:
        await worker.close()


async def test_a_broker_that_hangs_delays_nobody_and_fills_no_memory(
    world, worker_with, monkeypatch
):
    monkeypatch.setattr(relay, "QUEUE_MAX", 3)
    worker = worker_with(Hanging())
    a, b = await worker.join(world, world.writer), await worker.join(world, world.second)
    await a.change(first_words())
    for number in range(10):
        await a.until(lambda m, n=number: m.receipts and m.receipts[-1][0] == n + 1)
        await a.change(more_words(clock=7 + number, words="x"))
    await b.until(lambda m: "hello" + "x" * 10 in m.text)
    assert len(worker.registry.relay._queue) <= 3


async def test_while_the_broker_is_away_only_the_heartbeat_is_tried(world, worker_with):
    layer = Moody()
    worker = worker_with(layer)
    a = await worker.join(world, world.writer)
    ours = worker.registry.relay
    await a.until(lambda _: ours.is_down)
    await a.change(first_words())
    await a.until(lambda m: m.receipts)
    assert not any(message["type"] == "document.rows" for _group, message in ours._queue)
    layer.is_away = False
    await a.until(lambda _: not ours.is_down)
    assert set(layer.told) == {"worker.beat"}
    await a.change(more_words())
    await a.until(lambda _: "document.rows" in layer.told)
    await a.until(lambda _: ours._joined >= ours._wanted())
