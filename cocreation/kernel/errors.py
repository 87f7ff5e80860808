"""Errors that every door turns into its own kind of answer.

REST: problem+json (`cocreation.kernel.problems`); HTML: error pages and form errors; socket: error replies.
`code` is stable and for programs, `message` is translated and for people, `fields` names form fields.
"""

from collections.abc import Mapping


class DomainError(Exception):
    """Base of all expected refusals. `status` is the HTTP status it becomes."""

    status = 400
    default_code = "invalid"

    def __init__(
        self,
        message: str,
        code: str | None = None,
        *,
        fields: Mapping[str, list[str]] | None = None,
        details: Mapping | None = None,
    ):
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.fields = dict(fields or {})
        self.details = dict(details or {})


class Invalid(DomainError):
    """The input cannot be used as it is."""

    status = 422
    default_code = "invalid"


class TooLarge(Invalid):
    """The input is larger than the stated limit."""

    status = 413
    default_code = "too_large"


class NotFound(DomainError):
    """There is no such thing, or the person may not know that there is."""

    status = 404
    default_code = "not_found"


class Forbidden(DomainError):
    """The person may see it but not do this; the message says why."""

    status = 403
    default_code = "forbidden"


class SignInNeeded(Forbidden):
    """The person would be allowed (or could ask) after signing in."""

    status = 401
    default_code = "sign_in"


class Conflict(DomainError):
    """Somebody else changed it meanwhile, or its state does not allow this now."""

    status = 409
    default_code = "conflict"


class Gone(Conflict):
    """It was good once and is not any more: a link that is used up, too old or taken back."""

    status = 410
    default_code = "gone"


class TooMany(DomainError):
    """Too many of these in a short time."""

    status = 429
    default_code = "too_many"


class Unavailable(DomainError):
    """A part the answer needs is down; trying again later may work."""

    status = 503
    default_code = "unavailable"
