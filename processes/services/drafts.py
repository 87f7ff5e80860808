"""Setting a process up step by step, with leaving and coming back; and beginning it, all at once."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid
from community.models import Organisation, User
from interlinkers.models import ProcessTemplate
from processes.models import Process, ProcessDraft, WorkDays
from processes.services.invitations import invitation_create
from processes.services.processes import process_create
from processes.services.teams import team_create
from processes.services.templates import Days

DRAFTS_MAX = 20


@dataclass(frozen=True)
class Group:
    """People to invite together: to one role, and into one team when it has a name."""

    emails: list[str]
    role: str
    team: str = ""
    team_kind: str = ""


@transaction.atomic
def draft_save(
    *, actor: User, draft: ProcessDraft | None, step: int, answers: dict
) -> ProcessDraft:
    """Keep the answers of a step (plain values) with those before, and go on with `step`. None begins a new one.

    Raises: Conflict (code "too_many_drafts") beyond 20 of one person.
    """
    if draft is None:
        if actor.process_drafts.count() >= DRAFTS_MAX:
            raise Conflict(
                _("You are setting up many processes already. Finish or discard one of them."),
                "too_many_drafts",
            )
        draft = ProcessDraft(owner=actor)
    else:
        draft = ProcessDraft.objects.select_for_update().get(pk=draft.pk)
    draft.answers = draft.answers | answers
    draft.step = step
    draft.save()
    return draft


def draft_discard(*, actor: User, draft: ProcessDraft) -> None:
    """Throw a draft of the actor's own away."""
    ProcessDraft.objects.filter(pk=draft.pk, owner=actor).delete()


@transaction.atomic
def draft_begin(
    *,
    actor: User,
    draft: ProcessDraft,
    template: ProcessTemplate | None,
    organisation: Organisation | None,
    starts_on: datetime.date,
    ends_on: datetime.date,
    groups: list[Group],
    phase_days: Mapping[uuid.UUID, Days] | None = None,
) -> Process:
    """Make the process of a draft, with its dates, teams and invitations, or nothing at all; the draft is gone then.

    What forms checked is given anew; the rest is read from the answers. Raises and emits as `process_create`,
    `team_create`, `invitation_create`; Invalid for a last day before the first or today; Conflict (code
    "begun_already") when the button was pressed twice.
    """
    locked = ProcessDraft.objects.select_for_update().filter(pk=draft.pk, owner=actor).first()
    if locked is None:
        raise Conflict(_("This was begun already."), "begun_already")
    if ends_on < max(starts_on, clock.today()):
        message = _("The end cannot be before the start.")
        if ends_on < clock.today():
            message = _("This day has passed.")
        raise Invalid(message, "dates", fields={"ends_on": [message]})
    answers = locked.answers
    process = process_create(
        actor=actor,
        title=answers["title"],
        summary=answers.get("summary", ""),
        language=answers["language"],
        visibility=answers["visibility"],
        governance=answers["governance"],
        work_days=answers.get("work_days") or WorkDays.ALL,
        organisation=organisation,
        template=template,
        starts_on=starts_on,
        ends_on=ends_on,
        phase_days=phase_days,
    )
    for group in groups:
        team = None
        if group.team:
            team = team_create(actor=actor, process=process, name=group.team, kind=group.team_kind)
        for email in group.emails:
            invitation_create(
                actor=actor,
                process=process,
                email=email,
                role=group.role,
                team=team,
                language=answers["language"],
            )
    ProcessDraft.objects.filter(pk=draft.pk).delete()
    return process
