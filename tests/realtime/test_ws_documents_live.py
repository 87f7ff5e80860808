"""Two people in one text: stored before seen, receipts, convergence, refusals that leave the others alone."""

import asyncio
from pathlib import Path

import pytest
from channels.db import database_sync_to_async
from pycrdt import Doc, XmlFragment

from documents.models import DocumentSnapshot, DocumentUpdate
from documents.selectors.updates import document_load
from realtime import protocol, registry
from tests.realtime.conftest import B, first_words, more_words
from tests.realtime.gate.handmade import element, update

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = Path(__file__).parents[1] / "data" / "hostile"


def stored_text(world):
    return str(document_load(world.document.pk).get("prosemirror", type=XmlFragment))


async def test_a_change_is_stored_then_announced_then_receipted(world, sockets):
    writer = await sockets(world, world.writer)
    other = await sockets(world, world.second)
    await writer.send_update(first_words())
    count, sequence = await writer.receipt()
    assert (count, sequence) == (1, 2)
    assert b"hello" in await other.update()
    assert "hello" in await database_sync_to_async(stored_text)(world)
    row = await DocumentUpdate.objects.aget(document=world.document, sequence=2)
    assert row.user_id == world.writer.pk
    assert row.connection_id is not None


async def test_a_burst_of_changes_is_few_rows_and_one_last_receipt(world, sockets):
    writer = await sockets(world, world.writer)
    await writer.send_update(first_words())
    for number in range(50):
        await writer.send_update(more_words(clock=7 + number, words="x"))
    count = 0
    while count < 51:
        count, _sequence = await writer.receipt()
    assert "hello" + "x" * 50 in await database_sync_to_async(stored_text)(world)
    rows = await DocumentUpdate.objects.filter(document=world.document).acount()
    assert rows < 40


async def test_the_first_frame_is_hello_and_the_second_asks_for_what_we_lack(world, sockets):
    writer = await sockets(world, world.writer, greet=False)
    kind, reader = await writer.frame()
    assert kind == protocol.Frame.HELLO
    assert reader.text() == str(world.document.generation)
    assert reader.uint() == 1
    assert reader.uint() == 1
    assert reader.uint() == 2_000_000
    assert (reader.text(), reader.text()) == ("Writer", world.writer.colour)
    kind, reader = await writer.frame()
    assert (kind, reader.uint()) == (0, 0)


async def test_a_stock_client_gets_no_frames_of_ours(world, sockets):
    writer = await sockets(world, world.writer, query="")
    kind, reader = await writer.frame()
    assert (kind, reader.uint()) == (0, 0)
    await writer.send_update(first_words())
    assert "hello" in await writer.text()


async def test_a_late_client_gets_the_whole_text(world, sockets):
    writer = await sockets(world, world.writer)
    await writer.send_update(first_words())
    await writer.receipt()
    late = await sockets(world, world.reader)
    assert "hello" in await late.text()


async def test_an_open_room_is_loaded_again_after_everybody_left(world, sockets, settings):
    settings.REALTIME_UNLOAD_SECONDS = 0
    writer = await sockets(world, world.writer)
    await writer.send_update(first_words())
    await writer.receipt()
    await writer.leave()
    rooms = registry.current()
    rooms.sweep()
    assert not rooms.rooms
    late = await sockets(world, world.second)
    assert "hello" in await late.text()


@pytest.mark.parametrize("name", ["array_with_text.bin"])
async def test_a_hostile_update_closes_its_sender_and_nobody_else(world, sockets, name):
    attacker = await sockets(world, world.writer)
    other = await sockets(world, world.second)
    await attacker.send_update((HOSTILE / name).read_bytes())
    reader = await attacker.until(protocol.Frame.REFUSAL)
    assert (reader.uint(), reader.text()) == (1, "unknown_type")
    assert await attacker.closing() == 4400
    await other.send_update(first_words(B))
    assert (await other.receipt())[0] == 1
    assert "hello" in await other.text()


@pytest.mark.parametrize(
    "data",
    [b"\x00", b"\x02\x00", b"\xff" * 30, b"\x00\x02\x05ab", b"\x63", b"\x00\x00\x02\x01"],
)
async def test_random_bytes_close_with_4400(world, sockets, data):
    attacker = await sockets(world, world.writer)
    await attacker.send(data)
    assert await attacker.closing() == 4400


