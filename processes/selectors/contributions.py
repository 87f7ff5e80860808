"""Reading what people gave to a process: one's own record, what is published, points where a process gives some."""

import datetime
import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cocreation.kernel.errors import NotFound, SignInNeeded
from community.models import User
from processes import contribution_kinds
from processes.models import (
    Certificate,
    ContributionSettings,
    Process,
    PublishedShares,
    TeamKind,
    TeamMember,
)
from processes.own_contributions import finished_of
from processes.permissions import decide, require, table
from processes.selectors.fetching import fetch

WITHOUT_TEAM = "none"


@dataclass(frozen=True)
class RecordRow:
    """One kind of contribution and how much of it; `label` is translated."""

    name: str
    label: str
    number: int


@dataclass(frozen=True)
class Record:
    """What one person gave to one process, from the first day to the last. `is_counting`: a job has not come round
    to all of it yet. `points` is None where none are given.
    """

    rows: list[RecordRow]
    first_on: datetime.date | None
    last_on: datetime.date | None
    is_counting: bool
    points: int | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell yet."""
        return not any(row.number for row in self.rows)


@dataclass(frozen=True)
class PointsRow:
    """A person's points: the sum of the complexities of their finished tasks."""

    user: User
    points: int
    tasks: int


def record_of(user: User, process: Process) -> Record:
    """Return the person's own record. Nobody else gets it. Raises: SignInNeeded. Queries: constant."""
    if not user.is_authenticated:
        raise SignInNeeded(str(table.SIGN_IN))
    kinds = contribution_kinds.kinds()
    rows = [
        RecordRow(kind.name, str(kind.label), kind.count(process, user.pk).get(user.pk, 0))
        for kind in kinds
    ]
    days = sorted(day for _user, day in contribution_kinds.days(process, user.pk))
    return Record(
        rows=rows,
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        is_counting=any(kind.waits(process) for kind in kinds),
        points=_points(finished_of(process, user.pk).get(user.pk, set()))
        if settings_of(process).has_points
        else None,
    )


def settings_of(process: Process) -> ContributionSettings:
    """Return whether a process gives points, and what for. 1 query."""
    found = ContributionSettings.objects.filter(process=process).first()
    return found or ContributionSettings(process=process)


# --- points ---------------------------------------------------------------------------------------


def points_list(user, process: Process) -> list[PointsRow]:
    """Return the points of everybody who has some, most first, for who takes part in a process that gives points.

    Raises: NotFound where none are given, Forbidden for visitors. Queries: 4.
    """
    require(decide(user, "activity_read", process))
    if not settings_of(process).has_points:
        raise NotFound(_("This process gives no points."))
    found = finished_of(process)
    people = User.objects.filter(pk__in=found, is_active=True)
    rows = [
        PointsRow(person, _points(found[person.pk]), len(found[person.pk])) for person in people
    ]
    ranked = sorted(rows, key=lambda row: (-row.points, row.user.display_name, str(row.user.pk)))
    return [row for row in ranked if row.points]


def _points(tasks: set[tuple[uuid.UUID, int | None]]) -> int:
    return sum(complexity or 0 for _task, complexity in tasks)


# --- shares ---------------------------------------------------------------------------------------


def shares_published(process: Process) -> PublishedShares | None:
    """Return the shares that are to be seen now, if there are any. 1 query."""
    return PublishedShares.objects.filter(process=process, withdrawn_at__isnull=True).first()


def shares_last(process: Process) -> PublishedShares | None:
    """Return the shares that were published last, also when they were withdrawn. 1 query."""
    return PublishedShares.objects.filter(process=process).first()


def groups_of(process: Process) -> dict[uuid.UUID, str]:
    """Return the kind of group of everybody in a team of the process: that of the team they came into first."""
    rows = TeamMember.objects.filter(team__process=process, user__is_active=True)
    found: dict[uuid.UUID, str] = {}
    for user_id, kind in rows.order_by("created_at", "pk").values_list("user_id", "team__kind"):
        found.setdefault(user_id, kind)
    return found


def group_labels() -> dict[str, str]:
    """Return the names of groups as shares tell them."""
    return {
        **{kind.value: str(kind.label) for kind in TeamKind},
        WITHOUT_TEAM: _("People without a team"),
        "others": _("Other groups together"),
    }


def numbers_by_person(process: Process) -> dict[str, dict[uuid.UUID, int]]:
    """Return {kind: {person: number}} of people who are still with us. For services only: nobody is shown this."""
    known = set()
    found = {}
    for kind in contribution_kinds.kinds():
        found[kind.name] = kind.count(process, None)
        known |= found[kind.name].keys()
    active = set(User.objects.filter(pk__in=known, is_active=True).values_list("pk", flat=True))
    return {
        name: {person: number for person, number in numbers.items() if person in active}
        for name, numbers in found.items()
    }


# --- certificates ---------------------------------------------------------------------------------


def certificates_of(user: User, process: Process | None = None):
    """Return the person's own certificates that were not withdrawn, newest first. 1 query."""
    rows = Certificate.objects.filter(user=user, withdrawn_at__isnull=True)
    return rows.filter(process=process) if process is not None else rows


def certificate_get_for(user, certificate_id: uuid.UUID | str) -> Certificate:
    """Return one's own certificate. Raises: SignInNeeded, NotFound, also for anybody else's and withdrawn ones."""
    if not user.is_authenticated:
        raise SignInNeeded(str(table.SIGN_IN))
    return fetch(certificates_of(user), certificate_id)


def certificate_by_code(code: str) -> Certificate:
    """Return the certificate with this code, typed with or without hyphens. Raises: NotFound; also when withdrawn."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    rows = Certificate.objects.filter(withdrawn_at__isnull=True, user__is_active=True)
    found = rows.filter(code=plain).first() if plain else None
    if found is None:
        raise NotFound(
            _(
                "No certificate is valid under this code. Is it typed right? Its owner may have withdrawn it."
            )
        )
    return found
