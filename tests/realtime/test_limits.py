"""Every limit closes whoever breaks it, with a code and a sentence in their language; the others do not notice."""

import json

import pytest
from channels.db import database_sync_to_async
from django.utils.translation import override

from realtime import messages, presence, protocol
from realtime.gate.reader import write_uint
from realtime.handshake import Handshake
from realtime.limits import Crowded, Visitors
from realtime.protocol import Close
from tests.realtime.conftest import A, B, C, World, first_words, more_words
from tests.realtime.gate.handmade import paragraph, update

pytestmark = pytest.mark.django_db(transaction=True)


def said(state):
    entry = presence.Entry(1, state, 0, None)
    return protocol.awareness(presence.encode({C: entry}))


def long_words(clock):
    return protocol.sync_update(update([paragraph(C, clock=clock, words="y" * 55_000)]))


# What one client sends, and the code that closes it.
ABUSES = {
    "a frame that is too large": ([b"\0" * 60_001], 4413),
    "more than a document holds": ([long_words(0), long_words(55_002)], 4413),
    "too many frames": ([protocol.sync_step_1(b"\0")] * 60, 4529),
    "a megabyte of presence": ([said(json.dumps({"x": "y" * 1_000_000}))[:60_000]], 4400),
    "large presence": ([said(json.dumps({"x": "y" * 5_000}))], 4400),
    "deep presence": ([said('{"x":' * 1_000 + "1" + "}" * 1_000)], 4400),
    "very deep presence": ([said("[" * 3_000)], 4400),
    "more clients in a state vector than anybody knows": (
        [protocol.sync_step_1(write_uint(2_000) + b"\1\1" * 2_000)],
        4400,
    ),
    "no frame at all": ([], 4508),
}


@pytest.fixture
def small(settings):
    settings.REALTIME_FRAME_MAX_BYTES = 60_000
    settings.REALTIME_DOCUMENT_MAX_BYTES = 100_000
    settings.REALTIME_FRAMES_BURST = 50
    settings.REALTIME_FRAMES_PER_SECOND = 5
    settings.REALTIME_FIRST_FRAME_SECONDS = 0.3


async def test_who_breaks_a_limit_is_closed_and_the_others_go_on(world, sockets, small):
    writer, other = await sockets(world, world.writer), await sockets(world, world.second)
    # Both have said something, as every client does at once.
    await writer.send_update(first_words(A))
    await other.send_update(first_words(B))
    await writer.receipt()
    await other.receipt()
    clock = 7
    for name, (frames, code) in ABUSES.items():
        abuser = await sockets(world, world.coordinator)
        for frame in frames:
            await abuser.send(frame)
        assert await abuser.closing() == code, name
        await abuser.leave()
        await writer.send_update(more_words(A, clock, "x"))
        assert (await writer.receipt())[0] == clock - 5, name
        while b"x" not in await other.update():
            pass
        clock += 1
    assert writer.closed is None
    assert other.closed is None


async def test_presence_is_data_and_only_the_servers_name_is_shown(world, sockets):
    writer, other = await sockets(world, world.writer), await sockets(world, world.second)
    script = "<script>alert(1)</script>"
    await writer.send(
        said(json.dumps({"user": {"name": script, "color": "red;}</style>"}, "cursor": script}))
    )
    (_client, _clock, text) = presence.decode((await other.until(1)).blob())[0]
    state = json.loads(text)
    assert state["user"] == {"name": "Writer", "color": world.writer.colour}
    assert state["cursor"] == script, "passed on as it is; the editor shows no text of it"


ROOM_FOR = {
    "in one document": "REALTIME_CONNECTIONS_PER_DOCUMENT",
    "in one worker": "REALTIME_CONNECTIONS_PER_WORKER",
    "of one address": "REALTIME_CONNECTIONS_PER_ADDRESS",
}


@pytest.mark.parametrize("name", ROOM_FOR)
async def test_one_connection_too_many_is_told_to_come_later_and_fits_when_another_left(
    world, sockets, settings, name
):
    setattr(settings, ROOM_FOR[name], 2)
    first, second = await sockets(world, world.writer), await sockets(world, world.second)
    third = await sockets(world, world.coordinator, greet=False)
    assert await third.closing() == 4503
    await first.send_update(first_words(A))
    assert b"hello" in await second.update()
    await second.leave()
    fourth = await sockets(world, world.coordinator)
    assert fourth.closed is None


async def test_connections_that_are_refused_are_not_counted_for_ever(world, sockets, settings):
    settings.REALTIME_CONNECTIONS_PER_ADDRESS = 1
    for _ in range(3):
        stranger = await sockets(world, world.stranger, greet=False)
        assert await stranger.closing() == 4404
        await stranger.leave()
    assert (await sockets(world, world.writer)).closed is None


def test_numbers_are_kept_of_those_who_are_here_only():
    visitors = Visitors(in_all=3, per_address=2, per_user=1)
    first = visitors.come("a")
    first.is_of("user")
    second = visitors.come("a")
    with pytest.raises(Crowded):
        second.is_of("user")
    with pytest.raises(Crowded):
        visitors.come("a")
    third = visitors.come("b")
    third.is_of(None)
    with pytest.raises(Crowded):
        visitors.come("c")
    for visit in (first, second, third):
        visit.go()
    assert visitors.number == 0
    assert not visitors._counts


def address(peer, forwarded=None):
    headers = [(b"x-forwarded-for", forwarded)] if forwarded else []
    return Handshake({"client": [peer, 1], "headers": headers}).address


def test_an_address_is_what_our_own_proxy_saw_and_not_what_a_client_claims(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert address("192.0.2.1", b"198.51.100.7") == "192.0.2.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert address("192.0.2.1", b"203.0.113.9, 198.51.100.7") == "198.51.100.7"
    assert address("192.0.2.1") == "192.0.2.1"
    assert address("192.0.2.1", b"nonsense") == "192.0.2.1"
    assert address("192.0.2.1", b"2001:db8:1:2:3::4") == "2001:db8:1:2::/64"


@pytest.mark.parametrize("language", ["lv", "uk"])
def test_every_close_code_has_a_sentence_in_each_language(language):
    for code in Close:
        english = messages.text(code, "en")
        assert english != str(messages.OTHER), code
        assert messages.text(code, language) != english, code
        with override(language):
            assert len(messages.text(code, language)[:60].encode()) <= 123, "a close frame holds it"


async def test_a_full_house_for_events_is_told_to_come_later(transactional_db, settings):
    from channels.testing import WebsocketCommunicator

    from cocreation.asgi import application
    from realtime import registry
    from tests.realtime.conftest import session_cookie

    settings.REALTIME_CONNECTIONS_PER_USER = 1
    world = await database_sync_to_async(World)()
    cookie = await database_sync_to_async(session_cookie)(world.writer)
    headers = [(b"host", b"testserver"), (b"cookie", cookie)]
    first, second, third = (
        WebsocketCommunicator(application, "/ws/v1/events", headers=headers) for _ in range(3)
    )
    await first.connect()
    assert (await first.receive_json_from())["type"] == "hello"
    await second.connect()
    assert (await second.receive_output(5))["code"] == 4503
    await first.disconnect()
    await second.disconnect()
    await third.connect()
    assert (await third.receive_json_from())["type"] == "hello"
    await third.disconnect()
    await registry.current().close()
