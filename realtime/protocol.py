"""Frames of the document socket and close codes of both sockets. No Django, no library: bytes in, bytes out.

Binary only. Types 0, 1 and 3 are the y-websocket protocol, types from 100 on are ours and go only to clients that asked
for them with `?receipts=1`. `frontend/editor/src/protocol.ts` has the same numbers; `fixtures/protocol/frames.json`
holds samples that both test suites read.
"""

import enum
from dataclasses import dataclass

from realtime.gate.errors import Refused
from realtime.gate.reader import Reader, write_text, write_uint


class Frame(enum.IntEnum):
    """First number of a frame."""

    SYNC = 0
    AWARENESS = 1
    QUERY_AWARENESS = 3
    RECEIPT = 100
    REFUSAL = 101
    STATE = 102
    HELLO = 103


class Sync(enum.IntEnum):
    """Second number of a sync frame."""

    STEP_1 = 0
    STEP_2 = 1
    UPDATE = 2


class Close(enum.IntEnum):
    """Close codes. 44xx are final (y-websocket 3.1 does not try again), 45xx mean: try again."""

    BAD_FRAME = 4400
    SIGN_IN = 4401
    RIGHTS_LOST = 4403
    NOT_FOUND = 4404
    RELOAD = 4409
    TOO_LARGE = 4413
    DAMAGED = 4422
    FAULT = 4500
    FULL = 4503
    SILENT = 4508
    RESTART = 4512
    TOO_FAST = 4529


class State(enum.IntEnum):
    """What the editor shows."""

    NORMAL = 0
    STORAGE_TROUBLE = 1
    READ_ONLY = 2
    WRITING_ALLOWED = 3


@dataclass(frozen=True)
class Incoming:
    """A frame from a client: its type, for sync frames which one, and the bytes within."""

    type: Frame
    sync: Sync | None
    payload: bytes


def decode(data: bytes) -> Incoming:
    """Take a client's frame apart. Raises `Refused` for anything that a client may not send."""
    reader = Reader(data)
    kind = reader.uint()
    if kind == Frame.SYNC:
        sync = reader.uint()
        if sync > Sync.UPDATE:
            raise Refused("unknown_frame", f"sync {sync}")
        incoming = Incoming(Frame.SYNC, Sync(sync), reader.blob())
    elif kind == Frame.AWARENESS:
        incoming = Incoming(Frame.AWARENESS, None, reader.blob())
    elif kind == Frame.QUERY_AWARENESS:
        incoming = Incoming(Frame.QUERY_AWARENESS, None, b"")
    else:
        raise Refused("unknown_frame", str(kind))
    if reader.pos != reader.end:
        raise Refused("trailing_bytes")
    return incoming


def _blob(data: bytes) -> bytes:
    return write_uint(len(data)) + data


def sync_step_1(state_vector: bytes) -> bytes:
    """Return the frame that says what we have, and so asks for the rest."""
    return bytes((Frame.SYNC, Sync.STEP_1)) + _blob(state_vector)


def sync_step_2(update: bytes) -> bytes:
    """Return the frame that answers a step 1."""
    return bytes((Frame.SYNC, Sync.STEP_2)) + _blob(update)


def sync_update(update: bytes) -> bytes:
    """Return the frame with a change."""
    return bytes((Frame.SYNC, Sync.UPDATE)) + _blob(update)


def awareness(update: bytes) -> bytes:
    """Return the frame with presence (`update` as y-protocols encodes it)."""
    return bytes((Frame.AWARENESS,)) + _blob(update)


def receipt(count: int, sequence: int) -> bytes:
    """Return: the first `count` changing frames of this connection are committed; the text stands at `sequence`."""
    return bytes((Frame.RECEIPT,)) + write_uint(count) + write_uint(sequence)


def refusal(number: int, code: str, message: str) -> bytes:
    """Return: the frame with this number was not taken, and why (`message` is for the person)."""
    return bytes((Frame.REFUSAL,)) + write_uint(number) + write_text(code) + write_text(message)


def state(value: State) -> bytes:
    """Return a state for the editor to show."""
    return bytes((Frame.STATE,)) + write_uint(value)


@dataclass(frozen=True)
class Hello:
    """What a client is told first."""

    generation: str
    can_write: bool
    sequence: int
    max_frame_bytes: int
    name: str
    colour: str


def hello(data: Hello) -> bytes:
    """Return the first frame after admission."""
    return (
        bytes((Frame.HELLO,))
        + write_text(data.generation)
        + write_uint(int(data.can_write))
        + write_uint(data.sequence)
        + write_uint(data.max_frame_bytes)
        + write_text(data.name)
        + write_text(data.colour)
    )


def state_vector(clocks: dict[int, int]) -> bytes:
    """Return the encoded state vector of these clocks."""
    known = {client: clock for client, clock in clocks.items() if clock}
    return write_uint(len(known)) + b"".join(
        write_uint(client) + write_uint(known[client]) for client in sorted(known, reverse=True)
    )
