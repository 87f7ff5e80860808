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
from django.db import transaction

from cocreation.kernel import clock

logger = logging.getLogger(__name__)

TOPIC = re.compile(r"^(document|process|user)\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

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
    "asset.created": frozenset({"asset", "task"}),
    "asset.updated": frozenset({"asset", "task"}),
    "access.changed": frozenset({"process"}),
    "notification.created": frozenset({"notification"}),
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
        async_to_sync(layer.group_send)(
            group_name(topic_name), {"type": "room.event", "event": event}
        )
    except Exception:
        logger.warning("event %s was not announced", event["type"], exc_info=True)
