"""Publishing shares of groups, turning points on and off, certificates that people take along."""

import datetime
import secrets

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid
from cocreation.kernel.limits import limit_hit
from community.models import User
from processes import contribution_kinds
from processes.models import (
    Certificate,
    ContributionSettings,
    Node,
    NodeKind,
    Process,
    PublishedShares,
)
from processes.selectors.contributions import (
    groups_of,
    numbers_by_person,
    record_of,
    shares_last,
    shares_published,
)
from processes.services.changes import node_changed, process_changed, process_lock, record
from processes.shares import shares_of
from processes.validation import check, text

# Two publications soon after each other would tell what few people did in between (docs/adr/0013).
DAYS_BETWEEN = 7
CERTIFICATES_PER_HOUR = 20
# No letters and digits that look alike; 16 of 31 are 79 bits: nobody finds one by trying.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 16
COMPLEXITY_MAX = 5


@transaction.atomic
def shares_publish(*, actor: User, process: Process) -> PublishedShares:
    """Publish the shares of groups as they are now; what was published before goes out of sight.

    Raises: Conflict (codes "published_lately", within a week of the last time; "nothing_to_tell" when no cell has five
    people). Emits: process.updated; activity contribution.published.
    """
    row = process_lock(process)
    last = shares_last(row)
    _demand_a_week_since(last)
    figures = shares_now(row)
    if not figures["kinds"]:
        raise Conflict(
            _(
                "No group has five people with a contribution yet, so nothing can be told without naming anybody."
            ),
            "nothing_to_tell",
        )
    PublishedShares.objects.filter(process=row, withdrawn_at__isnull=True).update(
        withdrawn_at=clock.now()
    )
    shares = PublishedShares.objects.create(process=row, figures=figures, published_by=actor)
    record(actor, "contribution.published", row)
    process_changed(row)
    return shares


def shares_now(process: Process) -> dict:
    """Return the figures that would be published now. For publishing only: seen often, they would tell too much."""
    numbers, groups = numbers_by_person(process), groups_of(process)
    kinds = [
        {"name": kind.name, "cells": shares_of(numbers[kind.name], groups)}
        for kind in contribution_kinds.kinds()
    ]
    return {"kinds": [kind for kind in kinds if kind["cells"]]}


def _demand_a_week_since(last: PublishedShares | None) -> None:
    if last is None:
        return
    again_at = last.published_at + datetime.timedelta(days=DAYS_BETWEEN)
    if again_at > clock.now():
        raise Conflict(
            _(
                "Shares were published less than a week ago. More often, they would tell what single people did."
            ),
            "published_lately",
            details={"again_at": again_at.isoformat()},
        )


@transaction.atomic
def shares_withdraw(*, actor: User, process: Process) -> None:
    """Take the published shares out of sight. Raises: Conflict (code "not_published").

    Emits: process.updated; activity contribution.withdrawn.
    """
    row = process_lock(process)
    shares = shares_published(row)
    if shares is None:
        raise Conflict(_("No shares are published."), "not_published")
    shares.withdrawn_at = clock.now()
    shares.save(update_fields=["withdrawn_at"])
    record(actor, "contribution.withdrawn", row)
    process_changed(row)


@transaction.atomic
def points_set(
    *, actor: User, process: Process, has_points: bool, points_reason: str = ""
) -> ContributionSettings:
    """Turn points for finished tasks on, saying what they are for, or off. Nothing changes what was counted.

    Raises: Invalid without a reason. Emits: process.updated; activity points.turned_on,
    points.turned_off or points.reason_changed.
    """
    row = process_lock(process)
    reason = text(points_reason, one_line=False)
    if has_points and not reason:
        message = _("Say what the points are for: people want to know before they see a list.")
        raise Invalid(message, "reason", fields={"points_reason": [message]})
    settings = ContributionSettings(process=row, has_points=has_points, points_reason=reason)
    check(settings, exclude=("process",))
    known = ContributionSettings.objects.filter(process=row).first()
    settings, _is_new = ContributionSettings.objects.update_or_create(
        process=row, defaults={"has_points": has_points, "points_reason": reason}
    )
    if bool(known and known.has_points) != has_points:
        record(actor, "points.turned_on" if has_points else "points.turned_off", row)
        process_changed(row)
    elif known and known.points_reason != reason:
        record(actor, "points.reason_changed", row)
        process_changed(row)
    return settings


@transaction.atomic
def complexity_set(*, actor: User, task: Node, complexity: int | None) -> Node:
    """Say how much work a task is, from 1 to 5, or that it gives no points (None).

    Raises: Invalid. Emits: node.updated; activity task.complexity_set.
    """
    row = Node.objects.select_for_update().get(pk=task.pk, kind=NodeKind.TASK)
    if complexity is not None and not 1 <= complexity <= COMPLEXITY_MAX:
        message = _("Choose a number from 1 to 5.")
        raise Invalid(message, "complexity", fields={"complexity": [message]})
    if row.complexity != complexity:
        row.complexity = complexity
        row.save(update_fields=["complexity", "updated_at"])
        record(actor, "task.complexity_set", row, complexity=complexity)
        node_changed(row)
    return row


# --- certificates ---------------------------------------------------------------------------------


@transaction.atomic
def certificate_create(*, actor: User, process: Process, language: str = "") -> Certificate:
    """Make a certificate of the actor's own record as it is now, in their language.

    Raises: SignInNeeded, Conflict (code "nothing_yet") for an empty record, TooMany.
    """
    own = record_of(actor, process)
    if own.is_empty:
        raise Conflict(
            _("There is nothing to certify yet: nothing of yours was counted in this process."),
            "nothing_yet",
        )
    limit_hit(f"certificate:{actor.pk}", limit=CERTIFICATES_PER_HOUR, seconds=3600)
    language = language or actor.language
    with translation.override(language):
        own = record_of(actor, process)
    certificate = Certificate(
        user=actor,
        process=process,
        code=_code_new(),
        language=language,
        content={
            "person": actor.display_name,
            "process": process.title,
            "organisation": process.organisation.name if process.organisation else "",
            "first_on": own.first_on.isoformat() if own.first_on else "",
            "last_on": own.last_on.isoformat() if own.last_on else "",
            "rows": [
                {"name": row.name, "label": row.label, "number": row.number}
                for row in own.rows
                if row.number
            ],
        },
    )
    check(certificate)
    certificate.save(force_insert=True)
    return certificate


def _code_new() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _number in range(CODE_LENGTH))


@transaction.atomic
def certificate_withdraw(*, actor: User, certificate: Certificate) -> None:
    """Make the actor's own certificate invalid: its code shows nothing any more. What was downloaded stays theirs."""
    Certificate.objects.filter(pk=certificate.pk, user=actor, withdrawn_at__isnull=True).update(
        withdrawn_at=clock.now()
    )
