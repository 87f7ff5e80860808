"""The link in a mail that switches such mails off, with one click of the mail program (RFC 8058) or of the reader."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "community.unsubscribe"


@dataclass(frozen=True)
class Scope:
    """What a link switches off for a person: one process's mails, one group's, or the collected mail of a pace."""

    user_id: uuid.UUID
    process_id: uuid.UUID | None = None
    group: str = ""
    pace: str = ""


def token_of(scope: Scope) -> str:
    """Return a signed token. It does not run out: the mail it is in may be read years later."""
    values = [
        scope.user_id.hex,
        scope.process_id.hex if scope.process_id else "",
        scope.group,
        scope.pace,
    ]
    return signing.dumps(values, salt=SALT)


def scope_of(token: str) -> Scope | None:
    """Return what a token stands for; None when it was not made here."""
    try:
        user, process, group, pace = signing.loads(token, salt=SALT)
        return Scope(uuid.UUID(user), uuid.UUID(process) if process else None, group, pace)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def unsubscribe_url(scope: Scope) -> str:
    """Return the address of the link, as people outside the program need it."""
    path = reverse("account:unsubscribe", args=[token_of(scope)])
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def list_headers(scope: Scope, url: str) -> dict[str, str]:
    """Return the headers by which mail programs sort these mails and switch them off."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    name = (
        f"process-{scope.process_id}" if scope.process_id else scope.group or f"{scope.pace}-news"
    )
    return {
        "List-Id": f"<{name}.{host}>",
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
