"""Every error of the API as problem+json (RFC 9457): type, title, status, detail, code, and fields where they apply."""

import http

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
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
