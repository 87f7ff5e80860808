"""One connection as its room sees it: who it is, what it may, its frames and receipts."""

import asyncio
import datetime
import uuid
from dataclasses import dataclass, field

from realtime import messages, protocol
from realtime.conf import Conf
from realtime.limits import Bucket
from realtime.outbox import Outbox, Send
from realtime.protocol import Close, State


@dataclass(frozen=True)
class Proof:
    """How somebody was let in, so that it can be checked again: what may end before the connection does.

    `password` is the stored hash at that time: a changed password ends sessions. Times are UTC.
    """

    session_key: str | None = None
    token_id: uuid.UUID | None = None
    is_read_only_token: bool = False
    expires_at: datetime.datetime | None = None
    password: str = ""


@dataclass(frozen=True)
class Person:
    """Who is at the other end. Without `user_id`: a reader who is not signed in."""

    user_id: uuid.UUID | None
    name: str
    colour: str
    language: str


@dataclass(eq=False)
class Client:
    """A connection in a room. Made after admission; only the room's event loop touches it."""

    conf: Conf
    person: Person
    proof: Proof
    can_write: bool
    wants_receipts: bool
    send: Send
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    # Changing frames so far; receipts and refusals count them.
    frames: int = 0
    # After something was missing: only a whole step 2 is of use, single updates are part of it.
    is_resyncing: bool = False
    resyncs: int = 0
    presence_id: int | None = None
    close_code: Close | None = None
    # Why it may only read, in the person's language; empty: the usual sentence.
    why_read_only: str = ""

    def __post_init__(self):
        conf = self.conf
        self.outbox = Outbox(self.send, self._refresh, conf.QUEUE_MAX_FRAMES, conf.QUEUE_MAX_BYTES)
        self.frame_bucket = Bucket(conf.FRAMES_PER_SECOND, conf.FRAMES_BURST)
        self.cost_bucket = Bucket(conf.COST_MS_PER_SECOND, conf.COST_BURST_MS)
        # Set by the room: returns frames that make an overrun client whole again.
        self.refresh = list
        self._closing: asyncio.Task | None = None

    def _refresh(self) -> list[bytes]:
        return self.refresh()

    @property
    def user_id(self) -> uuid.UUID | None:
        """Whose connection it is."""
        return self.person.user_id

    def put(self, frame: bytes) -> None:
        """Send a frame of the y-websocket protocol."""
        self.outbox.put(frame)

    def tell(self, frame: bytes) -> None:
        """Send a frame of ours, if this client understands them."""
        if self.wants_receipts:
            self.outbox.put(frame)

    def tell_state(self, state: State) -> None:
        """Tell the editor what to show."""
        self.tell(protocol.state(state))

    def refuse(self, number: int, code: str) -> None:
        """Say that a frame was not taken."""
        message = messages.text(code, self.person.language)
        if code == "read_only" and self.why_read_only:
            message = self.why_read_only
        self.tell(protocol.refusal(number, code, message))

    def close(self, code: Close) -> None:
        """Close the connection, saying why. Doing it twice does nothing."""
        if self.close_code is not None:
            return
        self.close_code = code
        reason = messages.text(code, self.person.language)
        self._closing = asyncio.ensure_future(self.outbox.close(code, reason))

    async def closed(self) -> None:
        """Wait until a `close` has been handed to the server."""
        if self._closing is not None:
            await self._closing

    @property
    def is_open(self) -> bool:
        """Whether frames still reach it."""
        return self.close_code is None and self.outbox.is_open
