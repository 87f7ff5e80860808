"""Reading nodes of the tree: phases, objectives, tasks."""

import uuid

from processes.models import Node, NodeKind
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
