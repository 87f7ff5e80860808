"""Every error of the API as problem+json (RFC 9457): type, title, status, detail, code, and fields where they apply."""

import http

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from cocreation.kernel.errors import DomainError

CONTENT_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, **extra: object) -> dict:
    """Return the body of a problem answer."""
    return {
        "type": f"urn:koprade:problem:{code}",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": str(detail),
        **{key: value for key, value in extra.items() if value},
    }


def problem_handler(exception: Exception, context: dict) -> Response | None:
    """Turn our own and REST framework's exceptions into problems; leave real faults to Django."""
    headers = {}
    if isinstance(exception, DomainError):
        body = problem(
            exception.status,
            exception.code,
            exception.message,
            fields=exception.fields,
            details=exception.details,
        )
    elif isinstance(exception, Http404):
        body = problem(404, "not_found", _("There is no such thing here."))
    elif isinstance(exception, PermissionDenied):
        body = problem(403, "forbidden", _("You may not do this."))
    elif isinstance(exception, exceptions.ValidationError):
        body = problem(
            400, "invalid", _("Some fields need your attention."), fields=exception.detail
        )
    elif isinstance(exception, exceptions.APIException):
        body = problem(exception.status_code, exception.default_code, exception.detail)
        if header := getattr(exception, "auth_header", None):
            headers["WWW-Authenticate"] = header
        if wait := getattr(exception, "wait", None):
            headers["Retry-After"] = str(int(wait))
    else:
        return None
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def handler_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere: below /api/ as a problem, elsewhere as a page."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    return _answer(404, "not_found", _("There is no such thing here."))


def handler_fault(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours: below /api/ as a problem, elsewhere as a page. Says nothing about the cause."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    return _answer(
        500, "fault", _("Something went wrong here. We were told; please try again later.")
    )


def _answer(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(problem(status, code, detail), status=status, content_type=CONTENT_TYPE)
