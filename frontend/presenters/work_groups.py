"""What is asked of a person, in groups by when it is due."""

import datetime
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from processes.work_kinds import WorkItem

# What other people wait for, whatever the date, comes before what is due next week.
PEOPLE_WAIT = ("invitation", "mention", "answers", "join_requests")
TITLES = {
    "late": _("Late"),
    "week": _("This week"),
    "people": _("Others wait for you"),
    "later": _("Later"),
    "undated": _("Without a date"),
}


@dataclass
class WorkGroup:
    """One heading and what stands under it."""

    name: str
    title: str
    items: list[WorkItem] = field(default_factory=list)


def work_groups(items: list[WorkItem]) -> list[WorkGroup]:
    """Return the groups that hold something, the most urgent first; within a group the order stays."""
    today = clock.today()
    sunday = today + datetime.timedelta(days=6 - today.weekday())
    groups = {name: WorkGroup(name, str(title)) for name, title in TITLES.items()}
    for item in items:
        groups[_place(item, today, sunday)].items.append(item)
    return [group for group in groups.values() if group.items]


def _place(item: WorkItem, today: datetime.date, sunday: datetime.date) -> str:
    if item.kind in PEOPLE_WAIT:
        return "people"
    if item.due_on is None:
        return "undated"
    if item.due_on < today:
        return "late"
    return "week" if item.due_on <= sunday else "later"
