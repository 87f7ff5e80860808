"""Reading processes."""

import uuid

from processes.models import Process
from processes.permissions import access_for, require
from processes.permissions.access import access_remember
from processes.selectors.fetching import fetch


def process_get_for(user, process_id: uuid.UUID | str, *, need: str) -> Process:
    """Return a process that the person may `need` (an ability's name).

    The person's access is kept on the object, so asking for abilities afterwards costs no further query.
    Raises: NotFound, SignInNeeded, Forbidden. Queries: 2.
    """
    process = fetch(Process.objects.select_related("organisation", "template"), process_id)
    access = access_for(user, process)
    access_remember(access)
    require(access.decide("process_read"))
    require(access.decide(need))
    return process
