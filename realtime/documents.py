"""The document socket: a lean ASGI application under Channels' routing (DESIGN §6). Admission, then frames.

Order of admission: a foreign Origin is refused before accepting (HTTP 403); then accept, and before anything is loaded
or sent: who is it, is the id one, may they read, are there too many. Any fault closes the connection.
"""

import asyncio
import logging
import uuid
from dataclasses import replace

from realtime import access, intake, registry
from realtime.access import Admission, Turned, Wish
from realtime.clients import Client
from realtime.database import in_thread
from realtime.handshake import Handshake
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
        async with asyncio.timeout(registry.current().conf.ADMISSION_SECONDS):
            admission = await _admit(scope, handshake)
    except Turned as turned:
        await _close(send, turned.code, handshake)
    except TimeoutError:
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
    try:
        rooms.count_in(client.user_id, admission.document_id)
    except Turned as turned:
        await _close(send, turned.code, handshake)
        return
    room = None
    try:
        room = await rooms.join(admission, client)
        await _listen(room, client, receive)
    except Turned as turned:
        await _close(send, turned.code, handshake)
    except Exception:
        logger.exception("a connection to document %s failed", admission.document_id)
        client.close(Close.FAULT)
    finally:
        rooms.count_out(client.user_id)
        if room is not None:
            room.leave(client)


async def _listen(room, client: Client, receive) -> None:
    """Hand over frames until the connection ends."""
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        await intake.take(room, client, message.get("bytes"))
