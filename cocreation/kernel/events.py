"""Announcing what happened, after it was committed.

`publish_on_commit` is the only door to the events socket. Events carry ids, never whole objects: who receives
one fetches through the server, which checks rights again. A lost event must be harmless (DESIGN §2, §6).
"""

import logging
import re
import uuid
from collections.abc import Mapping

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.cache import cache
from django.db import transaction

from cocreation.kernel import clock

logger = logging.getLogger(__name__)

TOPIC = re.compile(r"^(document|process|user)\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

# How long a topic's count of events is kept; after it the count begins anew, which looks like a gap and costs a fetch.
NUMBERS_SECONDS = 7 * 86_400

# The one registry of event types: type -> names of the ids in its data.
EVENT_TYPES: dict[str, frozenset[str]] = {
    "thread.created": frozenset({"thread", "number"}),
    "thread.updated": frozenset({"thread", "number"}),
    "comment.created": frozenset({"thread", "comment"}),
    "comment.updated": frozenset({"thread", "comment"}),
    "document.created": frozenset({"document", "task"}),
    "document.updated": frozenset({"document"}),
    "process.updated": frozenset({"process"}),
    "node.created": frozenset({"node", "kind"}),
    "node.updated": frozenset({"node", "kind"}),
    "checklist.updated": frozenset({"task"}),
    "asset.created": frozenset({"asset", "task"}),
    "asset.updated": frozenset({"asset", "task"}),
    "access.changed": frozenset({"process"}),
    "notification.created": frozenset({"notification"}),
    "notification.read": frozenset(),
}


def topic(kind: str, ident: uuid.UUID | str) -> str:
    """Return the name of a topic, for example `document.<uuid>`."""
    name = f"{kind}.{ident}"
    if not TOPIC.match(name):
        raise ValueError(f"not a topic: {name!r}")
    return name


def group_name(topic_name: str) -> str:
    """Return the channel-layer group of a topic (ASCII, under 100 characters)."""
    return f"events.{topic_name}"


def number_key(topic_name: str) -> str:
    """Return where the cache holds the number of the topic's last event."""
    return f"events:{topic_name}"


def _count(topic_name: str) -> int:
    """Return the next number of a topic, by which who hears it finds out that something was missed.

    A count that was lost begins with the time in ms, which is more than it had: that too looks like a gap.
    """
    key = number_key(topic_name)
    cache.add(key, int(clock.now().timestamp() * 1000), NUMBERS_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two calls
        return 0


def number_last(topic_name: str) -> int:
    """Return the number of a topic's last event; 0 when there was none for a while."""
    return cache.get(number_key(topic_name)) or 0


def publish_on_commit(topic_name: str, type_: str, data: Mapping[str, object]) -> None:
    """Announce an event to a topic once the present transaction is committed.

    Emits: one channel-layer message of type `room.event`. A layer that is down is logged, never raised:
    the change itself is stored, and pages that missed it catch up when they fetch again.
    """
    if EVENT_TYPES.get(type_) != frozenset(data):
        raise ValueError(f"event {type_} carries {sorted(data)}, which the registry does not know")
    event = {
        "type": type_,
        "v": 1,
        "id": str(uuid.uuid4()),
        "topic": topic_name,
        "at": clock.now().isoformat().replace("+00:00", "Z"),
        "data": {
            key: value if isinstance(value, int) else str(value) for key, value in data.items()
        },
    }
    transaction.on_commit(lambda: _send(topic_name, event), robust=True)


def _send(topic_name: str, event: dict) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        message = {"type": "room.event", "event": event, "number": _count(topic_name)}
        async_to_sync(layer.group_send)(group_name(topic_name), message)
    except Exception:
        logger.warning("event %s was not announced", event["type"], exc_info=True)
