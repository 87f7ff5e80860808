"""Inviting people by e-mail to a role, also people without an account."""

import datetime
import uuid

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid, SignInNeeded
from community.digests import digest, secret_new
from community.models import User
from community.selectors import user_by_email
from community.services.links import address_owner
from community.services.mail import absolute_url, mail_queue
from community.services.notifications import notify
from processes.models import (
    Invitation,
    InvitationLink,
    Node,
    Process,
    ProcessRole,
    ProcessStatus,
    Role,
    Team,
)
from processes.paths import invitation_path, process_path
from processes.permissions import decide_grant, require, role_of
from processes.permissions.roles import RANK
from processes.selectors.invitations import (
    InvitationState,
    invitation_find,
    invitation_refusal,
    invitation_state,
)
from processes.services.changes import process_changed, process_lock, record
from processes.services.roles import role_write
from processes.services.teams import team_member_write, team_rank_demand
from processes.validation import check, text

DAYS = 14
# A coordinator cannot be made to mail the world: a day's bound per process.
MAX_PER_DAY = 200
# By a list that was looked over: two of the longest.
LIST_PER_DAY = 4000


@transaction.atomic
def invitation_create(
    *,
    actor: User,
    process: Process,
    email: str,
    role: str,
    node: Node | None = None,
    team: Team | None = None,
    message: str = "",
    language: str = "",
    per_day: int = MAX_PER_DAY,
) -> Invitation:
    """Invite the owner of an address to a role in the process or a branch, and with `team` into that team.

    The secret is only in the mail; the invitation works once, for 14 days, for that address. An open invitation of the
    same address to the same place is replaced. `per_day` bounds how many go out for the process.
    Raises: Forbidden (code "rank"), Invalid, Conflict (code "has_role") when they have that role or a higher one.
    Emits: a mail; for people with an account also a notification; process.updated; activity invitation.created.
    """
    process_lock(process)
    require(decide_grant(actor, node or process, role, ability="invitation_create"))
    if role not in RANK:
        raise Invalid(_("Choose a role."), "role", fields={"role": [_("Choose a role.")]})
    for part in (node, team):
        if part is not None and part.process_id != process.pk:
            raise Invalid(_("That belongs to another process."), "other_process")
    address = email.strip().lower()
    user = user_by_email(address)
    if team is not None:
        team_rank_demand(actor, team, taking=False, user=user)
    _demand_new(process, node, user, role)
    _demand_rate(process, per_day)
    invitation = Invitation(
        process=process,
        node=node,
        team=team,
        email=address,
        role=role,
        message=text(message, one_line=False),
        language=(user.language if user else language) or process.language,
        invited_by=actor,
        expires_at=_expiry(),
    )
    secret = secret_new()
    invitation.digest = digest(secret)
    check(invitation)
    now = clock.now()
    Invitation.objects.filter(
        process=process, node=node, email=address, accepted_at=None, revoked_at=None
    ).update(revoked_at=now, updated_at=now)
    invitation.save(force_insert=True)
    _mail(invitation, secret)
    record(actor, "invitation.created", node or process, role=role)
    process_changed(process)
    return invitation


@transaction.atomic
def invitation_resend(*, actor: User, invitation: Invitation) -> Invitation:
    """Mail an open or expired invitation again with a new secret and 14 new days; the old link stops working.

    Raises: Conflict for an accepted or revoked one. Emits: a mail; activity invitation.resent.
    """
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if (state := invitation_state(row)) not in (InvitationState.OPEN, InvitationState.EXPIRED):
        raise invitation_refusal(state)
    _demand_rate(row.process)
    place = row.node or row.process
    require(decide_grant(actor, place, row.role, ability="invitation_create"))
    secret = secret_new()
    row.digest = digest(secret)
    row.expires_at = _expiry()
    row.save(update_fields=["digest", "expires_at", "updated_at"])
    _mail(row, secret)
    record(actor, "invitation.resent", row.node or row.process, role=row.role)
    return row


@transaction.atomic
def invitation_revoke(*, actor: User, invitation: Invitation) -> Invitation:
    """Take an invitation back; its link then says so. Twice is the same as once.

    Raises: Conflict for an accepted one. Emits: process.updated; activity invitation.revoked.
    """
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.accepted_at:
        raise invitation_refusal(InvitationState.ACCEPTED)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at", "updated_at"])
        record(actor, "invitation.revoked", row.node or row.process, role=row.role)
        process_changed(row.process)
    return row


