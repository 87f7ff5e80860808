"""Changing the days of the plan as a whole: one task with everything that follows from it, or nothing."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import replace

from django.core import signing
from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict, Forbidden, Invalid
from community.models import User
from processes.models import Node, NodeKind, NodeStatus, Process
from processes.permissions import access_for, require
from processes.scheduling import Slot
from processes.selectors.schedule import (
    Days,
    Move,
    Preview,
    Schedule,
    branch_days,
    branch_preview,
    schedule_of,
    shift_preview,
)
from processes.services.changes import fields_edit, node_changed, plain, process_lock, record
from processes.validation import check, check_dates, check_start

SALT = "processes.schedule"


@transaction.atomic
def schedule_shift(
    *,
    actor: User,
    node: Node,
    starts_on: datetime.date | None,
    ends_on: datetime.date | None = None,
    keep_length: bool = False,
    with_followers: bool = True,
    earlier: bool = False,
) -> Preview:
    """Give a part of the plan other days; `with_followers` moves what waits for it as far as it must, with it or not
    at all, `earlier` also to earlier days. A phase or an objective moves with all that is in it and not finished.

    Days are inclusive; with `keep_length` the last one follows from the first (that of a phase always does).
    Raises: Invalid (a day missing, wrong order); Conflict (code "before_prerequisite", details.earliest) when it
    would begin before what must be finished first; Forbidden (code "follower") when anything that would move is not
    the actor's to change: then nothing moves.
    Emits: node.updated and activity <kind>.rescheduled for each moved node. `schedule_restore` undoes it.
    """
    process = process_lock(node.process_id)
    preview = schedule_preview(
        actor=actor,
        process=process,
        node=node,
        starts_on=starts_on,
        ends_on=ends_on,
        keep_length=keep_length,
        earlier=earlier,
    )
    moves = preview.moves(with_followers=with_followers)
    _demand_rights(actor, node.process, [preview.move, *moves])
    for move in moves:
        because = None if move is preview.move else node
        _put(actor, move.node.pk, move.new, because=because)
    node.refresh_from_db(fields=["starts_on", "ends_on", "revision", "field_revisions"])
    return preview


def schedule_preview(
    *,
    actor: User,
    process: Process,
    node: Node,
    starts_on: datetime.date | None,
    ends_on: datetime.date | None = None,
    keep_length: bool = False,
    earlier: bool = False,
) -> Preview:
    """Return what `schedule_shift` would do, and refuse what it would refuse (but for rights). Changes nothing.

    Queries: 2.
    """
    plan = schedule_of(process)
    present = plan.nodes[node.pk]
    try:
        if node.kind != NodeKind.TASK:
            return _branch(actor, plan, present, starts_on, earlier)
        if keep_length and starts_on and (present.starts_on or present.ends_on):
            starts_on, ends_on = _kept(plan, present, starts_on)
        _demand_days(starts_on=starts_on, ends_on=ends_on)
        if starts_on != present.starts_on:
            demand_after(actor, plan, present, starts_on)
        return shift_preview(plan, present, starts_on, ends_on, earlier=earlier)
    except (OverflowError, ValueError):
        message = _("That is too far away.")
        raise Invalid(message, "dates", fields={"starts_on": [message]}) from None


def _kept(plan: Schedule, node: Node, starts_on: datetime.date) -> Days:
    """Return the days of a task that begins on another day, as long as it is."""
    length = plan.slot(node.starts_on or node.ends_on, node.ends_on or node.starts_on).length
    return plan.days(Slot(plan.calendar.number(starts_on), length))


def _branch(actor: User, plan: Schedule, node: Node, starts_on, earlier: bool) -> Preview:
    if not any(branch_days(plan, node)):
        raise Invalid(_("Nothing in it has days yet."), "no_days")
    _demand_days(starts_on=starts_on)
    preview = branch_preview(plan, node, starts_on, earlier=earlier)
    if not preview.moves(with_followers=False) and starts_on != preview.move.old.starts_on:
        raise Invalid(_("All that is in it is finished."), "nothing_moves")
    new = {move.node.pk: plan.slot(*_both(move.new)) for move in preview.inside}
    after = replace(plan, slots={**plan.slots, **new})
    before = plan.too_early()
    for key, limit in after.too_early().items():
        # What was too early and comes later, or waits for what moves along, is no reason to refuse.
        is_new = key in new and (key not in before or new[key].start < plan.slots[key].start)
        if is_new and not set(limit.waits_for) <= new.keys():
            days = _both(next(move.new for move in preview.inside if move.node.pk == key))
            demand_after(actor, after, plan.nodes[key], days[0])
    return preview


def _both(days: Days) -> tuple[datetime.date, datetime.date]:
    return days.starts_on or days.ends_on, days.ends_on or days.starts_on


def _demand_days(**days: datetime.date | None) -> None:
    missing = [name for name, day in days.items() if not day]
    if missing:
        message = _("Give the first and the last day.")
        if len(days) == 1:
            message = _("Give the first day.")
        raise Invalid(message, "dates", fields={key: [message] for key in missing})
    for day in days.values():
        check_start(day)
    if "ends_on" in days:
        check_dates(days["starts_on"], days["ends_on"])


def preview_for(user, process: Process, preview: Preview) -> Preview:
    """Return a preview without the names of what the person may not see."""
    access = access_for(user, process)
    return replace(
        preview,
        followers=[move for move in preview.followers if access.can_see(move.node.pk)],
        inside=[move for move in preview.inside if access.can_see(move.node.pk)],
        coming=[move for move in preview.coming if access.can_see(move.node.pk)],
        ends=[end for end in preview.ends if access.can_see(end.phase.pk)],
    )


def demand_after(actor: User, plan: Schedule, node: Node, starts_on: datetime.date) -> None:
    """Refuse a first day before what must be finished first. Raises: Conflict (code "before_prerequisite").

    What is finished waits for nothing any more.
    """
    if node.status == NodeStatus.FINISHED:
        return
    day, waits_for = plan.earliest(node)
    if day is None or starts_on >= day:
        return
    access = access_for(actor, node.process)
    waits_for = [other for other in waits_for if access.can_see(other.pk)]
    titles = ", ".join(f"«{other.title}»" for other in waits_for) or _("something else")
    message = _(
        "This must wait for %(titles)s. It can begin on %(day)s at the earliest. Choose a later day, or "
        "move what it waits for first."
    ) % {"titles": titles, "day": formats.date_format(day, "DATE_FORMAT")}
    raise Conflict(
        message,
        "before_prerequisite",
        fields={"starts_on": [message]},
        details={"earliest": day.isoformat(), "waits_for": [str(n.pk) for n in waits_for]},
    )


def undo_token(process: Process, moves: Iterable[Move]) -> str:
    """Return what `schedule_restore` needs to undo these moves; signed, so that it undoes only what was done."""
    rows = [[str(move.node.pk), *map(_iso, (*move.old, *move.new))] for move in moves]
    return signing.dumps([str(process.pk), rows], salt=SALT, compress=True)


@transaction.atomic
def schedule_restore(*, actor: User, process: Process, token: str) -> list[Node]:
    """Undo a `schedule_shift`: all of its nodes get back the days they had, or none does.

    Raises: Invalid for a token that is not ours; Conflict (code "edited_meanwhile") when somebody changed one of
    the days since; Forbidden as above. Emits as above.
    """
    try:
        owner, rows = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        owner, rows = "", []
    if owner != str(process.pk):
        raise Invalid(_("This cannot be undone any more."), "undo")
    locked = process_lock(process)
    nodes = {node.pk: node for node in Node.objects.filter(process=locked)}
    moves = []
    for ident, *days in rows:
        node = nodes.get(uuid.UUID(ident))
        old, new = Days(*map(_day, days[:2])), Days(*map(_day, days[2:]))
        if node is None or (node.starts_on, node.ends_on) != new:
            raise Conflict(
                _("Somebody changed these days meanwhile. Nothing was undone."), "edited_meanwhile"
            )
        moves.append(Move(node, new, old))
    _demand_rights(actor, process, moves)
    return [_put(actor, move.node.pk, move.new) for move in moves]


def _demand_rights(actor: User, process: Process, moves: list[Move]) -> None:
    access = access_for(actor, process)
    refused = [move.node for move in moves if not access.decide("node_edit", move.node.pk)]
    if not refused:
        return
    if moves[0].node in refused:
        require(access.decide("node_edit", moves[0].node.pk))
    seen = [f"«{node.title}»" for node in refused if access.can_see(node.pk)]
    if seen:
        message = _("You may not move what follows from it: %(titles)s. Nothing was moved.")
        raise Forbidden(message % {"titles": ", ".join(seen)}, "follower")
    raise Forbidden(_("You may not move what follows from it. Nothing was moved."), "follower")


def _put(actor: User, node_id: uuid.UUID, days: Days, because: Node | None = None) -> Node:
    row = Node.objects.select_for_update().get(pk=node_id)
    old = fields_edit(row, days._asdict(), None)
    if old:
        check(row)
        row.save()
        details = {
            name: {"from": plain(value), "to": plain(getattr(row, name))}
            for name, value in old.items()
        }
        if because is not None:
            details["because_of"] = because.title
        record(actor, f"{row.kind}.rescheduled", row, **details)
        node_changed(row)
    return row


def _iso(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
