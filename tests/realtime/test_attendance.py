"""Presence is told together, at its own pace, and text does not wait for it."""

import asyncio

import pytest

from realtime import presence, protocol
from realtime.attendance import Attendance
from tests.realtime.conftest import A, B, first_words
from tests.realtime.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


class Room:
    """As much of a room as its attendance needs."""

    document_id = "a document"

    def __init__(self, tick_ms=50.0, seconds_for_all=0.0):
        from types import SimpleNamespace

        self.conf = SimpleNamespace(AWARENESS_TICK_MS=tick_ms, PRESENCE_SECONDS=40)
        self.outside = SimpleNamespace(relay_presence=lambda *told: None)
        self.clients = []
        self.frames = []
        self.seconds_for_all = seconds_for_all

    def to_all(self, frame):
        self.frames.append(frame)


def test_the_latest_state_of_each_is_told_once_and_together():
    room = Room()
    attendance = Attendance(room)
    for clock in (1, 2, 3):
        attendance.presence.put(A, clock, f'{{"cursor":{clock}}}', "a", 0)
    attendance.presence.put(B, 1, '{"cursor":9}', "b", 0)
    attendance.tell(0.0)
    assert not attendance.has_news
    (frame,) = room.frames
    assert b'"cursor":3' in frame
    assert b'"cursor":9' in frame
    assert b'"cursor":2' not in frame


def test_the_pause_after_a_round_follows_what_it_cost(monkeypatch):
    times = iter([0.0, 0.030])
    monkeypatch.setattr("realtime.attendance.time.perf_counter", lambda: next(times))
    attendance = Attendance(Room(tick_ms=50))
    attendance.presence.put(A, 1, "{}", "a", 0)
    attendance.tell(100.0)
    assert attendance.wait(100.0) == pytest.approx(0.270)
    assert attendance.wait(101.0) == 0


def test_readers_that_come_together_are_told_as_one_number():
    from types import SimpleNamespace

    room = Room()
    attendance = Attendance(room)
    for _ in range(30):
        room.clients.append(SimpleNamespace(can_write=False))
        attendance.count_readers()
    attendance.tell(0.0)
    (frame,) = room.frames
    assert b'{"readers":30}' in frame


async def test_text_does_not_wait_for_the_pace_of_presence(world, settings):
    settings.REALTIME_AWARENESS_TICK_MS = 60_000
    worker = Worker()
    try:
        writer = await worker.join(world, world.writer)
        other = await worker.join(world, world.second)
        for clock in (1, 2):
            state = {A: presence.Entry(clock, '{"cursor":1}', 0, None)}
            await writer.send(protocol.awareness(presence.encode(state)))
            # The first is told at once; the second waits for a minute.
            await asyncio.sleep(0)
        await other.until(lambda m: any(b"cursor" in data for data in m.presences))
        await writer.change(first_words())
        await other.until(lambda m: "hello" in m.text)
    finally:
        await worker.close()
