"""Whose rights one may ask about, and the answer."""

import uuid

from community.models import User
from processes.models import Node, Process
from processes.permissions import ProcessAccess, access_for, decide, require
from processes.permissions.explain import Explanation, explain
from processes.selectors.fetching import fetch
from processes.selectors.people import participants


def explanation_get_for(
    user,
    process: Process,
    *,
    node: Node | None = None,
    person_id: uuid.UUID | str | None = None,
    object_id: uuid.UUID | None = None,
) -> tuple[Explanation, User]:
    """Return what a person may do at a place and why, and who it is: oneself; for leaders, any participant.

    Raises: NotFound, Forbidden. Queries: at most 6.
    """
    if not person_id or str(person_id) == str(getattr(user, "pk", "")):
        return explain(access_for(user, process), node, object_id=object_id), user
    require(decide(user, "role_grant", node or process))
    person = fetch(participants(process), person_id)
    return explain(ProcessAccess(person, process), node, object_id=object_id), person
