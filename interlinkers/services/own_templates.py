"""Templates that people make out of their processes: drafts of theirs until an operator publishes them."""

import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction

from community.models import Organisation, User
from community.services.activity import activity_record
from interlinkers.entries import TemplateEntry, content_hash
from interlinkers.models import ProcessTemplate, TemplateNode, TemplatePrerequisite
from interlinkers.services.templates import template_store

SOURCE = "own"


@transaction.atomic
def own_template_store(
    *,
    actor: User,
    entry: TemplateEntry,
    organisation: Organisation | None,
    profiles: Mapping[str, uuid.UUID],
    interlinkers: Mapping[str, uuid.UUID],
    prerequisites: Iterable[tuple[str, str, bool]],
) -> ProcessTemplate:
    """Store a template that nobody but the actor and the organisation sees yet.

    Ids in the entry are unique in it; `prerequisites` are (id, id of what comes before, whether strictly).
    Raises: ValidationError. Emits: activity process_template.imported.
    """
    template = template_store(
        actor=actor,
        source=SOURCE,
        entry=entry,
        fingerprint=content_hash(entry),
        profiles=profiles,
        interlinkers=interlinkers,
    )
    template.created_by, template.organisation = actor, organisation
    template.save(update_fields=["created_by", "organisation", "updated_at"])
    nodes = {node.external_id: node for node in template.nodes.all()}
    TemplatePrerequisite.objects.bulk_create(
        TemplatePrerequisite(node=nodes[after], requires=nodes[before], is_strict=is_strict)
        for after, before, is_strict in prerequisites
        if after in nodes and before in nodes
    )
    return template


@transaction.atomic
def own_template_roles_set(
    *, actor: User, node: TemplateNode, roles: Mapping[str, str]
) -> TemplateNode:
    """Say which role teams of each kind get on a task when its document is started; kinds left out get none.

    Needs: a node that `own_template_node_get_for` gave. The caller knows the kinds and the roles.
    Emits: activity process_template.edited.
    """
    row = TemplateNode.objects.select_for_update().get(pk=node.pk)
    if row.roles != dict(roles):
        before, row.roles = row.roles, dict(roles)
        row.save(update_fields=["roles"])
        activity_record(
            actor=actor,
            verb="process_template.edited",
            target_type="process_template",
            target_id=node.template_id,
            target_label=str(node.template),
            details={"in_task": str(node), "roles": {"from": before, "to": row.roles}},
        )
    return row
