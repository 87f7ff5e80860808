"""The events socket: JSON. Browsers subscribe to topics and are told *that* something happened, with ids only.

An ordinary Channels consumer. Commands come from a closed list; events come from services through the channel layer
and go on only to those who may still see the topic.
"""

import json
import logging
from collections.abc import Awaitable, Callable

from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils.translation import gettext as _
from django.utils.translation import override

from cocreation.kernel import clock
from cocreation.kernel.errors import DomainError, Invalid, TooMany
from cocreation.kernel.events import group_name
from realtime import access, conf, messages, registry, topics
from realtime.access import Turned
from realtime.database import in_thread
from realtime.handshake import Handshake
from realtime.limits import Bucket, Crowded, Visit
from realtime.protocol import Close
from realtime.topics import Subscription

logger = logging.getLogger(__name__)

VERSION = 1


class EventsConsumer(AsyncWebsocketConsumer):
    """One socket per tab."""

    visit: Visit | None = None

    async def __call__(self, scope, receive, send):
        """Serve it; however it ends, it is counted no more."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            registry.current().listening.discard(self)
            if self.visit is not None:
                self.visit.go()

    async def connect(self):
        """Refuse a foreign page, find out who it is, say hello."""
        self.subscriptions: dict[str, Subscription] = {}
        self.conf = conf.load()
        self.bucket = Bucket(self.conf.EVENTS_COMMANDS_PER_SECOND, self.conf.EVENTS_COMMANDS_BURST)
        self.handshake = Handshake(self.scope)
        if self.handshake.needs_our_origin and not self.handshake.is_from_our_pages:
            await self.close()
            return
        await self.accept()
        try:
            self.visit = registry.current().listeners.come(self.handshake.address)
        except Crowded:
            await self._end(Close.FULL)
            return
        try:
            user, self.proof = await in_thread(access.identify, self.handshake.credentials)
        except Turned as turned:
            await self._end(turned.code)
            return
        self.user = user
        self.user_id = user.pk if user.is_authenticated else None
        try:
            self.visit.is_of(self.user_id)
        except Crowded:
            await self._end(Close.FULL)
            return
        self.language = access.person_of(user, self.handshake.language).language
        # Like clients of documents it is closed within a second when its sign-in ends, also when nothing is said.
        registry.current().listen(self)
        await self._send(
            {
                "type": "hello",
                "v": VERSION,
                "data": {
                    "server_time": clock.now().isoformat().replace("+00:00", "Z"),
                    "limits": {
                        "frame_bytes": self.conf.EVENTS_FRAME_MAX_BYTES,
                        "subscriptions": self.conf.EVENTS_SUBSCRIPTIONS_MAX,
                    },
                },
            }
        )

    async def disconnect(self, code):
        """Leave all groups."""
        for topic in list(self.subscriptions):
            await self._leave(topic)

    async def receive(self, text_data=None, bytes_data=None):
        """Take one command; whatever is wrong with it is said in a reply."""
        if text_data is None:
            await self._end(Close.BAD_FRAME)
            return
        if len(text_data) > self.conf.EVENTS_FRAME_MAX_BYTES:
            await self._end(Close.TOO_LARGE)
            return
        ref = None
        with override(getattr(self, "language", None)):
            try:
                command = _parse(text_data)
                ref = command["ref"]
                if not self.bucket.take():
                    raise TooMany(_("Too many commands in a short time. Wait a moment."))
                data = await COMMANDS[command["type"]](self, command["data"])
                reply = {"type": "reply", "ref": ref, "ok": True, "data": data}
            except DomainError as error:
                about = {"code": error.code, "message": str(error.message)}
                reply = {"type": "reply", "ref": ref, "ok": False, "error": about}
            except Exception:
                logger.exception("a command of the events socket failed")
                await self._end(Close.FAULT)
                return
        await self._send(reply)

    # --- commands ---------------------------------------------------------------------------------

    async def topic_subscribe(self, data: dict) -> dict:
        """Begin to hear a topic. Doing it twice changes nothing."""
        topic = _topic(data)
        if topic in self.subscriptions:
            return {"topic": topic}
        if len(self.subscriptions) >= self.conf.EVENTS_SUBSCRIPTIONS_MAX:
            raise TooMany(_("Too many topics are open in this page."), "too_many_topics")
        # Pages fetch what they show after this reply, so that an event before it is not missed.
        subscription = await in_thread(topics.subscribe, self.user, topic)
        await self.channel_layer.group_add(group_name(topic), self.channel_name)
        self.subscriptions[topic] = subscription
        return {"topic": topic}

    async def topic_unsubscribe(self, data: dict) -> dict:
        """Hear a topic no more. One that was not heard is fine too."""
        topic = _topic(data)
        if topic in self.subscriptions:
            await self._leave(topic)
        return {"topic": topic}

    async def ping(self, data: dict) -> dict:
        """Tell that the line is alive."""
        return {"server_time": clock.now().isoformat().replace("+00:00", "Z")}

    # --- events -----------------------------------------------------------------------------------

    async def room_event(self, message: dict) -> None:
        """Pass an event on, if this person may (still) hear it."""
        event = message["event"]
        subscription = self.subscriptions.get(event["topic"])
        if subscription is None:
            return
        if event["type"] == "access.changed" and subscription.process_id:
            topics.current_epochs().forget(subscription.process_id)
        if not await topics.may_hear(self.user_id, subscription):
            await self._leave(subscription.topic)
            await self._send(
                {
                    "type": "topic.closed",
                    "v": VERSION,
                    "topic": subscription.topic,
                    "data": {"code": "rights_lost"},
                }
            )
            return
        await self._send({**event, "seq": subscription.hear(message.get("number", 0))})

    def end(self, code: Close) -> None:
        """Close it, from outside."""
        registry.current().background(self._end(code))

    async def _leave(self, topic: str) -> None:
        self.subscriptions.pop(topic, None)
        await self.channel_layer.group_discard(group_name(topic), self.channel_name)

    async def _send(self, frame: dict) -> None:
        await self.send(text_data=json.dumps(frame, ensure_ascii=False))

    async def _end(self, code: Close) -> None:
        language = getattr(self, "language", self.handshake.language)
        await self.close(code=int(code), reason=messages.text(code, language)[:60])


def _topic(data: dict) -> str:
    topic = data.get("topic")
    if not isinstance(topic, str):
        raise Invalid(_("There is no such topic."), "unknown_topic")
    return topic


def _parse(text: str) -> dict:
    """Return {"type", "ref", "data"} of a command. Raises Invalid."""
    try:
        command = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid(_("This is not JSON."), "not_json") from None
    if not isinstance(command, dict) or set(command) - {"type", "ref", "data"}:
        raise Invalid(_("A command has type, ref and data."), "bad_command")
    ref, data = command.get("ref"), command.get("data", {})
    if not isinstance(ref, str | None) or len(ref or "") > 100 or not isinstance(data, dict):
        raise Invalid(_("A command has type, ref and data."), "bad_command")
    kind = command.get("type")
    if not isinstance(kind, str) or kind not in COMMANDS:
        raise Invalid(_("There is no such command."), "unknown_command")
    return {"type": kind, "ref": ref, "data": data}


Command = Callable[[EventsConsumer, dict], Awaitable[dict]]
COMMANDS: dict[str, Command] = {
    "topic.subscribe": EventsConsumer.topic_subscribe,
    "topic.unsubscribe": EventsConsumer.topic_unsubscribe,
    "ping": EventsConsumer.ping,
}
# Why each command may be given: "topic" asks `topics.RULES`, "open" gives away nothing.
COMMAND_RULES = {"topic.subscribe": "topic", "topic.unsubscribe": "open", "ping": "open"}

events_socket = EventsConsumer.as_asgi()
