"""Asking people by e-mail to belong to an organisation. They join by their own click."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, DomainError, Gone, NotFound, SignInNeeded
from community.digests import digest, secret_new
from community.limits import limit
from community.models import Membership, MembershipInvitation, Organisation, User
from community.permissions import require
from community.selectors.organisations import (
    MembershipInvitationState,
    membership_invitation_state,
)
from community.selectors.people import user_by_email
from community.services.activity import activity_record
from community.services.links import address_owner
from community.services.mail import absolute_url, mail_queue
from community.services.organisations import check_role
from community.validation import validate

INVITATION_DAYS = 14
INVITATIONS_PER_HOUR = 30


@transaction.atomic
def membership_invitation_send(
    *, actor: User, organisation: Organisation, email: str, role: str
) -> MembershipInvitation:
    """Mail somebody a link that makes them a member, for 14 days; an earlier one to the same address stops working.

    The answer and the mail are the same whether or not the address has an account.
    Raises: Forbidden; Invalid (email, role); Conflict when a member has this address; TooMany beyond 30 an hour.
    Emits: a mail, in the person's own language where there is an account.
    """
    require(actor, "member_edit", organisation)
    check_role(role)
    limit("membership_invitation", str(actor.pk), times=INVITATIONS_PER_HOUR, seconds=3600)
    known = user_by_email(email)
    if known is not None and organisation.memberships.filter(user=known).exists():
        raise Conflict(
            _("%(name)s belongs to this organisation already.") % {"name": known.display_name},
            "member_already",
        )
    secret = secret_new()
    invitation = MembershipInvitation(
        organisation=organisation,
        email=email.strip().lower(),
        role=role,
        digest=digest(secret),
        language=known.language if known else translation.get_language() or "en",
        invited_by=actor,
        expires_at=clock.now() + datetime.timedelta(days=INVITATION_DAYS),
    )
    validate(invitation)
    organisation.invitations.filter(email=invitation.email, accepted_at__isnull=True).delete()
    invitation.save(force_insert=True)
    _record(actor, "organisation.member_invited", invitation)
    if known is None or known.is_active:
        _mail(actor, invitation, secret)
    return invitation


def _mail(actor: User, invitation: MembershipInvitation, secret: str) -> None:
    mail_queue(
        key=f"membership_invitation:{invitation.pk}",
        to=invitation.email,
        template="community/mails/membership_invitation",
        context={
            "actor": actor.display_name,
            "organisation": invitation.organisation.name,
            "link": absolute_url(reverse("account:membership", args=[secret])),
            "days": INVITATION_DAYS,
        },
        language=invitation.language,
    )


@transaction.atomic
def membership_invitation_accept(
    *, secret: str, user: User | AnonymousUser
) -> tuple[Membership, User]:
    """Make whom the invitation was mailed to a member; return the membership and the person, to be signed in.

    Without an account one is made, because the secret proves the mailbox. With one, the person signs in first: a mail
    that lies about for days must not open an account. Accepting twice at once makes one member.
    Raises: Gone (code invitation_accepted, invitation_expired), NotFound (invitation_unknown), Conflict
    (wrong_account); SignInNeeded.
    """
    invitation, state = membership_invitation_state(secret)
    if invitation is None or state is not MembershipInvitationState.OPEN:
        raise _refusal(state)
    person = _person(invitation, user)
    won = MembershipInvitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).update(
        accepted_at=clock.now()
    )
    if not won:
        raise _refusal(MembershipInvitationState.ACCEPTED)
    membership, is_new = Membership.objects.get_or_create(
        organisation=invitation.organisation, user=person, defaults={"role": invitation.role}
    )
    if is_new:
        _record(person, "organisation.member_joined", invitation)
    return membership, person


def _person(invitation: MembershipInvitation, user: User | AnonymousUser) -> User:
    owner = user_by_email(invitation.email)
    if user.is_authenticated:
        if owner != user:
            raise Conflict(
                _(
                    "This invitation is for %(email)s, but you are signed in as %(own)s."
                    " Sign out first, or ask for an invitation to your own address."
                )
                % {"email": invitation.email, "own": user.email},
                "wrong_account",
            )
        return user
    if owner is not None:
        raise SignInNeeded(
            _("There is an account with this address. Sign in, then accept the invitation.")
        )
    return address_owner(email=invitation.email, language=invitation.language)


def _refusal(state: MembershipInvitationState) -> DomainError:
    messages = {
        MembershipInvitationState.ACCEPTED: _("This invitation was accepted already."),
        MembershipInvitationState.EXPIRED: _(
            "This invitation is too old. Ask for a new one: each works for %(days)s days."
        )
        % {"days": INVITATION_DAYS},
        MembershipInvitationState.UNKNOWN: _(
            "This invitation was taken back or replaced by a newer one, or its link is not complete."
        ),
    }
    error = NotFound if state is MembershipInvitationState.UNKNOWN else Gone
    return error(messages[state], f"invitation_{state.value}")


def _record(actor: User, verb: str, invitation: MembershipInvitation) -> None:
    activity_record(
        actor=actor,
        verb=verb,
        target_type="organisation",
        target_id=invitation.organisation_id,
        target_label=invitation.organisation.name,
        details={"role": invitation.role},
    )
