"""What the lower app asks about processes when it tells people something."""

import uuid
from collections.abc import Iterable

from processes.selectors.processes import processes_visible_to


def titles_readable(user, process_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the titles of those processes that a person may read now. Queries: one, none without ids."""
    ids = list(process_ids)
    if not ids:
        return {}
    found = processes_visible_to(user).filter(pk__in=ids)
    return dict(found.order_by().values_list("pk", "title"))
