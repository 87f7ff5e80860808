"""Choosing when to be told: by group of kinds, by process, and switching mails off from within a mail."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid
from community.models import (
    Group,
    NotificationPreference,
    Pace,
    ProcessNotificationPreference,
    ProcessPace,
    User,
)
from community.selectors.notification_settings import paces_of, preferences_of
from community.unsubscribing import Scope


@transaction.atomic
def preferences_set(*, actor: User, groups: dict[str, str]) -> None:
    """Set the pace of mails of the actor's own, per group; groups that are not named stay as they are.

    What waits for a collected mail goes with the new choice. Raises: Invalid with the groups at fault.
    """
    wrong = {
        group: [_("Choose one of the offered answers.")]
        for group, pace in groups.items()
        if group not in Group.values or pace not in dict(paces_of(group))
    }
    if wrong:
        raise Invalid(_("That cannot be chosen."), fields=wrong)
    for group, pace in groups.items():
        NotificationPreference.objects.update_or_create(
            user=actor, group=group, defaults={"pace": pace}
        )


@transaction.atomic
def process_pace_set(*, actor: User, process_id: uuid.UUID, pace: str) -> None:
    """Set what the actor wants to hear of one process. The caller has checked that they may read it.

    Raises: Invalid (an unknown answer).
    """
    if pace not in ProcessPace.values:
        message = _("Choose one of the offered answers.")
        raise Invalid(message, fields={"pace": [message]})
    rows = ProcessNotificationPreference.objects
    if pace == ProcessPace.USUAL:
        rows.filter(user=actor, process_id=process_id).delete()
        return
    rows.update_or_create(user=actor, process_id=process_id, defaults={"pace": pace})


@transaction.atomic
def unsubscribe(*, scope: Scope) -> None:
    """Switch off the mails that a mail's own link stands for; once more changes nothing.

    Whoever holds the link may: it was mailed to the person and is signed. What is told inside the program stays.
    """
    user = User.objects.select_for_update().filter(pk=scope.user_id, is_active=True).first()
    if user is None:
        return
    if scope.process_id:
        # "Nothing but what is asked of me" would mail more than "only here": it is mails that are unwanted.
        process_pace_set(actor=user, process_id=scope.process_id, pace=ProcessPace.HERE)
    elif scope.group:
        preferences_set(actor=user, groups={scope.group: Pace.HERE})
    else:
        chosen = preferences_of(user)
        same = [group for group in Group.values if chosen.pace(group) == scope.pace]
        preferences_set(actor=user, groups=dict.fromkeys(same, Pace.HERE))
        if scope.pace == Pace.DAILY:
            ProcessNotificationPreference.objects.filter(user=user, pace=ProcessPace.DAILY).update(
                pace=ProcessPace.HERE
            )


@transaction.atomic
def process_paces_forget(*, actor: User) -> int:
    """Make all processes "as usual" for the actor; return for how many that was a change."""
    return ProcessNotificationPreference.objects.filter(user=actor).delete()[0]
