"""Topics of the events socket: who may hear what, asked again whenever rights have changed.

A decision is kept with the epoch of rights under which it was made. Epochs are read at most once a second per process
and worker, so that a burst of events to a full house costs one query.
"""

import asyncio
import time
import uuid
import weakref
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Forbidden, Invalid, NotFound
from cocreation.kernel.events import TOPIC, number_last
from community.selectors import standing
from documents.selectors.documents import document_get_for
from processes.selectors.access import epochs
from processes.selectors.processes import process_get_for
from realtime.database import in_thread

EPOCH_SECONDS = 1.0
# Rights that end by the clock raise no epoch.
DECISION_SECONDS = 30.0
# Events that are announced at the same time may come in another order, within so many.
LATE_MAX = 20


@dataclass
class Subscription:
    """One topic of one connection. `process_id` tells whose epoch to watch; empty for one's own topic.

    `number` is the topic's own count at the last event that was heard, `sequence` what the browser is told: it rises by
    one with each event, and by two when one was missed, so that the browser fetches again.
    """

    topic: str
    process_id: uuid.UUID | None
    epoch: int
    decided_at: float
    number: int = 0
    sequence: int = 0

    def hear(self, number: int) -> int:
        """Return the sequence of an event with this number of the topic."""
        is_first = self.number == 0
        # One that comes late was missed when the later one came; nothing more is to be said of it.
        is_late = self.number - LATE_MAX < number <= self.number
        self.sequence += 1 if is_first or is_late or number == self.number + 1 else 2
        self.number = max(self.number, number)
        return self.sequence


def _document(user, ident: str) -> tuple[uuid.UUID, int]:
    document = document_get_for(user, ident, need=RULES["document"])
    return document.process_id, document.process.access_epoch


def _process(user, ident: str) -> tuple[uuid.UUID, int]:
    process = process_get_for(user, ident, need=RULES["process"])
    return process.pk, process.access_epoch


def _user(user, ident: str) -> tuple[None, int]:
    if not user.is_authenticated or str(user.pk) != ident:
        raise Forbidden(_("These are somebody else's messages."))
    return None, 0


# What each kind of topic needs; `realtime.checks` compares it with the kernel's kinds and the table of rights.
RULES = {"document": "document_read", "process": "process_read", "user": "self"}
_DECIDE: dict[str, Callable] = {"document": _document, "process": _process, "user": _user}


def subscribe(user, topic: str) -> Subscription:
    """Return a subscription if `user` may hear the topic. Raises Invalid, NotFound, Forbidden. Queries."""
    if not isinstance(topic, str) or not TOPIC.match(topic):
        raise Invalid(_("There is no such topic."), "unknown_topic")
    kind, _dot, ident = topic.partition(".")
    process_id, epoch = _DECIDE[kind](user, ident)
    return Subscription(topic, process_id, epoch, time.monotonic(), number_last(topic))


def still_allowed(user_id: uuid.UUID | None, subscription: Subscription) -> bool:
    """Decide anew; keeps the new epoch. Queries."""
    user = standing.people_active({user_id}).get(user_id) if user_id else AnonymousUser()
    if user is None:
        return False
    try:
        fresh = subscribe(user, subscription.topic)
    except (NotFound, Forbidden):
        return False
    subscription.epoch, subscription.decided_at = fresh.epoch, fresh.decided_at
    return True


class Epochs:
    """The epochs of rights, as one event loop knows them."""

    def __init__(self):
        self._known: dict[uuid.UUID, tuple[float, int | None]] = {}
        self._asking: dict[uuid.UUID, asyncio.Task] = {}

    async def get(self, process_id: uuid.UUID) -> int | None:
        """Return the epoch of a process, at most a second old; None when it is gone."""
        read_at, epoch = self._known.get(process_id, (0.0, None))
        if read_at and time.monotonic() - read_at < EPOCH_SECONDS:
            return epoch
        asking = self._asking.get(process_id)
        if asking is None:
            asking = self._asking[process_id] = asyncio.ensure_future(self._ask(process_id))
        return await asyncio.shield(asking)

    async def _ask(self, process_id: uuid.UUID) -> int | None:
        try:
            epoch = (await in_thread(epochs, [process_id])).get(process_id)
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[process_id] = (time.monotonic(), epoch)
            return epoch
        finally:
            del self._asking[process_id]

    def forget(self, process_id: uuid.UUID) -> None:
        """Ask anew next time: rights have changed."""
        self._known.pop(process_id, None)


_epochs: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Epochs]" = (
    weakref.WeakKeyDictionary()
)


def current_epochs() -> Epochs:
    """Return the epochs of the running event loop."""
    return _epochs.setdefault(asyncio.get_running_loop(), Epochs())


async def may_hear(user_id: uuid.UUID | None, subscription: Subscription) -> bool:
    """Whether the subscription still holds, asked at each delivery."""
    if subscription.process_id is None:
        return True
    epoch = await current_epochs().get(subscription.process_id)
    is_fresh = time.monotonic() - subscription.decided_at < DECISION_SECONDS
    if epoch == subscription.epoch and is_fresh:
        return True
    return await in_thread(still_allowed, user_id, subscription)
