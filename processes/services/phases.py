"""Opening, closing and extending phases, and saying what may be done in them."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid
from cocreation.kernel.jobs import enqueue_on_commit
from community.models import User
from community.services.notifications import notify
from processes import asset_kinds, phase_hooks
from processes.models import Asset, AssetKind, Node, NodeKind, PhaseRule, PhaseState, Process
from processes.paths import process_path
from processes.phase_presets import PRESETS, proposed_preset
from processes.selectors.people import participants
from processes.services.changes import access_changed, node_changed, process_lock, record
from processes.validation import check

LEVELS = ("leaders", "coauthors", "commenters", "visitors")


@transaction.atomic
def phase_rules_set(
    *, actor: User, phase: Node, only: list[Asset] | None = None, **levels: str
) -> PhaseRule:
    """Say how much each may do in a phase: `leaders`, `coauthors`, `commenters`, `visitors` as PhaseLevel.

    `only` are the texts it is about (an empty list: all; None: as before). A phase that gets its first rules is open
    when work in it has begun or it is the first one not finished, else not open yet.
    Raises: Invalid for a level that is none, or things of another phase.
    Emits: node.updated, access.changed; activity phase.rules_set with the levels.
    """
    rule, is_new = _locked(phase)
    for name, level in levels.items():
        setattr(rule, name, level)
    rule.changed_by = actor
    check(rule, exclude=("phase",))
    _save(rule, is_new)
    if only is not None:
        _demand_inside(phase, only)
        rule.only.set(only)
    record(actor, "phase.rules_set", phase, **{name: getattr(rule, name) for name in LEVELS})
    _changed(phase)
    return rule


@transaction.atomic
def phase_rules_propose(*, actor: User, process: Process) -> int:
    """Let the rules hold that the kinds of phases propose, where a phase has none; return in how many phases.

    The first is open then and the later ones wait (see `phase_rules_set`). Emits as `phase_rules_set`.
    """
    process_lock(process)
    phases = Node.objects.filter(
        process=process, kind=NodeKind.PHASE, disabled_at=None, phase_rule=None
    )
    wanted = [(phase, proposed_preset(phase)) for phase in phases.order_by("order", "created_at")]
    chosen = [(phase, PRESETS[name]) for phase, name in wanted if name]
    for phase, levels in chosen:
        phase_rules_set(actor=actor, phase=phase, **levels)
    return len(chosen)


@transaction.atomic
def phase_open(
    *,
    actor: User,
    phase: Node,
    ends_on: datetime.date | None = None,
    carry_on: list[Asset] = (),
    into: Node | None = None,
) -> PhaseRule:
    """Open a phase, or open it again. What its rules let through can be done at once; `ends_on` is its new last day.

    The texts `carry_on` go on in its task `into` (see `text_carry_on` for what the door checks).

    Raises: Conflict (code "phase_open") when it is open, Invalid for a last day that has passed.
    Emits: node.updated, access.changed; activity phase.opened or phase.reopened; everybody who takes part is told.
    """
    rule, is_new = _locked(phase)
    if rule.state == PhaseState.OPEN and not is_new:
        raise Conflict(_("This phase is open already."), "phase_open")
    verb = "phase.reopened" if rule.state == PhaseState.CLOSED else "phase.opened"
    if ends_on is not None:
        _end_set(phase, ends_on)
    rule.state, rule.opened_at, rule.closed_at = PhaseState.OPEN, clock.now(), None
    rule.changed_by = actor
    _save(rule, is_new)
    record(actor, verb, phase, until=str(phase.ends_on or ""))
    if carry_on:
        _carry_on(actor, phase, rule, carry_on, into)
    _changed(phase)
    _tell(actor, phase, rule, "phase.opened")
    return rule


@transaction.atomic
def phase_close(*, actor: User, phase: Node) -> int:
    """Close a phase: nobody writes or comments in its texts any more, and each is frozen as a version named after it.

    Official answers can still be given. Returns how many texts were frozen.
    Raises: Conflict (code "phase_not_open"). Emits as `phase_open`, activity phase.closed.
    """
    rule, is_new = _locked(phase)
    if rule.state != PhaseState.OPEN and not is_new:
        raise Conflict(_("This phase is not open."), "phase_not_open")
    rule.state, rule.closed_at, rule.changed_by = PhaseState.CLOSED, clock.now(), actor
    _save(rule, is_new)
    frozen = phase_hooks.closed(actor, phase)
    record(actor, "phase.closed", phase, frozen=frozen)
    _changed(phase)
    _tell(actor, phase, rule, "phase.closed")
    return frozen


@transaction.atomic
def phase_extend(*, actor: User, phase: Node, ends_on: datetime.date) -> Node:
    """Give an open phase more time. Raises: Conflict (code "phase_not_open"), Invalid for a day that is no later.

    Emits: node.updated; activity phase.extended; everybody who takes part is told.
    """
    rule, is_new = _locked(phase)
    if is_new or rule.state != PhaseState.OPEN:
        raise Conflict(_("This phase is not open."), "phase_not_open")
    before = phase.ends_on
    if before and ends_on <= before:
        message = _("Choose a later day than the present one.")
        raise Invalid(message, "dates", fields={"ends_on": [message]})
    _end_set(phase, ends_on)
    record(actor, "phase.extended", phase, **{"from": str(before or ""), "to": str(ends_on)})
    _changed(phase)
    _tell(actor, phase, rule, "phase.extended")
    return phase


@transaction.atomic
def text_carry_on(*, actor: User, asset: Asset, task: Node) -> Asset:
    """Go on with a text in a task of another phase: the text itself moves, with its comments, history and versions.

    What was frozen stays as a version. The door checks asset_edit on the asset and asset_create on the task.
    Raises: Invalid for what is no text or another process. Emits: asset.updated for both tasks through node.updated,
    access.changed; activity asset.carried_on.
    """
    if asset.kind != AssetKind.DOCUMENT or task.kind != NodeKind.TASK:
        raise Invalid(_("Only texts go on in another task."), "kind")
    if task.process_id != asset.task.process_id:
        raise Invalid(_("That belongs to another process."), "other_process")
    process = process_lock(task.process_id)
    row = Asset.objects.select_for_update().get(pk=asset.pk)
    source = row.task
    if source.pk == task.pk:
        return asset
    row.task = task
    row.save(update_fields=["task", "updated_at"])
    asset_kinds.get(row.kind).move(actor=actor, object_id=row.object_id, task=task)
    record(actor, "asset.carried_on", task, label=row.title, source=source.title)
    node_changed(source)
    node_changed(task)
    access_changed(process)
    asset.task = task
    return asset


def phase_tell(*, phase_id: str, kind: str, actor_name: str, moment: str, until: str) -> None:
    """Tell everybody who takes part that a phase opened, closed or was extended (a job: there may be many).

    `moment` makes each change told once, however often the job runs.
    """
    phase = Node.objects.select_related("process").filter(pk=phase_id).first()
    if phase is None:
        return
    data = {
        "phase": phase.title,
        "process": phase.process.title,
        "actor": actor_name,
        "ends_on": until,
    }
    for person in participants(phase.process):
        notify(
            user=person,
            kind=kind if until or kind != "phase.opened" else "phase.opened_without_end",
            key=f"{kind}:{phase.pk}:{moment}",
            data=data,
            url=process_path(phase.process),
            process_id=phase.process_id,
        )


def _carry_on(
    actor: User, phase: Node, rule: PhaseRule, assets: list[Asset], into: Node | None
) -> None:
    """Go on with texts in a task of the phase that opens; where it is about chosen texts, they are among them."""
    if into is None or into.parent is None or into.parent.parent_id != phase.pk:
        message = _("Choose a task of this phase.")
        raise Invalid(message, "task", fields={"task": [message]})
    is_about_some = rule.only.exists()
    for asset in assets:
        text_carry_on(actor=actor, asset=asset, task=into)
        for other in PhaseRule.objects.filter(only=asset).exclude(pk=rule.pk):
            other.only.remove(asset)
        if is_about_some:
            rule.only.add(asset)


def _locked(phase: Node) -> tuple[PhaseRule, bool]:
    """Return the rules of a phase, the process locked, and whether they are new (not saved): it had none."""
    if phase.kind != NodeKind.PHASE:
        raise Invalid(_("Only phases are opened and closed."), "not_a_phase")
    process_lock(phase.process_id)
    rule = PhaseRule.objects.filter(phase=phase).first()
    if rule is None:
        return PhaseRule(phase=phase, state=_first_state(phase)), True
    return rule, False


def _first_state(phase: Node) -> str:
    """Without rules everybody worked in it: it is open, unless an earlier phase with rules is still to be closed."""
    earlier = PhaseRule.objects.filter(
        phase__process=phase.process_id, phase__order__lt=phase.order, phase__disabled_at=None
    ).exclude(state=PhaseState.CLOSED)
    return PhaseState.PLANNED if earlier.exists() else PhaseState.OPEN


def _save(rule: PhaseRule, is_new: bool) -> None:
    rule.save()
    if is_new:
        process = process_lock(rule.phase.process_id)
        process.phase_rule_count = PhaseRule.objects.filter(phase__process=process).count()
        process.save(update_fields=["phase_rule_count"])
        rule.phase.process.phase_rule_count = process.phase_rule_count


def _end_set(phase: Node, ends_on: datetime.date) -> None:
    if ends_on < clock.today():
        message = _("This day has passed.")
        raise Invalid(message, "dates", fields={"ends_on": [message]})
    row = Node.objects.select_for_update().get(pk=phase.pk)
    row.ends_on = ends_on
    if row.starts_on and row.starts_on > ends_on:
        row.starts_on = clock.today()
    row.revision += 1
    row.field_revisions = row.field_revisions | {"ends_on": row.revision}
    row.save()
    phase.ends_on, phase.revision = row.ends_on, row.revision


def _demand_inside(phase: Node, assets: list[Asset]) -> None:
    for asset in assets:
        top = asset.task
        while top.parent is not None:
            top = top.parent
        if top.pk != phase.pk:
            message = _("Choose texts of this phase.")
            raise Invalid(message, "only", fields={"only": [message]})


def _changed(phase: Node) -> None:
    node_changed(phase)
    access_changed(phase.process)


def _tell(actor: User, phase: Node, rule: PhaseRule, kind: str) -> None:
    enqueue_on_commit(
        "processes.phase_tell",
        phase_id=phase.pk,
        kind=kind,
        actor_name=actor.display_name,
        moment=str(rule.updated_at.timestamp()) if kind != "phase.extended" else str(phase.ends_on),
        until=phase.ends_on.isoformat() if phase.ends_on else "",
    )
