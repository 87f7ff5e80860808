"""The tables of people. Import models from here."""

from community.models.access import AccessToken, SignInLink
from community.models.activity import Activity, Heartbeat, Mail
from community.models.background import BackgroundState, BackgroundWork
from community.models.calendars import CalendarAddress
from community.models.notifications import (
    Group,
    Notification,
    NotificationPreference,
    Pace,
    ProcessNotificationPreference,
    ProcessPace,
)
from community.models.organisations import (
    Membership,
    MembershipInvitation,
    Organisation,
    Territory,
)
from community.models.users import User

__all__ = [
    "AccessToken",
    "Activity",
    "BackgroundState",
    "BackgroundWork",
    "CalendarAddress",
    "Group",
    "Heartbeat",
    "Mail",
    "Membership",
    "MembershipInvitation",
    "Notification",
    "NotificationPreference",
    "Organisation",
    "Pace",
    "ProcessNotificationPreference",
    "ProcessPace",
    "SignInLink",
    "Territory",
    "User",
]
