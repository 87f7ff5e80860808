"""Who may do what with organisations. The one table for REST, pages and the admin; every no has its reason."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from cocreation.kernel.decisions import ALLOWED, Decision, Denied
from cocreation.kernel.errors import Forbidden, SignInNeeded
from community.models import Membership, Organisation, User
from community.models.organisations import MembershipRole, OrganisationKind

Person = User | AnonymousUser


def is_administrator(user: Person, organisation: Organisation) -> bool:
    """Say whether a person looks after the organisation. Queries: one, none for visitors."""
    return (
        user.is_authenticated
        and Membership.objects.filter(
            user=user, organisation=organisation, role=MembershipRole.ADMINISTRATOR
        ).exists()
    )


def can_read_organisation(user: Person, organisation: Organisation | None) -> Decision:
    """Everybody may."""
    return ALLOWED


def can_create_organisation(user: Person, organisation: Organisation | None = None) -> Decision:
    """Everybody who is signed in may (its kind is asked apart, `can_be_public_administration`)."""
    return ALLOWED if user.is_authenticated else _sign_in()


def can_be_public_administration(user: Person) -> Decision:
    """Only operators, and people who already look after a public administration.

    A ministry's name lends weight to a process, so nobody may just claim it.
    """
    if not user.is_authenticated:
        return _sign_in()
    trusted = Membership.objects.filter(
        user=user,
        role=MembershipRole.ADMINISTRATOR,
        organisation__kind=OrganisationKind.PUBLIC_ADMINISTRATION,
    )
    if user.is_staff or trusted.exists():
        return ALLOWED
    return Denied(
        _(
            "A public administration can be added only by the operator of this site or by somebody who already"
            " looks after one. Please write to the operator."
        ),
        code="public_administration",
    )


def can_update_organisation(user: Person, organisation: Organisation) -> Decision:
    """Operators, and the organisation's administrators."""
    return _administrators(
        user,
        organisation,
        _("Only the administrators of this organisation may change it."),
    )


def can_edit_members(user: Person, organisation: Organisation) -> Decision:
    """Operators, and the organisation's administrators."""
    return _administrators(
        user,
        organisation,
        _("Only the administrators of this organisation may change who belongs to it."),
    )


def _administrators(user: Person, organisation: Organisation, reason: str) -> Decision:
    if not user.is_authenticated:
        return _sign_in()
    if user.is_staff or is_administrator(user, organisation):
        return ALLOWED
    return Denied(reason)


def _sign_in() -> Denied:
    return Denied(_("Please sign in first."), code="sign_in")


RULES: dict[str, Callable[[Person, Organisation], Decision]] = {
    "organisation_read": can_read_organisation,
    "organisation_create": can_create_organisation,
    "organisation_update": can_update_organisation,
    "member_edit": can_edit_members,
}


def decide(user: Person, ability: str, organisation: Organisation | None = None) -> Decision:
    """Answer whether `user` has `ability`. Raises KeyError for an ability that is not in the table."""
    return RULES[ability](user, organisation)


def organisation_abilities(user: Person, organisation: Organisation) -> dict[str, bool]:
    """Return everything `user` may do with an organisation. Queries: at most one."""
    keeper = user.is_authenticated and (user.is_staff or is_administrator(user, organisation))
    return {
        "organisation_read": True,
        "organisation_create": user.is_authenticated,
        "organisation_update": keeper,
        "member_edit": keeper,
    }


def require(user: Person, ability: str, organisation: Organisation | None = None) -> None:
    """Raise Forbidden (or SignInNeeded for visitors) with the reason unless `user` has `ability`."""
    demand(decide(user, ability, organisation))


def demand(decision: Decision) -> None:
    """Raise what a refusal stands for."""
    if decision:
        return
    error = SignInNeeded if decision.code == "sign_in" else Forbidden
    raise error(decision.reason, decision.code)
