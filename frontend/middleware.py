"""Turns our expected refusals into pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cocreation.kernel.errors import DomainError


class DomainErrorMiddleware:
    """Shows a DomainError raised by a page as an error page that says what happened and what to do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        return render(request, "errors/problem.html", {"error": exception}, status=exception.status)
