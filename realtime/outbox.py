"""Sending to one client without ever waiting for it.

A frame goes out at once when the server takes it at once. When it does not (backpressure), the frame that waits is
finished by a task, later ones queue up to a bound, and beyond the bound they are dropped and the client gets a fresh
state: a slow reader costs bounded memory and nobody else's time.
"""

import asyncio
import logging
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine

logger = logging.getLogger(__name__)

Send = Callable[[dict], Awaitable[None]]
# Given when the queue overflowed: returns the frames that make the client whole again.
Refresh = Callable[[], list[bytes]]


@types.coroutine
def _go_on(coroutine: Coroutine, waited_for):
    """Drive a coroutine that was started by hand and waits for `waited_for` to its end, as a task would."""
    while True:
        try:
            try:
                result = yield waited_for
            except BaseException as error:  # noqa: BLE001 - also a cancellation belongs to the coroutine
                waited_for = coroutine.throw(error)
            else:
                waited_for = coroutine.send(result)
        except StopIteration:
            return


class Outbox:
    """The frames of one client. After `fail`ure or `stop` nothing is sent any more."""

    def __init__(self, send: Send, refresh: Refresh, max_frames: int, max_bytes: int):
        self._send = send
        self._refresh = refresh
        self._max_frames = max_frames
        self._max_bytes = max_bytes
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._task: asyncio.Task | None = None
        self._is_stale = False
        self.is_open = True
        self.dropped_frames = 0

    def put(self, frame: bytes) -> None:
        """Send a frame, now or as soon as the client takes it."""
        if not self.is_open:
            return
        if self._task is not None:
            self._enqueue(frame)
            return
        self._start(frame)

    def _start(self, frame: bytes) -> None:
        sending = self._send({"type": "websocket.send", "bytes": frame})
        if not isinstance(sending, types.CoroutineType):
            self._task = asyncio.ensure_future(self._rest(sending))
            return
        try:
            waited_for = sending.send(None)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - servers raise what they like once a client is gone
            self.is_open = False
            return
        self._task = asyncio.ensure_future(self._rest(_go_on(sending, waited_for)))

    def _enqueue(self, frame: bytes) -> None:
        if self._is_stale:
            self.dropped_frames += 1
            return
        if (
            len(self._queue) >= self._max_frames
            or self._queued_bytes + len(frame) > self._max_bytes
        ):
            self.dropped_frames += len(self._queue) + 1
            self._queue.clear()
            self._queued_bytes = 0
            self._is_stale = True
            return
        self._queue.append(frame)
        self._queued_bytes += len(frame)

    async def _rest(self, sending: Awaitable[None]) -> None:
        """Finish the frame that waits, then send the queue."""
        try:
            await sending
            while self.is_open and (self._queue or self._is_stale):
                if self._is_stale:
                    self._is_stale = False
                    for frame in self._refresh():
                        self._queue.append(frame)
                        self._queued_bytes += len(frame)
                    continue
                frame = self._queue.popleft()
                self._queued_bytes -= len(frame)
                await self._send({"type": "websocket.send", "bytes": frame})
        except Exception:  # noqa: BLE001 - servers raise what they like once a client is gone
            self.is_open = False
        finally:
            self._task = None

    async def close(self, code: int, reason: str = "") -> None:
        """Send what waits for at most a second, then close."""
        if not self.is_open:
            return
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=1)
        self.stop()
        try:
            # A reason is at most 123 bytes of UTF-8. A plain int: daphne takes no subclass.
            await self._send({"type": "websocket.close", "code": int(code), "reason": reason[:60]})
        except Exception:
            logger.info("a client was gone before it could be closed", exc_info=True)

    def stop(self) -> None:
        """Send nothing more."""
        self.is_open = False
        self._queue.clear()
        if self._task is not None:
            self._task.cancel()
