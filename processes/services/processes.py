"""Making, changing, finishing and reopening processes."""

import datetime
import re
import uuid
import zoneinfo
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict, Forbidden, Invalid
from community.models import Membership, Organisation, User
from interlinkers.models import ProcessTemplate
from processes.models import Process, ProcessStatus, Role, Visibility, WorkDays
from processes.permissions import decide, require
from processes.services.changes import (
    access_changed,
    fields_edit,
    plain,
    process_changed,
    process_lock,
    record,
)
from processes.services.roles import role_write
from processes.services.templates import Days, template_copy
from processes.validation import check, check_start, text

EDITABLE = (
    "title",
    "summary",
    "description",
    "language",
    "visibility",
    "organisation",
    "time_zone",
    "work_days",
    "governance",
    "twins",
)
LONG_TEXTS = ("description",)


@transaction.atomic
def process_create(
    *,
    actor: User,
    title: str,
    summary: str = "",
    description: str = "",
    language: str,
    visibility: str = Visibility.PRIVATE,
    organisation: Organisation | None = None,
    template: ProcessTemplate | None = None,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    governance: str = "",
    work_days: str = WorkDays.ALL,
    phase_days: Mapping[uuid.UUID, Days] | None = None,
) -> Process:
    """Make a process, empty or from a template; who makes it is its coordinator.

    From a template the tree is copied with the texts in `language` (with the fallback chain); with `starts_on`, tasks
    whose duration is given get dates one after the other; with `ends_on` too, all fit in between, in proportion;
    `phase_days` as in `template_copy`.
    Raises: Forbidden for a closed account, Invalid for bad fields or an organisation the actor does not belong to.
    Emits: activity process.created.
    """
    if not (actor.is_authenticated and actor.is_active):
        raise Forbidden(_("Sign in to do this."), "sign_in")
    _demand_member(actor, organisation)
    check_start(starts_on)
    process = Process(
        title=text(title),
        summary=text(summary),
        description=text(description, one_line=False),
        language=language,
        visibility=visibility,
        organisation=organisation,
        template=template,
        governance=governance,
        work_days=work_days,
        created_by=actor,
    )
    check(process)
    process.save(force_insert=True)
    role_write(actor=actor, process=process, user=actor, role=Role.COORDINATOR)
    if template is not None:
        template_copy(
            process=process,
            template=template,
            starts_on=starts_on,
            ends_on=ends_on,
            phase_days=phase_days,
        )
    record(actor, "process.created", process, template=str(template.pk) if template else None)
    return process


@transaction.atomic
def process_update(
    *, actor: User, process: Process, revision: int | None = None, **changes: object
) -> Process:
    """Change texts, language, openness, organisation, time zone or twins of a process.

    `revision` as in `tree.node_update`. Openness needs its own ability (coordinators only).
    Raises: Forbidden, Invalid, Conflict (code "edited_meanwhile").
    Emits: process.updated, access.changed with another openness; activity process.updated.
    """
    unknown = changes.keys() - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    for name in ("title", "summary", "description"):
        if name in changes:
            changes[name] = text(str(changes[name]), one_line=name not in LONG_TEXTS)
    row = process_lock(process)
    if changes.get("organisation", row.organisation) != row.organisation:
        _demand_member(actor, changes["organisation"])
    old = fields_edit(row, changes, revision)
    if "visibility" in old:
        require(decide(actor, "process_visibility_set", process))
    if old:
        _demand_zone(row)
        _demand_twins(row)
        check(row)
        row.save()
        details = {
            name: {"from": plain(value), "to": plain(getattr(row, name))}
            for name, value in old.items()
            if name not in (*LONG_TEXTS, "twins")
        }
        record(actor, "process.updated", row, fields=sorted(old), **details)
        process_changed(row)
    if "visibility" in old:
        access_changed(row)
    for name in [*old, "revision", "field_revisions", "updated_at", "access_epoch"]:
        setattr(process, name, getattr(row, name))
    return process


@transaction.atomic
def process_finish(*, actor: User, process: Process) -> Process:
    """Finish a process: from then on it can only be read. Raises: Conflict when it is finished already.

    Emits: process.updated, access.changed; activity process.finished.
    """
    return _status_set(actor, process, ProcessStatus.FINISHED, "process.finished")


@transaction.atomic
def process_reopen(*, actor: User, process: Process) -> Process:
    """Open a finished process again (same ability as finishing). Raises: Conflict when it is open.

    Emits: process.updated, access.changed; activity process.reopened.
    """
    return _status_set(actor, process, ProcessStatus.IN_PROGRESS, "process.reopened")


def _status_set(actor: User, process: Process, status: str, verb: str) -> Process:
    row = process_lock(process)
    if row.status == status:
        message = (
            _("This process is finished already.")
            if status == ProcessStatus.FINISHED
            else _("This process is open already.")
        )
        raise Conflict(message, "status")
    row.status = status
    row.save(update_fields=["status", "updated_at"])
    record(actor, verb, row)
    process_changed(row)
    access_changed(row)
    process.status, process.access_epoch = row.status, row.access_epoch
    return process


def _demand_member(actor: User, organisation: Organisation | None) -> None:
    """Nobody makes a process in the name of an organisation that they do not belong to."""
    if organisation is None or actor.is_superuser:
        return
    if not Membership.objects.filter(user=actor, organisation=organisation).exists():
        message = _("Choose an organisation that you belong to.")
        raise Invalid(message, "organisation", fields={"organisation": [message]})


def _demand_zone(process: Process) -> None:
    try:
        zoneinfo.ZoneInfo(process.time_zone)
    except (KeyError, ValueError, OSError):
        message = _("There is no such time zone.")
        raise Invalid(message, "time_zone", fields={"time_zone": [message]}) from None


def _demand_twins(process: Process) -> None:
    """Twins are {language: {"title": …, "summary": …}} in languages of the interface."""
    twins = process.twins
    languages = dict(settings.LANGUAGES)
    is_good = isinstance(twins, dict) and all(
        language in languages
        and isinstance(texts, dict)
        and texts.keys() <= {"title", "summary"}
        and all(_is_words(value) for value in texts.values())
        for language, texts in twins.items()
    )
    if not is_good:
        message = _("Give a title and a summary for each language.")
        raise Invalid(message, "twins", fields={"twins": [message]})


def _is_words(value: object) -> bool:
    """Tell whether a value is a text of at most 400 characters that PostgreSQL keeps: no NUL, no halves of pairs."""
    return (
        isinstance(value, str) and len(value) <= 400 and not re.search("[\0\ud800-\udfff]", value)
    )
