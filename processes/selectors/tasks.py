"""Reading nodes of the tree: phases, objectives, tasks."""

import uuid

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid
from processes.models import Node, NodeKind, Process
from processes.permissions import access_for, require
from processes.permissions.access import access_remember
from processes.selectors.fetching import fetch


def node_get_for(
    user, node_id: uuid.UUID | str, *, need: str, kind: NodeKind | None = None
) -> Node:
    """Return a node that the person may `need`; with its process and ancestors loaded, access kept on the process.

    `kind` also demands a phase, objective or task. Raises: NotFound, SignInNeeded, Forbidden. Queries: 2 or 3.
    """
    rows = Node.objects.select_related("process__organisation", "parent__parent", "template_node")
    node = fetch(rows.filter(kind=kind) if kind else rows, node_id)
    access = access_for(user, node.process)
    access_remember(access)
    require(access.decide("process_read", node))
    require(access.decide(need, node))
    return node


def task_get_for(user, task_id: uuid.UUID | str, *, need: str) -> Node:
    """Return a task that the person may `need`."""
    return node_get_for(user, task_id, need=need, kind=NodeKind.TASK)


def nodes_of(user, process: Process, ids: list[uuid.UUID]) -> list[Node]:
    """Return nodes of a process that the person can see, by ids out of an input, in its order.

    Raises: Invalid (field `requires`) when one is missing. Queries: 1, and the tree once.
    """
    found = {node.pk: node for node in Node.objects.filter(process=process, pk__in=ids)}
    access = access_for(user, process)
    if any(pk not in found or not access.can_see(pk) for pk in ids):
        message = _("There is no such thing here, or it is not open to you.")
        raise Invalid(message, "requires", fields={"requires": [message]})
    return [found[pk] for pk in dict.fromkeys(ids)]
