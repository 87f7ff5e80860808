"""A room that is given up stores nothing more: what waits may build on what was not stored, or on another text."""

from dataclasses import replace

import pytest
from channels.db import database_sync_to_async
from pycrdt import XmlFragment

from documents.selectors.updates import document_load
from documents.services.generations import generation_raise
from documents.ydoc import BadUpdate
from realtime import text as text_module
from realtime.protocol import Close
from tests.realtime.conftest import A, B, first_words
from tests.realtime.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def work(settings):
    settings.REALTIME_POLL_SECONDS = 60
    worker = Worker()
    yield worker
    await worker.close()


async def stored(world):
    doc = await database_sync_to_async(document_load)(world.document.pk)
    return str(doc.get("prosemirror", type=XmlFragment))


async def test_what_was_let_into_a_former_text_does_not_get_into_a_new_one(
    world, work, monkeypatch
):
    a, b = await work.join(world, world.writer), await work.join(world, world.second)
    load, apply = a.room.outside.load, text_module.RoomText.apply

    def replaced_meanwhile(document_id):
        generation_raise(document_id=document_id, reason="backup")
        return load(document_id)

    def poisoned(self, data):
        if b"poison" in data:
            raise BadUpdate("no")
        apply(self, data)

    monkeypatch.setattr(text_module.RoomText, "apply", poisoned)
    a.room.outside = replace(a.room.outside, load=replaced_meanwhile)
    await a.change(first_words(A, "poison"))
    await b.change(first_words(B, "former"))
    await b.until(lambda m: m.closed == 4409)
    await b.room.settle()
    assert not b.receipts
    assert "former" not in await stored(world)


async def test_a_large_change_that_comes_through_after_the_end_is_not_stored(
    world, work, settings, monkeypatch
):
    a = await work.join(world, world.writer)
    real = text_module.RoomText.admit_in_slices

    async def ended_meanwhile(self, parsed, user_id):
        admitted = await real(self, parsed, user_id)
        a.room.give_up(Close.FAULT)
        return admitted

    monkeypatch.setattr(text_module.RoomText, "admit_in_slices", ended_meanwhile)
    await a.change(first_words(A, "x" * 20_000))
    await a.until(lambda m: m.closed == 4500)
    await a.room.settle()
    assert "xxx" not in await stored(world)
