"""What SQLite needs of us: its write-ahead log is brought into the database in the background.

Left to itself, SQLite does it at the end of somebody's commit, every thousand pages, and waits for the disk: people who
type feel that as a stall of a tenth of a second to a second. Done from another connection it stops nobody.
"""

import logging

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)


def checkpoint() -> None:
    """Bring what is committed into the database file, without keeping anybody from writing. Not for the event loop.

    Other databases do this by themselves: nothing happens there.
    """
    if connection.vendor != "sqlite":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
    except DatabaseError:
        # The next one does it; and at last SQLite itself, see the setting wal_autocheckpoint.
        logger.warning("the write-ahead log could not be taken over", exc_info=True)
