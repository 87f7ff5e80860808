"""uvicorn's sockets, with one thing more: a frame that goes to many is put in its envelope once.

`realtime.servers` names this class to uvicorn (`--ws`). Everything but sending bytes on an open connection that takes
them is uvicorn's; so is the waiting when a client does not read. The application knows nothing of it.
"""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

BINARY_AND_LAST = 0x82


def envelope(data: bytes) -> bytes:
    """Return the frame that carries these bytes from a server (RFC 6455, section 5.2: not masked)."""
    length = len(data)
    if length < 126:
        head = bytes((BINARY_AND_LAST, length))
    elif length < 65_536:
        head = bytes((BINARY_AND_LAST, 126)) + length.to_bytes(2, "big")
    else:
        head = bytes((BINARY_AND_LAST, 127)) + length.to_bytes(8, "big")
    return head + data


class Envelopes:
    """Remembers the last envelope: a room hands the very same bytes to all its clients, one after the other."""

    def __init__(self):
        self._data = b""
        self._frame = envelope(b"")

    def of(self, data: bytes) -> bytes:
        """Return the envelope of these bytes."""
        if data is not self._data:
            self._data, self._frame = data, envelope(data)
        return self._frame


_envelopes = Envelopes()


class SharedFrames(WebSocketsSansIOProtocol):
    """See the module."""

    async def send(self, message) -> None:
        """Send a message of the application."""
        if (
            message["type"] == "websocket.send"
            and message.get("bytes") is not None
            and self.handshake_complete
            and self.writable.is_set()
            and not (self.close_sent or self.disconnected)
            and self.conn.state is OPEN
        ):
            self.transport.write(_envelopes.of(message["bytes"]))
        else:
            await super().send(message)
