"""daphne, with two things that it lacks: backpressure, and an end that is told to sockets.

`python -m realtime.server` takes daphne's own arguments; `manage.py serve` starts it. Plain `daphne` works too; but
then frames for a client that does not read pile up in its memory until its ping is not answered (50 s), and
connections are cut instead of closed when it stops.
"""

import asyncio

from daphne.cli import CommandLineInterface
from daphne.server import Server
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer


@implementer(IPushProducer)
class Tap:
    """Closed by the transport while it holds more than it can send; whoever sends waits for it."""

    def __init__(self):
        self._open = asyncio.Event()
        self._open.set()
        self.is_open = True

    def pauseProducing(self) -> None:
        """Called by the transport: its buffer is full."""
        self.is_open = False
        self._open.clear()

    def resumeProducing(self) -> None:
        """Called by the transport: its buffer is empty."""
        self.is_open = True
        self._open.set()

    def stopProducing(self) -> None:
        """Called by the transport: the connection is gone, nobody needs to wait."""
        self.resumeProducing()

    async def wait(self) -> None:
        """Wait until the transport can take more."""
        await self._open.wait()


class PatientServer(Server):
    """See the module."""

    async def handle_reply(self, protocol, message: dict) -> None:
        """Pass a message of the application on; frames wait while the client does not take them."""
        await super().handle_reply(protocol, message)
        if message["type"] == "websocket.send":
            tap = getattr(protocol, "tap", None)
            if tap is not None and not tap.is_open:
                await tap.wait()
        elif message["type"] == "websocket.accept" and protocol.transport is not None:
            # The transport still tells the HTTP channel, which the socket has taken over from.
            protocol.unregisterProducer()
            protocol.tap = Tap()
            protocol.registerProducer(protocol.tap, True)

    def kill_all_applications(self):
        """End all applications and wait for them. daphne's own stumbles over connections that have none."""
        for protocol, details in list(self.connections.items()):
            if "application_instance" not in details:
                del self.connections[protocol]
        return super().kill_all_applications()


class CommandLine(CommandLineInterface):
    """daphne's command line, with our server."""

    server_class = PatientServer


if __name__ == "__main__":
    CommandLine.entrypoint()
