"""What the program holds about a person, and whether they can leave."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community import personal_data
from community.models import Activity, CalendarAddress, Membership, User
from community.models.organisations import MembershipRole


def removal_obstacles(user: User) -> list[str]:
    """Return why a person cannot leave just now, as sentences; empty when nothing stands in the way."""
    found = _organisation_obstacles(user)
    for holder in personal_data.holders():
        if holder.obstacles:
            found.extend(holder.obstacles(user))
    return found


def _organisation_obstacles(user: User) -> list[str]:
    """An organisation with members needs somebody who looks after them."""
    kept = Membership.objects.filter(user=user, role=MembershipRole.ADMINISTRATOR)
    reasons = []
    for membership in kept.select_related("organisation"):
        others = membership.organisation.memberships.exclude(user=user).filter(user__is_active=True)
        if others.exists() and not others.filter(role=MembershipRole.ADMINISTRATOR).exists():
            reasons.append(
                _("You are the only administrator of %(organisation)s. Name another one first.")
                % {"organisation": membership.organisation.name}
            )
    return reasons


def personal_data_export(user: User) -> dict:
    """Return everything the program holds about a person, for the download (JSON-able; no secrets, no hashes)."""
    data = {
        "account": _row(
            user, "id", "email", "name", "about", "language", "time_zone", "created_at"
        ),
        "organisations": [
            {"organisation": row.organisation.name, "role": row.role}
            for row in user.memberships.select_related("organisation").order_by("created_at")
        ],
        "tokens": _rows(
            user.access_tokens, "name", "scope", "created_at", "expires_at", "last_used_at"
        ),
        "calendar": _rows(CalendarAddress.objects.filter(user=user), "created_at"),
        "notifications": _rows(user.notifications, "kind", "data", "url", "created_at", "read_at"),
        "notification_preferences": _rows(user.notification_preferences, "group", "pace"),
        "notification_preferences_of_processes": _rows(
            user.process_notification_preferences, "process_id", "pace"
        ),
        "activity": _rows(
            Activity.objects.filter(actor=user), "verb", "target_type", "target_label", "created_at"
        ),
    }
    for holder in personal_data.holders():
        if holder.export:
            data[holder.name] = holder.export(user)
    return data


def _rows(found: QuerySet, *fields: str) -> list[dict]:
    return list(found.values(*fields))


def _row(thing: object, *fields: str) -> dict:
    return {field: getattr(thing, field) for field in fields}
