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
from processes.selectors.schedule import Days, Move, Preview, Schedule, schedule_of, shift_preview
from processes.services.changes import fields_edit, node_changed, plain, process_lock, record
from processes.validation import check, check_dates, check_start

SALT = "processes.schedule"


@transaction.atomic
def schedule_shift(
    *,
    actor: User,
    node: Node,
    starts_on: datetime.date | None,
    ends_on: datetime.date | None,
    with_followers: bool = True,
) -> Preview:
    """Give a task other days; `with_followers` moves what waits for it as far as it must, with it or not at all.

    Days are inclusive. Raises: Invalid (not a task, a day missing, wrong order); Conflict (code "before_prerequisite",
    details.earliest) when it would begin before what must be finished first; Forbidden (code "follower") when
    anything that would move is not the actor's to change: then nothing moves.
    Emits: node.updated and activity task.rescheduled for each moved node. `schedule_restore` undoes it.
    """
    process = process_lock(node.process_id)
    preview = schedule_preview(
        actor=actor, process=process, node=node, starts_on=starts_on, ends_on=ends_on
    )
    moves = [preview.move, *(preview.followers if with_followers else [])]
    _demand_rights(actor, node.process, moves)
    for move in moves:
        _put(actor, move.node.pk, move.new, because=None if move is preview.move else node)
    node.refresh_from_db(fields=["starts_on", "ends_on", "revision", "field_revisions"])
    return preview


def schedule_preview(
    *,
    actor: User,
    process: Process,
    node: Node,
    starts_on: datetime.date | None,
    ends_on: datetime.date | None,
) -> Preview:
    """Return what `schedule_shift` would do, and refuse what it would refuse (but for rights). Changes nothing.

    Queries: 2.
    """
    if node.kind != NodeKind.TASK:
        raise Invalid(_("Only tasks can be moved on the time line."), "not_a_task")
    missing = [name for name, day in (("starts_on", starts_on), ("ends_on", ends_on)) if not day]
    if missing:
        message = _("Give the first and the last day.")
        raise Invalid(message, "dates", fields={key: [message] for key in missing})
    check_dates(starts_on, ends_on)
    for day in (starts_on, ends_on):
        check_start(day)
    plan = schedule_of(process)
    present = plan.nodes[node.pk]
    if starts_on != present.starts_on:
        demand_after(actor, plan, present, starts_on)
    try:
        return shift_preview(plan, present, starts_on, ends_on)
    except (OverflowError, ValueError):
        message = _("That is too far away.")
        raise Invalid(message, "dates", fields={"starts_on": [message]}) from None


def preview_for(user, process: Process, preview: Preview) -> Preview:
    """Return a preview without the names of what the person may not see."""
    access = access_for(user, process)
    return replace(
        preview,
        followers=[move for move in preview.followers if access.can_see(move.node.pk)],
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
