"""Inviting by a link that anybody may use who has it, up to a number of people and a day."""

import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid, SignInNeeded
from community.digests import digest, secret_new
from community.models import User
from processes.models import (
    InvitationLink,
    InvitationLinkUse,
    Node,
    Process,
    ProcessStatus,
    Team,
)
from processes.permissions import decide_grant, require
from processes.permissions.roles import BY_LINK
from processes.selectors.links import (
    LinkState,
    has_used,
    link_find,
    link_refusal,
    link_state,
    takes_part,
)
from processes.services.changes import process_changed, process_lock, record
from processes.services.invitations import enter
from processes.services.teams import team_rank_demand
from processes.validation import check, text

DAYS_MAX = 365
USES_MAX = 5000


@transaction.atomic
def link_create(
    *,
    actor: User,
    process: Process,
    role: str,
    node: Node | None = None,
    team: Team | None = None,
    label: str = "",
    days: int = 14,
    max_uses: int = 50,
) -> tuple[InvitationLink, str]:
    """Make a link that gives a role for `days` to at most `max_uses` people; return it with its secret, shown once.

    Needs: ability invitation_create at the place. Raises: Forbidden (code "rank"), Invalid for coordinators by link,
    a team of another process, or numbers out of bounds. Emits: process.updated; activity link.created.
    """
    _demand_sensible(process, role, node, team, days, max_uses)
    require(decide_grant(actor, node or process, role, ability="invitation_create"))
    if team is not None:
        team_rank_demand(actor, team, taking=False)
    secret = secret_new()
    link = InvitationLink(
        process=process,
        node=node,
        team=team,
        role=role,
        label=text(label),
        digest=digest(secret),
        expires_at=clock.now() + datetime.timedelta(days=days),
        max_uses=max_uses,
        invited_by=actor,
    )
    check(link)
    link.save(force_insert=True)
    record(actor, "link.created", node or process, label=link.label, role=role, max_uses=max_uses)
    process_changed(process)
    return link, secret


@transaction.atomic
def link_revoke(*, actor: User, link: InvitationLink) -> InvitationLink:
    """Take a link back: nobody more comes in by it; who did stays. Twice is the same as once.

    Emits: process.updated; activity link.revoked.
    """
    row = InvitationLink.objects.select_for_update().get(pk=link.pk)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at", "updated_at"])
        record(actor, "link.revoked", row.node or row.process, label=row.label, role=row.role)
        process_changed(row.process)
    return row


@transaction.atomic
def link_accept(*, secret: str, user) -> InvitationLink:
    """Come in by a link. A second time is no error and counts once; a higher role is not lowered.

    Raises: SignInNeeded, Gone and NotFound (codes of `link_refusal`), Conflict (process_finished, link_used_before).
    Emits: access.changed, process.updated; activity link.accepted.
    """
    found = link_find(secret)
    if found is None:
        raise link_refusal(LinkState.UNKNOWN)
    if not user.is_authenticated:
        raise SignInNeeded(_("Sign in, then come in by the link."))
    process = process_lock(found.process_id)
    link = InvitationLink.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if has_used(link, user):
        if not takes_part(link, user):
            raise Conflict(
                _(
                    "You came in by this link before and have left, or were taken out. Ask a coordinator."
                ),
                "link_used_before",
            )
        return link
    if (state := link_state(link)) != LinkState.OPEN:
        raise link_refusal(state)
    if process.status == ProcessStatus.FINISHED:
        raise Conflict(
            _("This process is finished: it can be read, but not changed."), "process_finished"
        )
    InvitationLinkUse.objects.create(link=link, user=user)
    InvitationLink.objects.filter(pk=link.pk).update(use_count=F("use_count") + 1)
    enter(process, link, user)
    record(user, "link.accepted", link.node or process, label=link.label, role=link.role)
    process_changed(process)
    return link


def _demand_sensible(
    process: Process, role: str, node: Node | None, team: Team | None, days: int, max_uses: int
) -> None:
    if role not in BY_LINK:
        message = _("A link can make facilitators, co-authors, commenters and observers.")
        raise Invalid(message, "role", fields={"role": [message]})
    if (node and node.process_id != process.pk) or (team and team.process_id != process.pk):
        raise Invalid(_("That belongs to another process."), "other_process")
    if not 1 <= days <= DAYS_MAX:
        message = _("Choose between 1 and %(most)d days.") % {"most": DAYS_MAX}
        raise Invalid(message, "days", fields={"days": [message]})
    if not 1 <= max_uses <= USES_MAX:
        message = _("Choose between 1 and %(most)d people.") % {"most": USES_MAX}
        raise Invalid(message, "max_uses", fields={"max_uses": [message]})
