"""What the pages of one process share: its head, its guide, what I can do now."""

from documents.selectors.documents import documents_list_for
from processes.models import JoinRequestStatus, Process, Role
from processes.permissions import access_for
from processes.selectors.people import join_request_of, join_requests_waiting, roles_by_rank
from processes.selectors.processes import process_tree
from processes.selectors.tree import process_progress
from processes.selectors.work import my_work


def process_context(user, process: Process) -> dict:
    """Return what the head of every page of a process shows."""
    access = access_for(user, process)
    return {
        "area": "processes",
        "process": process,
        "access": access,
        "abilities": access.abilities(),
        "role": access.role_at(),
        "role_label": dict(Role.choices).get(access.role_at(), ""),
        "join_request": join_request_of(user, process),
        "waiting_status": JoinRequestStatus.WAITING,
        "coordinators": [
            row.user or row.team
            for row in roles_by_rank(process)
            if row.role == Role.COORDINATOR and row.node_id is None
        ],
    }


def guide_context(user, process: Process) -> dict:
    """Return the tree, how far it is, and what is to be done now."""
    tree = process_tree(process, user)
    access = access_for(user, process)
    phases = [part for part in tree if not part.is_disabled]
    current = next((part for part in phases if part.status == "in_progress"), None)
    current = current or next((part for part in phases if part.status == "awaiting"), None)
    return {
        "process": process,
        "access": access,
        "abilities": access.abilities(),
        "tree": tree,
        "phases": phases,
        "current": current,
        "progress": process_progress(tree),
        "now": [item for item in my_work(user) if item.process_id == process.pk],
        "documents": documents_list_for(user, process),
        "join_requests": join_requests_waiting(process)
        if access.decide("join_request_decide")
        else 0,
    }
