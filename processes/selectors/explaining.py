"""Whose rights one may ask about, and the answer."""

import uuid

from community.models import User
from processes.models import Asset, Node, Process
from processes.permissions import ProcessAccess, access_for, decide, require
from processes.permissions.decisions import OWN_ASSET
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
    asset: Asset | None = None,
) -> tuple[Explanation, User]:
    """Return what a person may do at a place and why, and who it is: oneself; for leaders, any participant.

    `asset` is something that the task `node` holds, `object_id` the thing behind it where that is known alone.
    Raises: NotFound, Forbidden. Queries: at most 6.
    """
    person, access = user, access_for(user, process)
    if person_id and str(person_id) != str(getattr(user, "pk", "")):
        require(decide(user, "role_grant", node or process))
        person = fetch(participants(process), person_id)
        access = ProcessAccess(person, process)
    if asset is None:
        return explain(access, node, object_id=object_id), person
    found = explain(access, node, object_id=asset.object_id or asset.pk)
    found.answers.update({ability: decide(person, ability, asset) for ability in OWN_ASSET})
    return found, person