@pytest.mark.parametrize("frame", [{"text": "hello"}, {"bytes": b""}, {"bytes": None, "text": ""}])
async def test_a_text_or_empty_frame_closes_with_4400(world, sockets, frame):
    attacker = await sockets(world, world.writer)
    await attacker.communicator.send_input({"type": "websocket.receive", **frame})
    assert await attacker.closing() == 4400


async def test_a_frame_that_is_too_large_closes_with_4413(world, sockets, settings):
    settings.REALTIME_FRAME_MAX_BYTES = 1000
    attacker = await sockets(world, world.writer)
    await attacker.send(b"\0\2" + b"x" * 1000)
    assert await attacker.closing() == 4413


async def test_too_many_frames_close_with_4529(world, sockets, settings):
    settings.REALTIME_FRAMES_BURST = 20
    settings.REALTIME_FRAMES_PER_SECOND = 1
    attacker = await sockets(world, world.writer)
    for _ in range(25):
        await attacker.send(protocol.sync_step_1(b"\0"))
    assert await attacker.closing() == 4529


async def test_a_client_id_belongs_to_who_used_it_first_also_after_a_restart(
    world, sockets, settings
):
    settings.REALTIME_UNLOAD_SECONDS = 0
    writer = await sockets(world, world.writer)
    await writer.send_update(first_words())
    await writer.receipt()
    thief = await sockets(world, world.second)
    await thief.send_update(more_words())
    assert await thief.closing() == 4400
    await writer.leave()
    await thief.leave()
    registry.current().sweep()
    assert not registry.current().rooms
    thief = await sockets(world, world.second)
    await thief.send_update(more_words())
    assert await thief.closing() == 4400


async def test_the_servers_own_client_id_belongs_to_nobody(world, sockets):
    thief = await sockets(world, world.writer)
    room = registry.current().rooms[world.document.pk]
    clock = room.text.index.next_clock(1)
    assert clock > 0
    await thief.send_update(update([(1, clock, [element(origin=(1, 0))])]))
    assert await thief.closing() == 4400


async def test_what_builds_on_the_unknown_is_asked_for_and_comes_with_step_2(world, sockets):
    writer = await sockets(world, world.writer)
    await writer.until((0, 0))
    await writer.send_update(more_words())
    await writer.until((0, 0))
    # What follows the missing one is not taken alone …
    await writer.send_update(first_words(B))
    # … all of it comes together.
    doc = Doc()
    doc.apply_update(first_words())
    doc.apply_update(more_words())
    doc.apply_update(first_words(B, "second"))
    await writer.send(protocol.sync_step_2(doc.get_update()))
    assert (await writer.receipt())[0] == 3
    text = await writer.text()
    assert "hello!" in text
    assert "second" in text


async def test_asking_for_the_unknown_again_and_again_ends_with_4400(world, sockets):
    writer = await sockets(world, world.writer)
    for _ in range(6):
        await writer.send(protocol.sync_step_2(more_words()))
    assert await writer.closing() == 4400


async def test_an_empty_answer_and_what_is_known_make_no_row(world, sockets):
    writer = await sockets(world, world.writer)
    await writer.send(protocol.sync_step_2(b"\0\0"))
    await writer.send_update(first_words())
    assert await writer.receipt() == (1, 2)
    await writer.send(protocol.sync_step_2(first_words()))
    assert await writer.receipt() == (2, 2)
    assert await DocumentUpdate.objects.filter(document=world.document).acount() == 2


async def test_a_wrong_step_1_closes_with_4400(world, sockets):
    reader = await sockets(world, world.reader)
    await reader.send(protocol.sync_step_1(b"\x05\x01"))
    assert await reader.closing() == 4400


async def test_after_many_rows_a_snapshot_is_made_in_the_background(world, sockets, settings):
    settings.DOCUMENT_SNAPSHOT_EVERY_ROWS = 2
    writer = await sockets(world, world.writer)
    await writer.send_update(first_words())
    await writer.receipt()
    for _ in range(100):
        if await DocumentSnapshot.objects.filter(document=world.document).aexists():
            break
        await asyncio.sleep(0.05)
    snapshot = await DocumentSnapshot.objects.aget(document=world.document)
    assert snapshot.sequence == 2
