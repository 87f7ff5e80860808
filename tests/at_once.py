"""Doing things at the same moment, each on a connection of its own. For tests with `transaction=True`."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from cocreation.kernel.errors import DomainError


def at_once(*acts: Callable[[], object]) -> list:
    """Start all together and return what each gave back, in their order: for what was refused, the code of the refusal.

    What breaks otherwise is raised.
    """
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            start.wait(timeout=30)
            return act()
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))
