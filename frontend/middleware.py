"""Turns our expected refusals into pages, and keeps answers to htmx apart from whole pages in caches."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from cocreation.kernel.errors import DomainError


class DomainErrorMiddleware:
    """Shows a DomainError raised by a page as an error page that says what happened and what to do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        if getattr(request, "htmx", False) and not request.htmx.boosted:
            # Nothing of the page is lost: the refusal is shown above it.
            response = render(
                request, "errors/_problem.html", {"error": exception}, status=exception.status
            )
            response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML"
            return response
        return render(request, "errors/problem.html", {"error": exception}, status=exception.status)
