"""What every change of a process has in common: the lock, the epoch of rights, edits that respect each other."""

import uuid
from collections.abc import Mapping

from django.db.models import F
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict
from cocreation.kernel.events import publish_on_commit, topic
from community.models import User
from community.services.activity import activity_record
from processes.models import Node, Process


def process_lock(process: Process | uuid.UUID) -> Process:
    """Return the process's row, locked until the transaction ends: changes of its tree and roles come one by one."""
    pk = process.pk if isinstance(process, Process) else process
    return Process.objects.select_for_update().get(pk=pk)


def access_changed(process: Process) -> None:
    """Say that somebody's rights in this process changed.

    Raises the epoch, in the database (open sockets poll it) and on this object (so that no cached access is used on).
    Emits: access.changed.
    """
    Process.objects.filter(pk=process.pk).update(access_epoch=F("access_epoch") + 1)
    process.refresh_from_db(fields=["access_epoch"])
    publish_on_commit(topic("process", process.pk), "access.changed", {"process": process.pk})


def process_changed(process: Process) -> None:
    """Announce that something of the process changed that its pages show. Emits: process.updated."""
    publish_on_commit(topic("process", process.pk), "process.updated", {"process": process.pk})


def node_changed(node: Node, type_: str = "node.updated") -> None:
    """Announce a node. Emits: node.updated or node.created."""
    publish_on_commit(
        topic("process", node.process_id), type_, {"node": node.pk, "kind": node.kind}
    )


def checklist_changed(task: Node) -> None:
    """Announce that a point of a task's checklist changed. Emits: checklist.updated."""
    topic_name = topic("process", task.process_id)
    publish_on_commit(topic_name, "checklist.updated", {"task": task.pk})


def record(
    actor: User | None, verb: str, target: Process | Node, label: str = "", **details: object
) -> None:
    """Write a line of the activity log about a process or a node. `details` are plain values."""
    is_process = isinstance(target, Process)
    activity_record(
        actor=actor,
        verb=verb,
        target_type="process" if is_process else target.kind,
        target_id=target.pk,
        target_label=label or target.title,
        process_id=target.pk if is_process else target.process_id,
        details=details,
    )


def fields_edit(row: Process | Node, changes: Mapping[str, object], revision: int | None) -> dict:
    """Put `changes` on a locked row and return {field: old value} of those that differ.

    `revision` is the one the person saw when they began to edit; None overwrites. Two people may edit different
    fields at once; a field that somebody else changed after `revision` to something else is a conflict.
    Raises: Conflict (code "edited_meanwhile") whose details tell the present values. Saves nothing.
    """
    differing = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if revision is not None:
        newer = [name for name in differing if row.field_revisions.get(name, 1) > revision]
        if newer:
            raise Conflict(
                _(
                    "Somebody else changed this while you were editing. Look at their text, then save again."
                ),
                "edited_meanwhile",
                fields={name: [_("This was changed meanwhile.")] for name in newer},
                details={
                    "current": {name: plain(getattr(row, name)) for name in newer},
                    "revision": row.revision,
                },
            )
    old = {name: getattr(row, name) for name in differing}
    if differing:
        row.revision += 1
        row.field_revisions = row.field_revisions | dict.fromkeys(differing, row.revision)
        for name, value in differing.items():
            setattr(row, name, value)
    return old


def plain(value: object) -> object:
    """Return a value as JSON can hold it."""
    if isinstance(value, (str, int, float, bool, list, dict, type(None))):
        return value
    return str(getattr(value, "pk", value))
