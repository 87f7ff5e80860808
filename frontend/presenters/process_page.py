"""What the pages of one process share: its head, its guide, what I can do now."""

import uuid

from community.models import ProcessPace
from community.selectors.notification_settings import process_pace_of
from documents.selectors.documents import documents_list_for
from frontend.presenters.public_face import share_facts, visitor_step
from frontend.presenters.public_summary import answers_so_far, commentable
from processes.models import JoinRequestStatus, Process, ProcessStatus, Role
from processes.permissions import access_for
from processes.selectors.people import join_request_of, join_requests_waiting, roles_by_rank
from processes.selectors.phases import open_now, proposes_rules, role_group
from processes.selectors.processes import process_tree
from processes.selectors.stories import story_of
from processes.selectors.tree import process_progress, walk
from processes.selectors.tree_parts import tree_parts, waiting_below
from processes.selectors.work import my_work


def process_context(user, process: Process) -> dict:
    """Return what the head of every page of a process shows."""
    access = access_for(user, process)
    notices = process_pace_of(user, process.pk)
    return {
        "area": "processes",
        "notices": notices,
        "notices_label": ProcessPace(notices).label,
        "notices_choices": ProcessPace.choices,
        "process": process,
        "access": access,
        "abilities": access.abilities(),
        "role": access.role_at(),
        "role_label": dict(Role.choices).get(access.role_at(), ""),
        "join_request": join_request_of(user, process),
        "waiting_status": JoinRequestStatus.WAITING,
        "share": share_facts(process),
        # Only a finished process has a story, so that the others ask nothing.
        "story": story_of(user, process) if process.status == ProcessStatus.FINISHED else None,
        "coordinators": [
            row.user or row.team
            for row in roles_by_rank(process)
            if row.role == Role.COORDINATOR and row.node_id is None
        ],
    }


# A plan with more tasks shows what is in a phase when that is opened.
TASKS_AT_ONCE = 150


def guide_context(user, process: Process, *, opened: str = "") -> dict:
    """Return the tree, how far it is, and what is to be done now. `opened`: the id of one more phase to show."""
    tree = process_tree(process, user)
    access = access_for(user, process)
    phases = [part for part in tree if not part.is_disabled]
    current = next((part for part in phases if part.status == "in_progress"), None)
    current = current or next((part for part in phases if part.status == "awaiting"), None)
    is_alone = len(tree) == 1
    open_phases = {
        part.id
        for part in tree
        if is_alone or part is current or part.status == "in_progress" or str(part.id) == opened
    }
    is_large = sum(part.kind == "task" for part in walk(tree)) > TASKS_AT_ONCE
    shown = {current.id} if current else set()
    shown |= {part.id for part in tree if str(part.id) == opened}
    return {
        "process": process,
        "access": access,
        "abilities": access.abilities(),
        "tree": tree,
        "open_phases": shown if is_large else open_phases,
        "closed_phases": {part.id for part in tree} - shown if is_large else set(),
        "phases": phases,
        "current": current,
        "progress": process_progress(tree),
        "open_now": open_now(process, user),
        "proposes_rules": bool(access.decide("phase_rule")) and proposes_rules(process),
        "may_change": any(part.may_edit for part in walk(tree)),
        "my_group": role_group(access.role_at()),
        "now": [item for item in my_work(user) if item.process_id == process.pk],
        "documents": documents_list_for(user, process),
        "join_requests": join_requests_waiting(process)
        if access.decide("join_request_decide")
        else 0,
    }


def visitor_context(user, process: Process, guide: dict) -> dict:
    """Return what the page says more to people without a role: the one thing to do now, how comments were answered.

    Queries: 2, only where there are comments; none for who takes part.
    """
    access = guide["access"]
    if access.role_at() in dict(Role.choices):
        return {}
    joining = access.decide("join_request_create")
    to_comment = commentable(user, process, guide["documents"])
    step = visitor_step(
        process,
        guide["documents"],
        commentable=to_comment,
        can_join=bool(joining) or joining.code == "sign_in",
    )
    return {
        "step": step,
        "commentable": to_comment,
        "answers": answers_so_far(guide["documents"]),
    }


def parts_context(user, process: Process, ids: list[uuid.UUID], missing: set[uuid.UUID]) -> dict:
    """Return what a page needs that shows the guide already, after these nodes changed.

    `missing` are those that the page does not show: they come whole, with what is below them.
    """
    phases, touched = tree_parts(process, user, ids)
    access = access_for(user, process)
    seen = {part.id for part in walk(phases)}
    return {
        "process": process,
        "access": access,
        "abilities": access.abilities(),
        "phases": phases,
        "touched": touched | waiting_below(phases, touched),
        "whole": missing,
        "gone": [pk for pk in ids if pk not in seen],
        "open_phases": missing,
        "closed_phases": set(),
    }
