"""The task that looks after open documents."""

import uuid
from types import SimpleNamespace

from realtime import watch
from realtime.protocol import Close


class QuietRoom:
    """A room that only notes how it was closed."""

    def __init__(self):
        self.document_id = uuid.uuid4()
        self.clients = []
        self.closed = None

    def close_all(self, code):
        self.closed = code

    def refresh_presence(self):
        pass


async def test_a_room_that_opens_while_the_heads_are_asked_for_is_not_taken_for_gone(monkeypatch):
    gone, opening = QuietRoom(), QuietRoom()
    registry = SimpleNamespace(
        rooms={gone.document_id: gone},
        listening=set(),
        conf=SimpleNamespace(RIGHTS_SWEEP_SECONDS=3600),
        sweep=lambda: None,
    )

    async def somebody_opens_another(question, ids):
        assert ids == [gone.document_id]
        registry.rooms[opening.document_id] = opening
        return {}

    monkeypatch.setattr(watch, "in_thread", somebody_opens_another)
    await watch.Watch(registry).look()
    assert gone.closed == Close.NOT_FOUND
    assert opening.closed is None
