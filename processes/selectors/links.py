"""Reading invitation links: by their secret, and by whoever manages them."""

import enum
import uuid

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import DomainError, Gone, NotFound
from community.digests import digest
from processes.models import InvitationLink, InvitationLinkUse, Process
from processes.permissions import access_for, require, role_of
from processes.permissions.access import access_remember
from processes.permissions.roles import RANK
from processes.selectors.fetching import fetch

# So many of those who came in by a link are named beside it.
USES_SHOWN = 50


class LinkState(enum.Enum):
    """What a link is good for."""

    OPEN = "open"
    FULL = "full"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


def link_state(link: InvitationLink | None) -> LinkState:
    """Return what a link is good for now."""
    if link is None:
        return LinkState.UNKNOWN
    if link.revoked_at:
        return LinkState.REVOKED
    if link.expires_at <= clock.now():
        return LinkState.EXPIRED
    return LinkState.FULL if link.use_count >= link.max_uses else LinkState.OPEN


def link_message(state: LinkState) -> str:
    """Return why a link does not work (any more)."""
    return {
        LinkState.FULL: _("As many people as it was made for came in by this link already."),
        LinkState.EXPIRED: _("This link is too old. Ask whoever gave it to you for a new one."),
        LinkState.REVOKED: _("This link was taken back. Ask whoever gave it to you for a new one."),
        LinkState.UNKNOWN: _("This link is not complete, or it was never made here."),
    }.get(state, "")


def link_refusal(state: LinkState) -> DomainError:
    """Return the error that says why a link does not work (codes link_full, link_expired, …)."""
    error = NotFound if state == LinkState.UNKNOWN else Gone
    return error(link_message(state), f"link_{state.value}")


def link_find(secret: str) -> InvitationLink | None:
    """Return the link of a secret, whatever its state. Reading changes nothing."""
    rows = InvitationLink.objects.select_related(
        "process__organisation", "node__parent__parent", "team", "invited_by"
    )
    return rows.filter(digest=digest(secret)).first()


def has_used(link: InvitationLink, user) -> bool:
    """Tell whether a person came in by this link."""
    return user.is_authenticated and link.uses.filter(user=user).exists()


def takes_part(link: InvitationLink, user) -> bool:
    """Tell whether a person has a role where the link leads to."""
    return role_of(user, link.process, link.node) in RANK


def links_list(process: Process) -> QuerySet[InvitationLink]:
    """Return the links of a process that work or that somebody came in by, newest first, each with whom it let in
    as `last_uses`: of many the last USES_SHOWN. The caller checked invitation_create. 2 queries.
    """
    rows = InvitationLink.objects.filter(Q(revoked_at=None) | Q(use_count__gt=0), process=process)
    uses = InvitationLinkUse.objects.select_related("user").order_by("-created_at")[:USES_SHOWN]
    return (
        rows.select_related("node__parent__parent", "team", "invited_by")
        .prefetch_related(Prefetch("uses", uses, to_attr="last_uses"))
        .order_by("-created_at", "pk")
    )


def link_get_for(user, link_id: uuid.UUID | str, *, need: str) -> InvitationLink:
    """Return a link of a process where the person may `need` at its place. Raises: NotFound, Forbidden."""
    rows = InvitationLink.objects.select_related("process", "node__parent__parent", "team")
    link = fetch(rows, link_id)
    access = access_for(user, link.process)
    access_remember(access)
    require(access.decide("process_read", link.node))
    require(access.decide(need, link.node))
    return link
