"""Reading invitations: by the secret of the mail, and by whoever manages them."""

import enum
import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import DomainError, Gone, NotFound
from community.digests import digest
from processes.models import Invitation, Process
from processes.permissions import access_for, require
from processes.permissions.access import access_remember
from processes.selectors.fetching import fetch


class InvitationState(enum.Enum):
    """What an invitation is good for."""

    OPEN = "open"
    ACCEPTED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


def invitation_state(invitation: Invitation | None) -> InvitationState:
    """Return what an invitation is good for now."""
    if invitation is None:
        return InvitationState.UNKNOWN
    if invitation.accepted_at:
        return InvitationState.ACCEPTED
    if invitation.revoked_at:
        return InvitationState.REVOKED
    if invitation.expires_at <= clock.now():
        return InvitationState.EXPIRED
    return InvitationState.OPEN


def invitation_refusal(state: InvitationState) -> DomainError:
    """Return the error that says why an invitation does not work (any more)."""
    messages = {
        InvitationState.ACCEPTED: _("This invitation was accepted already."),
        InvitationState.EXPIRED: _(
            "This invitation is too old. Ask whoever invited you to send it again."
        ),
        InvitationState.REVOKED: _("This invitation was taken back, or replaced by a newer mail."),
        InvitationState.UNKNOWN: _("This link is not complete, or it was never made here."),
    }
    error = NotFound if state == InvitationState.UNKNOWN else Gone
    return error(
        messages.get(state, _("This invitation is still open.")), f"invitation_{state.value}"
    )


def invitation_find(secret: str) -> Invitation | None:
    """Return the invitation of a secret, whatever its state. Reading changes nothing: mail scanners open links."""
    rows = Invitation.objects.select_related("process", "node", "team", "invited_by", "accepted_by")
    return rows.filter(digest=digest(secret)).first()


def invitations_list(process: Process) -> QuerySet[Invitation]:
    """Return the invitations of a process, newest first. The caller has checked invitation_create."""
    return (
        Invitation.objects.filter(process=process)
        .select_related("node__parent__parent", "team", "invited_by", "accepted_by")
        .order_by("-created_at", "pk")
    )


def invitation_own_get(user, invitation_id: uuid.UUID | str) -> Invitation:
    """Return an invitation to the person's own address, whatever its state. Raises: NotFound."""
    email = user.email if user.is_authenticated else ""
    rows = Invitation.objects.select_related("process", "node", "team", "invited_by")
    return fetch(rows.filter(email__iexact=email), invitation_id)


def invitation_get_for(user, invitation_id: uuid.UUID | str, *, need: str) -> Invitation:
    """Return an invitation of a process where the person may `need` at its place.

    Raises: NotFound, Forbidden.
    """
    rows = Invitation.objects.select_related(
        "process", "node__process", "node__parent__parent", "team", "invited_by"
    )
    invitation = fetch(rows, invitation_id)
    access = access_for(user, invitation.process)
    access_remember(access)
    require(access.decide("process_read", invitation.node))
    require(access.decide(need, invitation.node))
    return invitation
