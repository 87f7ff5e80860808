"""Tickets: leave to open one document's socket for a few minutes, for clients without a cookie."""

import datetime

from django.db import transaction

from cocreation.kernel import clock
from community.digests import digest, secret_new
from community.models import User
from documents.models import Document, DocumentTicket

TICKET_MINUTES = 10


@transaction.atomic
def ticket_create(*, actor: User, document: Document) -> tuple[str, datetime.datetime]:
    """Return the secret of a fresh ticket and when it expires (UTC). Old tickets of the person are cleared away."""
    now = clock.now()
    DocumentTicket.objects.filter(user=actor, expires_at__lt=now).delete()
    secret = secret_new()
    expires_at = now + datetime.timedelta(minutes=TICKET_MINUTES)
    DocumentTicket.objects.create(
        document=document, user=actor, digest=digest(secret), expires_at=expires_at
    )
    return secret, expires_at