@transaction.atomic
def invitation_accept(*, secret: str, user=None) -> tuple[Invitation, User]:
    """Accept an invitation; return it with the person, whom the door signs in when nobody was.

    Signed in: the account's address must be the invited one. Not signed in: the mail proves the address, so an account
    is made or, when it has no password, used. An account with a password is asked to sign in first, because an
    invitation lives 14 days and gets forwarded, and must not open somebody's account.
    Never lowers a role. Raises: Gone (codes invitation_used, invitation_expired, invitation_revoked), NotFound
    (invitation_unknown), Conflict (wrong_account, process_finished), SignInNeeded (code "sign_in").
    Emits: access.changed, process.updated; a notification to who invited; activity invitation.accepted.
    """
    found = invitation_find(secret)
    if found is None:
        raise invitation_refusal(InvitationState.UNKNOWN)
    return _accept(found, user)


@transaction.atomic
def invitation_accept_own(*, actor: User, invitation: Invitation) -> Invitation:
    """Accept an invitation to one's own address from the list of one's work, without the mail.

    Raises and emits as `invitation_accept`.
    """
    accepted, _person = _accept(invitation, actor)
    return accepted


def _accept(found: Invitation, user) -> tuple[Invitation, User]:
    state = invitation_state(found)
    if state != InvitationState.OPEN:
        raise invitation_refusal(state)
    process = process_lock(found.process_id)
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if (state := invitation_state(invitation)) != InvitationState.OPEN:
        raise invitation_refusal(state)
    if process.status == ProcessStatus.FINISHED:
        raise Conflict(
            _("This process is finished: it can be read, but not changed."), "process_finished"
        )
    person = _person(invitation, user)
    invitation.accepted_at = clock.now()
    invitation.accepted_by = person
    invitation.save(update_fields=["accepted_at", "accepted_by", "updated_at"])
    enter(process, invitation, person)
    record(person, "invitation.accepted", invitation.node or process, role=invitation.role)
    process_changed(process)
    if invitation.invited_by is not None:
        notify(
            user=invitation.invited_by,
            kind="invitation.accepted",
            key=f"invitation_accepted:{invitation.pk}",
            data={"actor": person.display_name, "process": process.title},
            url=process_path(process),
            process_id=process.pk,
            mail=False,
        )
    return invitation, person


def _person(invitation: Invitation, user) -> User:
    """Return who accepts: the signed-in owner of the address, or whoever the mail proves."""
    if user is not None and user.is_authenticated:
        if user.email.lower() != invitation.email.lower():
            raise Conflict(
                _(
                    "This invitation is for %(email)s, but you are signed in as %(own)s."
                    " Sign out first, or ask for an invitation to your own address."
                )
                % {"email": invitation.email, "own": user.email},
                "wrong_account",
            )
        return user
    known = user_by_email(invitation.email)
    if known is not None and (known.has_usable_password() or known.is_staff):
        raise SignInNeeded(
            _("There is an account with this address. Sign in, then accept the invitation.")
        )
    return address_owner(email=invitation.email, language=invitation.language)


def enter(process: Process, invitation: Invitation | InvitationLink, person: User) -> None:
    """Give the role (unless the person has a higher one there by now) and the place in the team.

    For invitations of both kinds, once decided. Needs: a transaction; the process locked.
    """
    if invitation.team is not None:
        team_member_write(process=process, team=invitation.team, user=person)
    present = ProcessRole.objects.filter(process=process, node=invitation.node, user=person).first()
    if present is None or RANK.get(present.role, 0) < RANK[Role(invitation.role)]:
        role_write(
            actor=invitation.invited_by,
            process=process,
            node=invitation.node,
            user=person,
            role=invitation.role,
        )


def _demand_new(process: Process, node: Node | None, user: User | None, role: str) -> None:
    if user is not None and RANK.get(role_of(user, process, node), 0) >= RANK[Role(role)]:
        message = _("This person has this role already, or a higher one.")
        raise Conflict(message, "has_role", fields={"email": [message]})


def _demand_rate(process: Process, per_day: int = MAX_PER_DAY) -> None:
    since = clock.now() - datetime.timedelta(days=1)
    if process.invitations.filter(updated_at__gte=since).count() >= per_day:
        raise Conflict(
            _("Too many invitations were sent today. Please go on tomorrow."), "too_many"
        )


def _expiry() -> datetime.datetime:
    return clock.now() + datetime.timedelta(days=DAYS)


def _mail(invitation: Invitation, secret: str) -> None:
    actor = invitation.invited_by
    path = invitation_path(secret)
    with translation.override(invitation.language):
        role = str(Role(invitation.role).label)
    mail_queue(
        key=f"invitation:{invitation.pk}:{uuid.uuid4()}",
        to=invitation.email,
        template="processes/mails/invitation",
        context={
            "actor": actor.display_name if actor else "",
            "process": invitation.process.title,
            "role": role,
            "message": invitation.message,
            "link": absolute_url(path),
            "days": DAYS,
            "email": invitation.email,
        },
        language=invitation.language,
    )
