"""Organisations and who belongs to them. Callers fetched the organisation with the ability the change needs."""

import uuid

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict, Invalid
from community.models import Membership, Organisation, Territory, User
from community.models.organisations import MembershipRole, OrganisationKind
from community.permissions import can_be_public_administration, demand, require
from community.selectors.organisations import organisation_members
from community.services.activity import activity_record
from community.services.notifications import notify
from community.transliteration import to_latin
from community.validation import validate

# Addresses of pages beside an organisation's own.
RESERVED_SLUGS = {"new"}
FIELDS = ("name", "kind", "description", "website", "territory")


@transaction.atomic
def organisation_create(
    *,
    actor: User,
    name: str,
    kind: str,
    description: str = "",
    website: str = "",
    territory: Territory | None = None,
) -> Organisation:
    """Make an organisation; the actor becomes its administrator (an operator does not).

    Raises: SignInNeeded; Forbidden (code public_administration) when the actor may not found one; Invalid.
    """
    require(actor, "organisation_create")
    _check_kind(actor, kind)
    organisation = Organisation(
        slug=_slug(name),
        name=name.strip(),
        kind=kind,
        description=description.strip(),
        website=website.strip(),
        territory=territory,
    )
    validate(organisation)
    organisation.save(force_insert=True)
    if not actor.is_staff:
        Membership.objects.create(
            organisation=organisation, user=actor, role=MembershipRole.ADMINISTRATOR
        )
    _record(actor, "organisation.created", organisation)
    return organisation


@transaction.atomic
def organisation_update(
    *, actor: User, organisation: Organisation, **changes: object
) -> Organisation:
    """Change the given fields (name, kind, description, website, territory); the slug stays, links to it keep working.

    Raises: Forbidden; Invalid.
    """
    if unknown := set(changes) - set(FIELDS):
        raise TypeError(f"an organisation has no {', '.join(sorted(unknown))}")
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require(actor, "organisation_update", organisation)
    changed = []
    for field, value in changes.items():
        value = value.strip() if isinstance(value, str) else value
        if getattr(organisation, field) != value:
            setattr(organisation, field, value)
            changed.append(field)
    if not changed:
        return organisation
    if "kind" in changed:
        _check_kind(actor, organisation.kind)
    validate(organisation)
    organisation.save()
    _record(actor, "organisation.updated", organisation, fields=changed)
    return organisation


@transaction.atomic
def member_add(
    *,
    actor: User,
    organisation: Organisation,
    user: User,
    role: str = MembershipRole.MEMBER,
) -> Membership:
    """Make a person a member and tell them.

    Raises: Forbidden; Invalid (unknown role); Conflict when they belong to it already or their account is closed.
    Emits: notification organisation.member_added.
    """
    require(actor, "member_edit", organisation)
    check_role(role)
    if not user.is_active:
        raise Conflict(_("This account is closed."), "inactive")
    membership = Membership(organisation=organisation, user=user, role=role)
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            _("%(name)s belongs to this organisation already.") % {"name": user.display_name},
            "member_already",
        ) from error
    _record(actor, "organisation.member_added", organisation, user=str(user.pk), role=role)
    if user != actor:
        _tell("organisation.member_added", actor, membership)
    return membership


@transaction.atomic
def member_remove(*, actor: User, membership: Membership) -> None:
    """Take a person out of an organisation; everybody may leave by themselves.

    Raises: Forbidden; Conflict (code last_administrator).
    """
    organisation = _lock(membership)
    if membership.user_id != actor.pk:
        require(actor, "member_edit", organisation)
    _keep_an_administrator(membership)
    membership.delete()
    _record(actor, "organisation.member_removed", organisation, user=str(membership.user_id))


@transaction.atomic
def member_role(*, actor: User, membership: Membership, role: str) -> Membership:
    """Make a member an administrator or the other way round.

    Raises: Forbidden; Invalid (unknown role); Conflict (code last_administrator).
    Emits: notification organisation.role_changed.
    """
    organisation = _lock(membership)
    require(actor, "member_edit", organisation)
    check_role(role)
    membership.refresh_from_db()
    if membership.role == role:
        return membership
    if role != MembershipRole.ADMINISTRATOR:
        _keep_an_administrator(membership)
    membership.role = role
    membership.save(update_fields=["role", "updated_at"])
    _record(
        actor, "organisation.role_changed", organisation, user=str(membership.user_id), role=role
    )
    if membership.user_id != actor.pk:
        _tell("organisation.role_changed", actor, membership)
    return membership


def _lock(membership: Membership) -> Organisation:
    """Lock the organisation, so that two administrators cannot step down at once."""
    return Organisation.objects.select_for_update().get(pk=membership.organisation_id)


def _keep_an_administrator(membership: Membership) -> None:
    members = organisation_members(membership.organisation).exclude(pk=membership.pk)
    if membership.role != MembershipRole.ADMINISTRATOR or not members.exists():
        return
    if not members.filter(role=MembershipRole.ADMINISTRATOR).exists():
        raise Conflict(
            _("An organisation with members needs an administrator. Name another one first."),
            "last_administrator",
        )


def check_role(role: str) -> None:
    """Raise Invalid unless `role` is one that members have."""
    if role not in MembershipRole.values:
        message = _("Choose administrator or member.")
        raise Invalid(message, fields={"role": [message]})


def _check_kind(actor: User, kind: str) -> None:
    if kind == OrganisationKind.PUBLIC_ADMINISTRATION:
        demand(can_be_public_administration(actor))


def _slug(name: str) -> str:
    """Return a free slug that can be read aloud, also for names in Cyrillic."""
    base = slugify(to_latin(name))[:70].strip("-") or "organisation"
    slug = base
    while slug in RESERVED_SLUGS or Organisation.objects.filter(slug=slug).exists():
        slug = f"{base}-{uuid.uuid4().hex[:6]}"
    return slug


def _record(actor: User, verb: str, organisation: Organisation, **details: object) -> None:
    activity_record(
        actor=actor,
        verb=verb,
        target_type="organisation",
        target_id=organisation.pk,
        target_label=organisation.name,
        details=details,
    )


def _tell(kind: str, actor: User, membership: Membership) -> None:
    notify(
        user=membership.user,
        kind=kind,
        key=f"{kind}:{membership.pk}:{membership.updated_at.isoformat()}",
        data={
            "actor": actor.display_name,
            "organisation": membership.organisation.name,
            "role": membership.role,
        },
        url=f"/organisations/{membership.organisation.slug}/",
    )
