"""Turns our expected refusals into pages, and keeps answers to htmx apart from whole pages in caches."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
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
        context = {"error": exception, "why": _why_address(request, exception)}
        return render(request, "errors/problem.html", context, status=exception.status)


def _why_address(request: HttpRequest, error: DomainError) -> str:
    """Return the page that says what decides a refusal, where the address names a process and a part of it."""
    known = request.resolver_match.kwargs if request.resolver_match else {}
    if error.status != 403 or "process_id" not in known:
        return ""
    address = reverse("processes:why", args=[known["process_id"]])
    part = known.get("task_id") or known.get("node_id") or known.get("phase_id")
    return f"{address}?place={part}" if part else address
