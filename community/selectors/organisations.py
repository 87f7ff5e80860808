"""Reading organisations, their members and territories. Organisations are public."""

import enum
import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import NotFound
from community.digests import digest
from community.models import Membership, MembershipInvitation, Organisation, Territory, User
from community.permissions import require


def _with_counts() -> QuerySet[Organisation]:
    active = Count("memberships", filter=Q(memberships__user__is_active=True))
    return Organisation.objects.select_related("territory").annotate(member_count=active)


def organisation_choices() -> list[tuple[uuid.UUID, str]]:
    """Return (id, name) of all organisations by name, for a choice. Queries: one."""
    return list(Organisation.objects.order_by("name", "pk").values_list("pk", "name"))


def organisations_list(
    *, kind: str = "", territory: str = "", search: str = ""
) -> QuerySet[Organisation]:
    """Return organisations by name with `member_count`, of a kind, in a territory (its code), with all the words.

    Queries: one, when evaluated.
    """
    found = _with_counts().order_by("name", "id")
    if kind:
        found = found.filter(kind=kind)
    if territory:
        found = organisations_in(found, territory)
    return organisations_search(found, search)


def organisations_in(found: QuerySet[Organisation], code: str) -> QuerySet[Organisation]:
    """Keep the organisations of the territory with this official code and of those inside it (two levels down)."""
    return found.filter(
        Q(territory__code=code)
        | Q(territory__parent__code=code)
        | Q(territory__parent__parent__code=code)
    )


def organisations_search(found: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Keep the organisations whose name or description has every word of `text` (the first eight)."""
    for word in text.replace("\0", " ").split()[:8]:
        found = found.filter(Q(name__icontains=word) | Q(description__icontains=word))
    return found


def organisation_get(slug: str) -> Organisation:
    """Return an organisation by its slug, with `member_count`. Raises NotFound."""
    return _one(slug=slug)


def organisation_get_for(
    user: User | AnonymousUser, ident: uuid.UUID, *, need: str
) -> Organisation:
    """Return an organisation that `user` may `need` (an ability of permissions.py) with `member_count`.

    Raises: NotFound; Forbidden or SignInNeeded with the reason.
    """
    organisation = _one(pk=ident)
    require(user, need, organisation)
    return organisation


def _one(**which: object) -> Organisation:
    organisation = _with_counts().filter(**which).first()
    if organisation is None:
        raise NotFound(_("There is no such organisation."))
    return organisation


def organisation_members(organisation: Organisation) -> QuerySet[Membership]:
    """Return the memberships of people who are still here, administrators first. Queries: one."""
    return (
        organisation.memberships.filter(user__is_active=True)
        .select_related("user")
        .order_by("role", "user__name", "id")
    )


def membership_get(organisation: Organisation, user_id: uuid.UUID) -> Membership:
    """Return the membership of a person in an organisation. Raises NotFound."""
    membership = (
        organisation.memberships.filter(user_id=user_id)
        .select_related("user", "organisation")
        .first()
    )
    if membership is None:
        raise NotFound(_("This person does not belong to the organisation."))
    return membership


def organisations_of(user: User | AnonymousUser) -> QuerySet[Membership]:
    """Return a person's memberships with their organisations, by name. Queries: one, none for visitors."""
    if not user.is_authenticated:
        return Membership.objects.none()
    return (
        Membership.objects.filter(user=user)
        .select_related("organisation")
        .order_by("organisation__name", "id")
    )


class MembershipInvitationState(enum.Enum):
    """What an invitation to an organisation is good for."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def membership_invitation_state(
    secret: str,
) -> tuple[MembershipInvitation | None, MembershipInvitationState]:
    """Return the invitation of a secret and whether it can be accepted. Reading changes nothing. Queries: one."""
    invitation = (
        MembershipInvitation.objects.filter(digest=digest(secret))
        .select_related("organisation", "invited_by")
        .first()
    )
    if invitation is None:
        return None, MembershipInvitationState.UNKNOWN
    if invitation.accepted_at:
        return invitation, MembershipInvitationState.ACCEPTED
    if invitation.expires_at <= clock.now():
        return invitation, MembershipInvitationState.EXPIRED
    return invitation, MembershipInvitationState.OPEN


def membership_invitations_open(organisation: Organisation) -> QuerySet[MembershipInvitation]:
    """Return whom the organisation still waits for, newest first (for its administrators). Queries: one."""
    return organisation.invitations.filter(
        accepted_at__isnull=True, expires_at__gt=clock.now()
    ).order_by("-created_at")


def territories_list() -> QuerySet[Territory]:
    """Return all territories by name."""
    return Territory.objects.order_by("name", "code")


def territory_get(code: str) -> Territory:
    """Return a territory by its official code. Raises NotFound."""
    territory = Territory.objects.filter(code=code).first()
    if territory is None:
        raise NotFound(_("There is no such territory."))
    return territory
