"""Which tasks a person could put something into: for "Use in a task" in the catalogue."""

from processes.models import Node, NodeKind, ProcessStatus
from processes.permissions import access_for
from processes.selectors.processes import processes_visible_to

# People choose among the processes they work in now; each costs two queries.
MAX_PROCESSES = 10


def tasks_to_equip(user) -> list[Node]:
    """Return the open tasks that a person may add assets to, in the order of their processes and trees.

    Looks at their 10 newest running processes. Empty for visitors. Queries: 3 per process.
    """
    if not user.is_authenticated:
        return []
    mine = processes_visible_to(user, mine=True, status=ProcessStatus.IN_PROGRESS)
    found = []
    for process in mine[:MAX_PROCESSES]:
        access = access_for(user, process)
        nodes = list(process.nodes.select_related("parent__parent", "process"))
        access.use_tree(nodes)
        tasks = [node for node in nodes if node.kind == NodeKind.TASK and node.status != "finished"]
        tasks.sort(key=lambda node: (node.parent.parent.order, node.parent.order, node.order))
        found += [node for node in tasks if access.decide("asset_create", node.pk)]
    return found
