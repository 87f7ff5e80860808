"""The document socket: a lean ASGI application under Channels' routing (DESIGN §6). Admission, then frames.

Order of admission: a foreign Origin is refused before accepting (HTTP 403); then accept, and before anything is loaded
or sent: are there too many, who is it, is the id one, may they read. Any fault closes the connection. When the server
ends (daphne cancels us then), what was let in is stored first and the browser is told to come back.
"""

import asyncio
import contextlib
import logging
import uuid
from dataclasses import replace

from documents.selectors.updates import BrokenLog
from documents.ydoc import BadUpdate
from realtime import access, intake, registry
from realtime.access import Admission, Turned, Wish
from realtime.clients import Client
from realtime.database import in_thread
from realtime.handshake import Handshake
from realtime.limits import Crowded, Visit
from realtime.messages import text
from realtime.outbox import Send
from realtime.protocol import Close

logger = logging.getLogger(__name__)


async def document_socket(scope, receive, send) -> None:
    """Serve one connection of `/ws/v1/documents/<uuid>`."""
    handshake = Handshake(scope)
    if (await receive())["type"] != "websocket.connect":
        return
    if handshake.needs_our_origin and not handshake.is_from_our_pages:
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.accept"})
    try:
        visit = registry.current().visitors.come(handshake.address)
    except Crowded:
        await _close(send, Close.FULL, handshake)
        return
    try:
        await _visit(scope, handshake, visit, receive, send)
    finally:
        visit.go()


async def _visit(scope, handshake: Handshake, visit: Visit, receive, send: Send) -> None:
    try:
        async with asyncio.timeout(registry.current().conf.ADMISSION_SECONDS):
            admission = await _admit(scope, handshake)
        visit.is_of(admission.person.user_id)
    except Turned as turned:
        await _close(send, turned.code, handshake)
    except (TimeoutError, Crowded):
        await _close(send, Close.FULL, handshake)
    except Exception:
        logger.exception("admission to a document failed")
        await _close(send, Close.FAULT, handshake)
    else:
        await _serve(admission, handshake, receive, send)


async def _admit(scope, handshake: Handshake) -> Admission:
    try:
        document_id = uuid.UUID(scope["url_route"]["kwargs"]["document_id"])
    except ValueError:
        raise Turned(Close.NOT_FOUND) from None
    try:
        schema_version = handshake.number("schema")
    except ValueError:
        raise Turned(Close.BAD_FRAME) from None
    wish = Wish(document_id, schema_version, handshake.query.get("generation"))
    return await in_thread(access.admit, wish, handshake.credentials)


async def _close(send: Send, code: Close, handshake: Handshake) -> None:
    reason = text(code, handshake.language)[:60]
    await send({"type": "websocket.close", "code": int(code), "reason": reason})


async def _serve(admission: Admission, handshake: Handshake, receive, send: Send) -> None:
    rooms = registry.current()
    person = admission.person
    if person.user_id is None:
        person = replace(person, language=handshake.language)
    client = Client(
        conf=rooms.conf,
        person=person,
        proof=admission.proof,
        can_write=admission.can_write,
        wants_receipts=handshake.query.get("receipts") == "1",
        send=send,
    )
    room = None
    try:
        room = await rooms.join(admission, client)
        await _listen(room, client, receive)
    except Turned as turned:
        await _close(send, turned.code, handshake)
    except asyncio.CancelledError:
        if room is not None:
            await _say_goodbye(room, client)
        raise
    except (BrokenLog, BadUpdate):
        # Logged where it was found. Trying again would not help; the editor keeps what was typed.
        client.close(Close.DAMAGED)
    except Exception:
        logger.exception("a connection to document %s failed", admission.document_id)
        client.close(Close.FAULT)
    finally:
        if room is not None:
            room.leave(client)


async def _listen(room, client: Client, receive) -> None:
    """Hand over frames until the connection ends."""
    try:
        async with asyncio.timeout(client.conf.FIRST_FRAME_SECONDS):
            message = await receive()
    except TimeoutError:
        client.close(Close.SILENT)
        message = await receive()
    while message["type"] != "websocket.disconnect":
        await intake.take(room, client, message.get("bytes"))
        message = await receive()


async def _say_goodbye(room, client: Client) -> None:
    """The server ends: store what was let in, send its receipt, and say that it is worth trying again."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(client.conf.DRAIN_SECONDS):
            await room.settle()
    client.close(Close.RESTART)
    await client.closed()
    # A round of the event loop, for the server to write what it was given.
    await asyncio.sleep(0)
