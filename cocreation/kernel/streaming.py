"""Downloads that go out part by part under ASGI.

Django's ASGI handler collects an ordinary (synchronous) iterator into a list before it sends the first byte, so a file
of 200 MB takes 200 MB of memory for each person who fetches it. An asynchronous one it sends as it comes.
"""

from collections.abc import AsyncIterator, Callable, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse

_END = object()


async def in_parts(parts: Iterator) -> AsyncIterator:
    """Yield from an ordinary iterator, each part fetched in the request's own thread when the last one is sent."""
    fetch = sync_to_async(next)
    while (part := await fetch(parts, _END)) is not _END:
        yield part


class StreamingMiddleware:
    """Has every download of ours sent part by part; below WhiteNoise, whose files are small and many."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming and not response.is_async and isinstance(request, ASGIRequest):
            response.streaming_content = in_parts(iter(response.streaming_content))
        return response
