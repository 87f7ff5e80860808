"""Which door a change came in by, for the activity log: a page, the REST interface, a job, or the command line.

Not where somebody sat: addresses of people's machines are not kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PAGE, API, JOB, COMMAND = "page", "api", "job", "command"
_door: ContextVar[str] = ContextVar("door", default=COMMAND)


def current_door() -> str:
    """Return the door of what is being done now. Outside of requests and jobs it is the command line."""
    return _door.get()


@contextmanager
def through(door: str) -> Iterator[None]:
    """Say that what is done inside came in by this door."""
    before = _door.get()
    _door.set(door)
    try:
        yield
    finally:
        # Set, not reset by token: under ASGI the end may run in another context than the beginning.
        _door.set(before)


class DoorMiddleware:
    """Says of each request whether it is for a page or for the REST interface."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with through(API if request.path_info.startswith("/api/") else PAGE):
            return self.get_response(request)
