"""Changing one's own account, and leaving."""

import uuid

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid
from cocreation.kernel.zones import zone_names
from community import personal_data
from community.models import (
    AccessToken,
    Activity,
    CalendarAddress,
    Mail,
    Membership,
    MembershipInvitation,
    Notification,
    NotificationPreference,
    ProcessNotificationPreference,
    SignInLink,
    User,
)
from community.selectors.personal import removal_obstacles
from community.services.activity import activity_record
from community.services.background import works_forget
from community.validation import validate

# Where services write a person's name or address into the details of a line of the activity log.
LOG_KEYS_WITH_NAMES = ("to", "person", "email")


@transaction.atomic
def user_create(
    *, email: str, password: str | None = None, name: str = "", language: str = "", **fields: object
) -> User:
    """Make an account whose address counts as confirmed (demo, operators' commands, tests)."""
    language = language or settings.LANGUAGE_CODE
    user = User.objects.create_user(email, password, name=name, language=language, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def profile_update(
    *,
    actor: User,
    name: str | None = None,
    language: str | None = None,
    about: str | None = None,
    time_zone: str | None = None,
) -> User:
    """Change what is given of the actor's own profile; an empty zone is that of the installation.

    Raises: Invalid with the fields.
    """
    user = User.objects.select_for_update().get(pk=actor.pk)
    changes = {"name": name, "language": language, "about": about, "time_zone": time_zone}
    changed = []
    for field, value in changes.items():
        if value is not None and getattr(user, field) != value.strip():
            setattr(user, field, value.strip())
            changed.append(field)
    if not changed:
        return user
    validate(user, only=changed)
    if user.time_zone and "time_zone" in changed and user.time_zone not in zone_names():
        message = _("This time zone is not known.")
        raise Invalid(message, fields={"time_zone": [message]})
    user.save(update_fields=changed)
    activity_record(
        actor=user,
        verb="user.updated",
        target_type="user",
        target_id=user.pk,
        details={"fields": changed},
    )
    return user


@transaction.atomic
def user_remove(*, actor: User, confirmation: str) -> None:
    """Close the actor's own account and empty it of everything that says who it was.

    What they wrote stays, under "Former member". `confirmation` is their e-mail address, typed once more. All sessions
    and tokens end at once, because the account is inactive.
    Raises: Invalid when the address does not match; Conflict (code obstacles) with what has to be settled first.
    """
    user = User.objects.select_for_update().get(pk=actor.pk)
    if confirmation.strip().lower() != user.email:
        message = _("Type your e-mail address exactly as it is shown.")
        raise Invalid(message, fields={"confirmation": [message]})
    if obstacles := removal_obstacles(user):
        raise Conflict(" ".join(obstacles), "obstacles", details={"obstacles": obstacles})
    for holder in personal_data.holders():
        if holder.forget:
            holder.forget(user)
    _forget_own(user)
    activity_record(actor=user, verb="user.removed", target_type="user", target_id=user.pk)


def _forget_own(user: User) -> None:
    works_forget(user=user)
    for rows in (
        AccessToken.objects.filter(user=user),
        CalendarAddress.objects.filter(user=user),
        SignInLink.objects.filter(email=user.email),
        MembershipInvitation.objects.filter(email=user.email),
        Mail.objects.filter(to__iexact=user.email),
        Notification.objects.filter(user=user),
        NotificationPreference.objects.filter(user=user),
        ProcessNotificationPreference.objects.filter(user=user),
        Membership.objects.filter(user=user),
        EmailAddress.objects.filter(user=user),
    ):
        rows.delete()
    _log_forget({user.display_name, user.email})
    user.email = f"removed-{uuid.uuid4().hex}@removed.invalid"
    user.name = user.about = user.time_zone = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.removed_at = clock.now()
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()


def _log_forget(words: set[str]) -> None:
    """Lines such as "role given to <name>" keep their place in the log, not the name."""
    Activity.objects.all().words_forget(words, LOG_KEYS_WITH_NAMES)
