"""The bounds of sockets and rooms; units are in the names.

Each can be set as a Django setting or an environment variable `REALTIME_<NAME>`; if both are there, the setting counts.
"""

import os
from dataclasses import dataclass, fields

from django.conf import settings


@dataclass(frozen=True)
class Conf:
    """All bounds, with the defaults that the embedded shape uses."""

    # --- one frame, one connection ---
    # 2 MB are a thousand pages of text. The ASGI server must take larger frames, so that we can say why we do not.
    FRAME_MAX_BYTES: int = 2_000_000
    AWARENESS_MAX_BYTES: int = 16_384
    AWARENESS_STATE_MAX_BYTES: int = 4_096
    # From here on a frame is read in a thread and admitted in slices, so that others do not wait for it. Fewer bytes
    # hold at most two thousand structs.
    THREAD_FROM_BYTES: int = 16_384
    FRAMES_PER_SECOND: int = 200
    FRAMES_BURST: int = 2_000
    # Time of the worker that one connection may take: reading, checking, applying.
    COST_MS_PER_SECOND: int = 250
    COST_BURST_MS: int = 5_000
    # How often a client may send what builds on the unknown, without anything useful between.
    RESYNCS_MAX: int = 5
    ADMISSION_SECONDS: float = 10.0
    # A slow reader's frames wait up to here; then they are dropped and it gets a fresh state instead.
    QUEUE_MAX_FRAMES: int = 512
    QUEUE_MAX_BYTES: int = 4_000_000

    # --- numbers of connections in one worker ---
    CONNECTIONS_PER_WORKER: int = 6_000
    CONNECTIONS_PER_DOCUMENT: int = 5_000
    # Wide: a school class or a load test may share one sign-in.
    CONNECTIONS_PER_USER: int = 3_000
    # One address must not fill the worker; a ministry or a school behind one address must fit.
    CONNECTIONS_PER_ADDRESS: int = 3_000
    # Every client says something at once (what text it has); who does not is no editor.
    FIRST_FRAME_SECONDS: float = 20.0

    # --- rooms ---
    DOCUMENT_MAX_BYTES: int = 40_000_000
    # What may wait for the database in one room; beyond it writers are sent away and keep their edits.
    PENDING_MAX_BYTES: int = 20_000_000
    # The tick (see realtime/pace.py): up to this share of the time a room answers at once, ...
    TICK_EASY_SHARE: float = 0.15
    # ... above it, it pauses up to so long to save work, ...
    TICK_EASY_MS: float = 12.0
    # ... and longer only where its rounds would take more than this share.
    TICK_HARD_SHARE: float = 0.75
    TICK_MAX_MS: float = 300.0
    TICK_CREDIT_MS: float = 10.0
    AWARENESS_TICK_MS: float = 50.0
    # How long a room without clients is kept, for a reload of the page.
    UNLOAD_SECONDS: float = 5.0
    # y-protocols forgets a presence after 30 s without a sign of life.
    PRESENCE_SECONDS: float = 40.0

    # --- the writer and other workers ---
    WRITER_QUEUE_MAX: int = 10_000
    WRITER_BATCHES_MAX: int = 200
    RETRY_MIN_SECONDS: float = 0.2
    RETRY_MAX_SECONDS: float = 5.0
    DRAIN_SECONDS: float = 10.0
    # From the beginning of one look at heads and rights to the next; a right that ends is felt within a second.
    POLL_SECONDS: float = 0.7
    # Everybody is looked at again this often even when no epoch says so (rows changed by hand).
    RIGHTS_SWEEP_SECONDS: float = 30.0
    RELAY_MAX_BYTES: int = 200_000
    # A worker says that it lives this often; the people of one that was silent for so long are taken for gone.
    WORKER_BEAT_SECONDS: float = 1.5
    WORKER_SILENT_SECONDS: float = 5.0

    # --- the events socket ---
    EVENTS_FRAME_MAX_BYTES: int = 8_192
    EVENTS_SUBSCRIPTIONS_MAX: int = 50
    EVENTS_COMMANDS_PER_SECOND: int = 10
    EVENTS_COMMANDS_BURST: int = 100


def load() -> Conf:
    """Return the bounds as settings and environment have them now. Raises ValueError for what is no number."""
    given = {}
    for field in fields(Conf):
        name = f"REALTIME_{field.name}"
        if hasattr(settings, name):
            given[field.name] = getattr(settings, name)
        elif name in os.environ:
            given[field.name] = type(field.default)(os.environ[name])
    return Conf(**given)
