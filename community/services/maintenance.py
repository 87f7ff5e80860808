"""What keeps the tables of people tidy, run by jobs."""

import datetime

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from cocreation.kernel import clock
from community.models import (
    AccessToken,
    Heartbeat,
    Mail,
    MembershipInvitation,
    Notification,
    SignInLink,
)
from community.models.activity import MailStatus

# Long enough for "this link was used already" to be said instead of "unknown".
LINKS_KEPT_DAYS = 7
INVITATIONS_KEPT_DAYS = 30
TOKENS_KEPT_DAYS = 90
MAILS_KEPT_DAYS = 30
NOTIFICATIONS_KEPT_DAYS = 365


@transaction.atomic
def heartbeat_record(*, name: str = "jobs") -> None:
    """Remember that a job worker is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": clock.now()})


def clean_up() -> dict[str, int]:
    """Delete what has served its time and return how many rows of each kind; the demo keeps its mails."""
    counts = _delete_old()
    call_command("clearsessions")
    return counts


@transaction.atomic
def _delete_old() -> dict[str, int]:
    finished = Mail.objects.filter(
        status__in=(MailStatus.SENT, MailStatus.FAILED), created_at__lt=_ago(MAILS_KEPT_DAYS)
    )
    old = {
        "sign_in_links": SignInLink.objects.filter(expires_at__lt=_ago(LINKS_KEPT_DAYS)),
        "membership_invitations": MembershipInvitation.objects.filter(
            expires_at__lt=_ago(INVITATIONS_KEPT_DAYS)
        ),
        "access_tokens": AccessToken.objects.filter(expires_at__lt=_ago(TOKENS_KEPT_DAYS)),
        "mails": finished.none() if settings.DEMO else finished,
        "notifications": Notification.objects.filter(
            read_at__isnull=False, created_at__lt=_ago(NOTIFICATIONS_KEPT_DAYS)
        ),
    }
    return {name: rows.delete()[0] for name, rows in old.items()}


def _ago(days: int) -> datetime.datetime:
    return clock.now() - datetime.timedelta(days=days)
