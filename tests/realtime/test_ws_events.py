"""The events socket: subscribe, hear, lose the right to hear, and be told what is wrong."""

import asyncio
import json

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.models import Session

from cocreation.asgi import application
from cocreation.kernel import events as events_kernel
from cocreation.kernel.events import publish_on_commit, topic
from processes.models import Process, ProcessRole, Visibility
from realtime import registry, topics
from tests.realtime.conftest import World, session_cookie

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def connect():
    opened = []

    async def open_socket(user=None, headers=(), hello=True):
        cookie = [(b"cookie", await database_sync_to_async(session_cookie)(user))] if user else []
        communicator = WebsocketCommunicator(
            application, "/ws/v1/events", headers=[(b"host", b"testserver"), *cookie, *headers]
        )
        communicator.accepted, _code = await communicator.connect(timeout=5)
        opened.append(communicator)
        if hello and communicator.accepted:
            assert (await communicator.receive_json_from())["type"] == "hello"
        return communicator

    yield open_socket
    for communicator in opened:
        try:
            await communicator.disconnect()
        except (asyncio.CancelledError, Exception):  # noqa: BLE001 - closed by the test already
            continue
    await registry.current().close()


async def ask(socket, kind, ref="r", **data):
    await socket.send_json_to({"type": kind, "ref": ref, "data": data})
    while True:
        frame = await socket.receive_json_from(timeout=10)
        if frame["type"] == "reply":
            return frame


@database_sync_to_async
def publish(name, kind="document.updated", **data):
    publish_on_commit(name, kind, data)


async def test_hello_says_time_and_limits(world, connect):
    socket = await connect(world.writer, hello=False)
    frame = await socket.receive_json_from()
    assert frame["type"] == "hello"
    assert set(frame["data"]) == {"server_time", "limits"}


async def test_who_may_read_hears_events_with_a_sequence(world, connect):
    name = topic("document", world.document.pk)
    socket = await connect(world.reader)
    assert await ask(socket, "topic.subscribe", topic=name) == {
        "type": "reply", "ref": "r", "ok": True, "data": {"topic": name},
    }  # fmt: skip
    for number in (1, 2):
        await publish(name, document=world.document.pk)
        event = await socket.receive_json_from(timeout=10)
        assert (event["type"], event["seq"], event["v"]) == ("document.updated", number, 1)
        assert event["data"] == {"document": str(world.document.pk)}


@pytest.mark.parametrize("who", [None, "stranger"])
@pytest.mark.parametrize("kind", ["document", "process"])
async def test_who_may_not_read_cannot_subscribe(world, connect, who, kind):
    socket = await connect(who and getattr(world, who))
    name = topic(kind, getattr(world, kind).pk)
    reply = await ask(socket, "topic.subscribe", topic=name)
    assert (reply["ok"], reply["error"]["code"]) == (False, "not_found")
    await publish(name, document=world.document.pk)
    assert await socket.receive_nothing(0.2)


async def test_an_anonymous_reader_hears_a_public_process(transactional_db, connect):
    world = await database_sync_to_async(World)(Visibility.PUBLIC)
    socket = await connect()
    reply = await ask(socket, "topic.subscribe", topic=topic("process", world.process.pk))
    assert reply["ok"]


async def test_ones_own_messages_are_heard_and_those_of_others_are_not(world, connect):
    socket = await connect(world.writer)
    assert (await ask(socket, "topic.subscribe", topic=topic("user", world.writer.pk)))["ok"]
    other = await ask(socket, "topic.subscribe", topic=topic("user", world.second.pk))
    assert other["error"]["code"] == "forbidden"


async def test_who_loses_the_right_hears_no_more_and_is_told(world, connect):
    name = topic("document", world.document.pk)
    socket = await connect(world.reader)
    await ask(socket, "topic.subscribe", topic=name)
    await database_sync_to_async(lambda: world.roles[world.reader.pk].delete())()
    await Process.objects.filter(pk=world.process.pk).aupdate(access_epoch=99)
    topics.current_epochs().forget(world.process.pk)
    await publish(name, document=world.document.pk)
    assert (await socket.receive_json_from(timeout=10))["type"] == "topic.closed"
    assert not await ProcessRole.objects.filter(user=world.reader).aexists()


async def test_signing_out_ends_the_socket_also_when_nothing_is_said(world, connect, settings):
    settings.REALTIME_POLL_SECONDS = 0.05
    socket, other = await connect(world.reader), await connect(world.writer)
    await database_sync_to_async(sign_out)(world.reader)
    closed = await socket.receive_output(10)
    assert (closed["type"], closed["code"]) == ("websocket.close", 4401)
    assert (await ask(other, "ping"))["ok"]


def sign_out(user):
    for session in Session.objects.all():
        if session.get_decoded()["_auth_user_id"] == str(user.pk):
            session.delete()


