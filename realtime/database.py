"""The one way from the event loop to the database: in a thread, with connections looked after."""

from collections.abc import Callable
from typing import TypeVar

from channels.db import database_sync_to_async
from django.db import DatabaseError, InterfaceError, connection

Result = TypeVar("Result")

# What may go away by itself: it is waited for. Closing a cursor on a cut connection raises the driver's own errors.
DATABASE_TROUBLE = (DatabaseError, InterfaceError, OSError, connection.Database.Error)


async def in_thread(function: Callable[..., Result], *arguments: object) -> Result:
    """Run a selector or service in a thread of the pool.

    Not in Channels' one shared thread: a large text that is loaded must not keep others from signing in.
    """
    return await database_sync_to_async(function, thread_sensitive=False)(*arguments)
