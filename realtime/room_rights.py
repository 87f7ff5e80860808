"""A phase closed while changes were on their way: who may still write, asked before anything is stored.

The log refuses a batch whose room knows of fewer closings than the head of the text (the frozen version is the text,
see `documents.services.versions.phase_freeze`). Closings are rare: the question costs nothing until there was one.
"""

import uuid
from typing import TYPE_CHECKING

from realtime.access import Rights

if TYPE_CHECKING:
    from realtime.rooms import Room


async def ask_again(room: "Room") -> None:
    """Ask what everybody may do now, and let in again what those sent who may still write.

    The others are told that they may only read; their browsers keep what was refused. Only the room's own round calls
    this, with everything that was not stored in `room.pending`.
    """
    writers = {entry.client for entry in room.pending}
    rights: dict[uuid.UUID | None, Rights] = {}
    closings: int | None = None
    # Others may come in, or send, while we ask: they are asked about too before the room goes on under the new number.
    while unknown := {client.user_id for client in room.clients | writers} - rights.keys():
        number, found = await room.catch_up.read(
            room.outside.rights_as_of, room.document_id, unknown
        )
        closings = number if closings is None else min(closings, number)
        rights |= {user_id: right for (_document_id, user_id), right in found.items()}
        writers |= {entry.client for entry in room.pending}
    for client in room.clients | writers:
        right = rights[client.user_id]
        if not right.can_write:
            room.set_can_write(client, can_write=False, why=right.why)
    room.closings = closings
    await room.catch_up.rebuild()