async def test_an_event_that_was_missed_shows_as_a_gap_in_the_topics_sequence(world, connect):
    name, other = topic("document", world.document.pk), topic("process", world.process.pk)
    socket = await connect(world.reader)
    await ask(socket, "topic.subscribe", topic=name)
    await ask(socket, "topic.subscribe", topic=other)
    await publish(name, document=world.document.pk)
    assert (await socket.receive_json_from(timeout=10))["seq"] == 1
    # Counted and lost on the way.
    await database_sync_to_async(events_kernel._count)(name)
    await publish(name, document=world.document.pk)
    assert (await socket.receive_json_from(timeout=10))["seq"] == 3
    await publish(name, document=world.document.pk)
    assert (await socket.receive_json_from(timeout=10))["seq"] == 4
    # Another topic has its own sequence.
    await publish(other, "process.updated", process=world.process.pk)
    assert (await socket.receive_json_from(timeout=10))["seq"] == 1


def test_a_count_that_begins_anew_is_a_gap_and_a_late_event_is_none():
    subscription = topics.Subscription("t", None, 0, 0.0, number=1_000)
    assert [subscription.hear(n) for n in (1_001, 1_003, 1_002, 1_004)] == [1, 3, 4, 5]
    # Lost with its store: it goes on with the time, far ahead.
    assert subscription.hear(900_000) == 7
    assert subscription.hear(900_001) == 8


async def test_unsubscribing_ends_hearing(world, connect):
    name = topic("document", world.document.pk)
    socket = await connect(world.reader)
    await ask(socket, "topic.subscribe", topic=name)
    assert (await ask(socket, "topic.unsubscribe", topic=name))["ok"]
    await publish(name, document=world.document.pk)
    assert await socket.receive_nothing(0.2)


BAD = {
    "no JSON": ("{", "not_json"),
    "no object": ("[]", "bad_command"),
    "an unknown field": (json.dumps({"type": "ping", "html": "<b>"}), "bad_command"),
    "an unknown command": (json.dumps({"type": "room.event"}), "unknown_command"),
    "a method of the consumer": (json.dumps({"type": "disconnect"}), "unknown_command"),
    "data that is no object": (json.dumps({"type": "ping", "data": 1}), "bad_command"),
    "a ref that is no text": (json.dumps({"type": "ping", "ref": {}}), "bad_command"),
    "no topic": (json.dumps({"type": "topic.subscribe"}), "unknown_topic"),
    "an invented topic": (
        json.dumps({"type": "topic.subscribe", "data": {"topic": "x.1"}}),
        "unknown_topic",
    ),
    "a list as topic": (json.dumps({"type": "topic.unsubscribe", "data": {"topic": "x"}}), None),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_is_wrong_is_said_in_a_reply_and_the_socket_goes_on(world, connect, name):
    text, code = BAD[name]
    socket = await connect(world.writer)
    await socket.send_to(text_data=text)
    reply = await socket.receive_json_from()
    assert reply["type"] == "reply"
    assert reply.get("error", {}).get("code") == code
    assert (await ask(socket, "ping"))["ok"]


async def test_a_topic_that_is_no_text_is_refused(world, connect):
    socket = await connect(world.writer)
    for value in ([], {}, 1, None):
        for kind in ("topic.subscribe", "topic.unsubscribe"):
            reply = await ask(socket, kind, topic=value)
            assert reply["ref"] == "r"


@pytest.mark.parametrize(
    ("frame", "code"), [({"bytes_data": b"x"}, 4400), ({"text_data": "x" * 9000}, 4413)]
)
async def test_bytes_and_huge_frames_close_the_socket(world, connect, frame, code):
    socket = await connect(world.writer)
    await socket.send_to(**frame)
    assert (await socket.receive_output(10))["code"] == code


async def test_topics_are_bounded(world, connect, settings):
    settings.REALTIME_EVENTS_SUBSCRIPTIONS_MAX = 1
    socket = await connect(world.writer)
    await ask(socket, "topic.subscribe", topic=topic("document", world.document.pk))
    reply = await ask(socket, "topic.subscribe", topic=topic("process", world.process.pk))
    assert reply["error"]["code"] == "too_many_topics"


async def test_commands_are_bounded(world, connect, settings):
    settings.REALTIME_EVENTS_COMMANDS_BURST = 3
    settings.REALTIME_EVENTS_COMMANDS_PER_SECOND = 0
    socket = await connect(world.writer)
    replies = [await ask(socket, "ping") for _ in range(5)]
    assert [reply["ok"] for reply in replies] == [True, True, True, False, False]


async def test_a_foreign_origin_is_refused(world, connect):
    socket = await connect(world.writer, headers=[(b"origin", b"https://evil.example")])
    assert not socket.accepted


async def test_an_unknown_token_closes_with_4401(world, connect):
    socket = await connect(headers=[(b"authorization", b"Token nonsense")], hello=False)
    assert (await socket.receive_output(10))["code"] == 4401
