"""Reading people. Everything callers need can be imported from here; nothing in this package writes."""

from community.selectors.activity import activity_list
from community.selectors.calendars import calendar_secret, user_by_calendar
from community.selectors.mails import mail_get, mails_list
from community.selectors.notifications import (
    notification_get_for,
    notifications_for,
    notifications_unread_count,
)
from community.selectors.organisations import (
    MembershipInvitationState,
    membership_get,
    membership_invitation_state,
    membership_invitations_open,
    organisation_get,
    organisation_get_for,
    organisation_members,
    organisations_list,
    organisations_of,
    territories_list,
    territory_get,
)
from community.selectors.people import (
    SignInLinkState,
    heartbeat_latest,
    sign_in_link_state,
    token_get_for,
    tokens_for,
    user_by_email,
    user_by_token,
)
from community.selectors.personal import personal_data_export, removal_obstacles

__all__ = [
    "MembershipInvitationState",
    "SignInLinkState",
    "activity_list",
    "calendar_secret",
    "heartbeat_latest",
    "mail_get",
    "mails_list",
    "membership_get",
    "membership_invitation_state",
    "membership_invitations_open",
    "notification_get_for",
    "notifications_for",
    "notifications_unread_count",
    "organisation_get",
    "organisation_get_for",
    "organisation_members",
    "organisations_list",
    "organisations_of",
    "personal_data_export",
    "removal_obstacles",
    "sign_in_link_state",
    "territories_list",
    "territory_get",
    "token_get_for",
    "tokens_for",
    "user_by_calendar",
    "user_by_email",
    "user_by_token",
]
