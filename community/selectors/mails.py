"""Reading the mails that were sent. For the demo and for operators only: texts may hold one-time links."""

import uuid

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel.errors import NotFound
from community.models import Mail


def mails_list(*, to: str = "") -> QuerySet[Mail]:
    """Return the demo's mails, newest first, to one address if asked. Raises NotFound where this is no demo."""
    _demo_only()
    mails = Mail.objects.order_by("-created_at", "id")
    return mails.filter(to__iexact=to.strip()) if to else mails


def mail_get(ident: uuid.UUID) -> Mail:
    """Return one mail of the demo. Raises NotFound."""
    _demo_only()
    mail = Mail.objects.filter(pk=ident).first()
    if mail is None:
        raise NotFound(_("There is no such mail."))
    return mail


def _demo_only() -> None:
    if not settings.DEMO:
        raise NotFound(_("There is no such page."))
