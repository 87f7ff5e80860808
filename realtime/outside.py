"""What rooms need from outside, in one place, so that a test can give them something else."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from documents.selectors.updates import LogRow
from realtime.conf import Conf
from realtime.text import RoomText
from realtime.writer import Writer


@dataclass(frozen=True)
class Outside:
    """What a room needs from outside. Functions of the database are called in a thread."""

    conf: Conf
    writer: Writer
    load: Callable[[uuid.UUID], RoomText]
    rows_after: Callable[[uuid.UUID, int], list[LogRow]]
    rights_as_of: Callable[..., tuple[int, dict]]
    snapshot_request: Callable[[uuid.UUID], None]
    # Tell other workers: (document id, stored rows) and (document id, presence).
    relay_rows: Callable[[uuid.UUID, list[LogRow]], None]
    relay_presence: Callable[[uuid.UUID, bytes], None]
