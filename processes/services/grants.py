"""django-guardian's grants, derived from the role rows: one per person and place where a role is given.

Called by services/roles.py, services/teams.py and the command rebuild_grants; nobody else writes grants. Lists ask them
(`get_objects_for_user`); decisions about one process read the role rows themselves.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import Permission

from processes.models import (
    NodeUserObjectPermission,
    Process,
    ProcessRole,
    ProcessUserObjectPermission,
    Role,
    TeamMember,
)
from processes.permissions.roles import RoleRow, level_role

Grant = tuple[uuid.UUID, uuid.UUID, str]  # person, object, codename


def grants_sync(process: Process, user_ids: Iterable[uuid.UUID] | None = None) -> tuple[int, int]:
    """Make the grants of a process (of some people, or all) what its role rows say.

    Returns how many were added and removed. Queries: at most 8, whatever the number of people.
    """
    users = None if user_ids is None else set(user_ids)
    wanted_process, wanted_nodes = _grants_wanted(process, users)
    permissions = {
        permission.codename: permission.pk
        for permission in Permission.objects.filter(
            content_type__app_label="processes",
            codename__regex=r"^(process|node)_(coordinator|facilitator|coauthor|commenter|observer)$",
        )
    }
    added = removed = 0
    for model, condition, wanted in [
        (ProcessUserObjectPermission, {"content_object": process}, wanted_process),
        (NodeUserObjectPermission, {"content_object__process": process}, wanted_nodes),
    ]:
        rows = model.objects.filter(**condition)
        if users is not None:
            rows = rows.filter(user_id__in=users)
        present = {
            (user_id, object_id, codename): pk
            for pk, user_id, object_id, codename in rows.values_list(
                "pk", "user_id", "content_object_id", "permission__codename"
            )
        }
        stale = [pk for grant, pk in present.items() if grant not in wanted]
        missing = sorted(wanted - present.keys(), key=str)
        if stale:
            model.objects.filter(pk__in=stale).delete()
        model.objects.bulk_create(
            model(user_id=user_id, content_object_id=object_id, permission_id=permissions[name])
            for user_id, object_id, name in missing
        )
        added += len(missing)
        removed += len(stale)
    return added, removed


def _grants_wanted(process: Process, users: set[uuid.UUID] | None) -> tuple[set[Grant], set[Grant]]:
    """Return the grants on the process and on its nodes that follow from the role rows."""
    places: dict[tuple[uuid.UUID, uuid.UUID | None], list[RoleRow]] = defaultdict(list)
    roles = ProcessRole.objects.filter(process=process)
    members = defaultdict(list)
    for team_id, user_id in TeamMember.objects.filter(team__process=process).values_list(
        "team_id", "user_id"
    ):
        members[team_id].append(user_id)
    for role, node_id, user_id, team_id in roles.values_list(
        "role", "node_id", "user_id", "team_id"
    ):
        row = RoleRow((node_id,) if node_id else (), role, user_id is not None)
        for person in [user_id] if user_id else members[team_id]:
            if users is None or person in users:
                places[person, node_id].append(row)
    on_process: set[Grant] = set()
    on_nodes: set[Grant] = set()
    for (person, node_id), rows in places.items():
        role = level_role(rows)
        if role == Role.NONE:
            continue
        if node_id is None:
            on_process.add((person, process.pk, f"process_{role}"))
        else:
            on_nodes.add((person, node_id, f"node_{role}"))
    return on_process, on_nodes
