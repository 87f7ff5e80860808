"""Every error of the API as problem+json (RFC 9457): type, title, status, detail, code, and fields where they apply."""

import http
import math

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
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
        headers = _headers(exception.status, exception.details.get("retry_after"))
    elif isinstance(exception, exceptions.ValidationError):
        body = problem(
            400, "invalid", _("Some fields need your attention."), fields=_by_field(exception)
        )
    elif isinstance(exception, exceptions.APIException):
        body = problem(exception.status_code, exception.default_code, exception.detail)
        headers = _headers(exception.status_code, getattr(exception, "wait", None))
    elif known := _of_django(exception):
        body = problem(*known)
    else:
        return None
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _headers(status: int, wait: float | None) -> dict[str, str]:
    """Return what a refusal says in its headers: how to show who one is, or how many seconds to wait."""
    if status == 401:
        return {"WWW-Authenticate": "Token"}
    if status == 429 and wait is not None:
        return {"Retry-After": str(math.ceil(wait))}
    return {}


def _by_field(exception: exceptions.ValidationError) -> dict:
    """Return the errors per field, also those that REST framework gives as a list without a field."""
    detail = exception.detail
    return detail if isinstance(detail, dict) else {"non_field_errors": detail}


def _of_django(exception: Exception) -> tuple[int, str, str] | None:
    """Return status, code and text of the refusals that Django itself raises."""
    if isinstance(exception, Http404):
        return 404, "not_found", _("There is no such thing here.")
    if isinstance(exception, PermissionDenied):
        return 403, "forbidden", _("You may not do this.")
    if isinstance(exception, RequestDataTooBig):
        return 413, "too_large", _("This is too large.")
    if isinstance(exception, SuspiciousOperation):
        return 400, "bad_request", _("This request cannot be understood.")
    return None


def handler_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses: below /api/ as a problem, elsewhere as a page."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    return _answer(400, "bad_request", _("This request cannot be understood."))


def handler_forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what may not be done: below /api/ as a problem, elsewhere as a page."""
    if not request.path.startswith("/api/"):
        return defaults.permission_denied(request, exception)
    return _answer(403, "forbidden", _("You may not do this."))


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
