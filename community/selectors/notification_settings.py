"""Reading when a person wants to be told, and how: by group of kinds and by process."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from community.models import (
    Group,
    NotificationPreference,
    Pace,
    ProcessNotificationPreference,
    ProcessPace,
    User,
)
from community.notification_kinds import places

# What others wait for, and what the person waits for, comes at once; what one may read any time, once a day.
DEFAULTS = {
    Group.ASKED: Pace.NOW,
    Group.ANSWERS: Pace.NOW,
    Group.PLACE: Pace.NOW,
    Group.EVENTS: Pace.DAILY,
    Group.ACCOUNT: Pace.DAILY,
}
# Only what nobody waits for can be switched off wholly.
MAY_BE_NEVER = {Group.EVENTS}


def paces_of(group: str) -> list[tuple[str, str]]:
    """Return the paces a group can have, with their labels."""
    return [
        (value, label)
        for value, label in Pace.choices
        if value != Pace.NEVER or group in MAY_BE_NEVER
    ]


@dataclass(frozen=True)
class Preferences:
    """All a person chose, loaded at once (two queries), so that many notifications can be judged."""

    groups: dict[str, str]
    processes: dict[uuid.UUID, str]

    def pace(self, group: str, process_id: uuid.UUID | None = None) -> str:
        """Return the pace that holds for a kind's group in a process: the process's own choice goes first."""
        usual = self.groups.get(group) or DEFAULTS[Group(group)]
        chosen = self.processes.get(process_id, ProcessPace.USUAL)
        if chosen == ProcessPace.ASKED:
            return usual if group == Group.ASKED else Pace.NEVER
        if chosen == ProcessPace.USUAL or usual == Pace.NEVER:
            return usual
        return Pace(chosen)


def preferences_of(user: User, process_ids: Iterable[uuid.UUID] | None = None) -> Preferences:
    """Return a person's choices, of the processes only these when given. Queries: 2."""
    rows = ProcessNotificationPreference.objects.filter(user=user)
    if process_ids is not None:
        rows = rows.filter(process_id__in=list(process_ids))
    groups = NotificationPreference.objects.filter(user=user).values_list("group", "pace")
    return Preferences(dict(groups), dict(rows.values_list("process_id", "pace")))


def process_pace_of(user: User, process_id: uuid.UUID) -> str:
    """Return what a person wants to hear of one process; "usual" for visitors. Queries: one, none for visitors."""
    if not user.is_authenticated:
        return ProcessPace.USUAL
    row = ProcessNotificationPreference.objects.filter(user=user, process_id=process_id).first()
    return row.pace if row else ProcessPace.USUAL


def process_paces_listed(user: User, wanted: Preferences) -> list[dict]:
    """Return the processes that are not "as usual" and that the person may still see, by title. Queries: one."""
    titles = places(user, wanted.processes)
    rows = [
        {"process_id": ident, "title": titles[ident], "pace": pace}
        for ident, pace in wanted.processes.items()
        if ident in titles
    ]
    return sorted(rows, key=lambda row: row["title"])
