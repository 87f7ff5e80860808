"""Checking tickets to a document's socket."""

import datetime
import uuid

from cocreation.kernel import clock
from community.digests import digest
from community.models import User
from documents.models import DocumentTicket


def ticket_check(
    document_id: uuid.UUID | str, secret: str
) -> tuple[User, datetime.datetime] | None:
    """Return whose ticket this is and until when (UTC), or None when it is unknown, expired or for another document."""
    ticket = (
        DocumentTicket.objects.select_related("user")
        .filter(
            document_id=document_id,
            digest=digest(secret),
            expires_at__gt=clock.now(),
            user__is_active=True,
        )
        .first()
    )
    return (ticket.user, ticket.expires_at) if ticket else None
