"""Frames from clients: limits, decoding, and where each goes. The room's only mouth."""

import asyncio
import logging
import time
from functools import partial

from realtime import presence, protocol
from realtime.batches import Entry
from realtime.clients import Client
from realtime.gate import (
    NOTHING,
    Admitted,
    Missing,
    ParsedUpdate,
    Refused,
    parse,
    parse_state_vector,
)
from realtime.gate.encode import Parts
from realtime.protocol import Close, Frame, Incoming, State, Sync
from realtime.rooms import Room

logger = logging.getLogger(__name__)

# So many client ids more than this worker knows may a client have heard of: what others wrote that is not here yet,
# and its own work without a connection. Reading a million of them would keep everybody waiting.
UNHEARD_CLIENTS_MAX = 1_000


async def take(room: Room, client: Client, data: bytes | None) -> None:
    """Take one frame (None: a text frame). Closes the client when it breaks the rules; never raises for its bytes."""
    if client.close_code is not None:
        return
    if data is not None and len(data) > room.conf.FRAME_MAX_BYTES:
        client.close(Close.TOO_LARGE)
        return
    if not client.frame_bucket.take() or not client.cost_bucket.take(0):
        client.close(Close.TOO_FAST)
        return
    started = time.perf_counter()
    waited = 0.0
    try:
        if not data:
            raise Refused("not_binary")
        waited = await _dispatch(room, client, protocol.decode(data))
    except Refused as refused:
        _refuse(client, refused)
    client.cost_bucket.take((time.perf_counter() - started - waited) * 1000)


def _refuse(client: Client, refused: Refused) -> None:
    logger.info("refused a frame of %s: %s", client.user_id, refused)
    client.refuse(client.frames, refused.code)
    client.close(Close.BAD_FRAME)


async def _dispatch(room: Room, client: Client, incoming: Incoming) -> float:
    """Do what a frame asks for; return the seconds in which others were served meanwhile."""
    if incoming.type == Frame.AWARENESS:
        take_presence(room, client, incoming.payload)
    elif incoming.type == Frame.QUERY_AWARENESS:
        room.send_presence_to(client)
    elif incoming.sync == Sync.STEP_1:
        parse_state_vector(incoming.payload, len(room.text.index.clients) + UNHEARD_CLIENTS_MAX)
        room.answer_step_1(client, incoming.payload)
    else:
        return await _take_change(room, client, incoming)
    return 0.0


async def _take_change(room: Room, client: Client, incoming: Incoming) -> float:
    is_whole = incoming.sync == Sync.STEP_2
    if incoming.payload == NOTHING:
        if is_whole and client.is_resyncing:
            # All that it has is here. Said with the next round, when that is stored.
            client.is_resyncing = False
            room.enter(Entry(client, client.frames, Admitted(Parts(), NOTHING, is_trimmed=True)))
        return 0.0
    client.frames += 1
    number = client.frames
    if not client.can_write:
        client.refuse(number, "read_only")
        client.tell_state(State.READ_ONLY)
        return 0.0
    if client.is_resyncing and not is_whole:
        # Part of the step 2 that was asked for; taking it now could overtake what is missing.
        return 0.0
    if _is_too_much(room, client, incoming.payload, number):
        return 0.0
    waited = 0.0
    try:
        if len(incoming.payload) < room.conf.THREAD_FROM_BYTES and not room.text.turn.locked():
            admitted = room.text.admit(parse(incoming.payload), client.user_id)
        else:
            admitted, waited = await _admit_slowly(room, client, incoming.payload)
    except Missing:
        _ask_again(room, client)
        return waited
    if admitted is None:
        client.refuse(number, "read_only")
        return waited
    if is_whole:
        client.is_resyncing = False
    client.resyncs = 0
    room.enter(Entry(client, number, admitted))
    return waited


async def _admit_slowly(
    room: Room, client: Client, payload: bytes
) -> tuple[Admitted | None, float]:
    """Let a large change through the gate while others are served, or one that comes behind a large one.

    None: the client lost its right meanwhile. Returns also the seconds that were not spent on it.
    """
    started = time.perf_counter()
    while True:
        text = room.text
        async with text.turn:
            parsed, reading = await _parse(room, payload)
            if not client.can_write or client.close_code is not None:
                return None, time.perf_counter() - started - reading
            if text is room.text:
                admitted, work = await text.admit_in_slices(parsed, client.user_id)
                if text is room.text:
                    return admitted, time.perf_counter() - started - reading - work
        # The room was rebuilt meanwhile: once more, with what it knows now.


async def _parse(room: Room, payload: bytes) -> tuple[ParsedUpdate, float]:
    if len(payload) < room.conf.THREAD_FROM_BYTES:
        return parse(payload), 0.0
    return await asyncio.to_thread(_parse_timed, payload)


def _parse_timed(payload: bytes) -> tuple[ParsedUpdate, float]:
    started = time.thread_time()
    return parse(payload), time.thread_time() - started


def _is_too_much(room: Room, client: Client, payload: bytes, number: int) -> bool:
    if room.text.size_bytes + len(payload) > room.conf.DOCUMENT_MAX_BYTES:
        client.refuse(number, "document_too_large")
        client.close(Close.TOO_LARGE)
        return True
    if room.pending_bytes + len(payload) > room.conf.PENDING_MAX_BYTES:
        client.close(Close.FULL)
        return True
    return False


def _ask_again(room: Room, client: Client) -> None:
    client.resyncs += 1
    if client.resyncs > room.conf.RESYNCS_MAX:
        raise Refused("builds_on_unknown")
    room.ask_again(client)


def take_presence(room: Room, client: Client, payload: bytes) -> None:
    """Take what a client says of itself; what it says of others is passed over. Raises Refused."""
    if len(payload) > room.conf.AWARENESS_MAX_BYTES:
        raise Refused("state_too_large")
    now = time.monotonic()
    for client_id, clock, text in presence.decode(payload):
        if client.presence_id is None and text != presence.NOBODY:
            if not room.attendance.presence.claim(
                client_id, client, partial(_is_mine, room, client, client_id)
            ):
                continue
            client.presence_id = client_id
        if client_id != client.presence_id:
            continue
        person = client.person
        state = presence.own_state(
            text, person.name, person.colour, room.conf.AWARENESS_STATE_MAX_BYTES
        )
        if not client.can_write:
            # Readers are counted, not shown. Hearing itself keeps the stock provider from reconnecting.
            own = {client_id: presence.Entry(clock, state, now, client)}
            client.put(protocol.awareness(presence.encode(own)))
        elif room.attendance.presence.put(client_id, clock, state, client, now):
            room.wake()
        elif state != presence.NOBODY and (gone := room.attendance.presence.gone(client_id)):
            # Others hold it for gone: hearing so, its browser speaks up with a new clock.
            client.put(protocol.awareness(presence.encode(gone)))


def _is_mine(room: Room, client: Client, client_id: int, owner: object) -> bool:
    """Whether a client id belongs to this person: another tab, or what a worker that ended left behind."""
    if client.user_id is None:
        return False
    if isinstance(owner, Client):
        return owner.user_id == client.user_id
    return room.text.owners.get(client_id) == client.user_id
