"""Starting the document that a task's template proposes, and giving teams the roles that it proposes (ADR 0012)."""

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict, Invalid
from community.models import User
from processes.models import Asset, AssetKind, Node, ProcessRole
from processes.permissions import decide
from processes.selectors.drafting import StartSuggestion, role_proposals, start_suggestion
from processes.services.assets import asset_document_create
from processes.services.changes import process_lock
from processes.services.roles import role_grant


@transaction.atomic
def draft_start(*, actor: User, task: Node, title: str = "") -> tuple[Asset, list[ProcessRole]]:
    """Start the proposed document from the proposed words; whoever may give roles here gives the proposed ones, too.

    For others the roles stay proposed, and those who lead give them (`proposed_roles_give`).
    Raises: Invalid (code "nothing_proposed"), Conflict (code "text_started") when somebody was quicker.
    Emits: as asset_document_create and role_grant. Returns the asset and the roles given.
    """
    # Roles lock the process, too; two who press the button at once are served one after the other.
    process_lock(task.process_id)
    suggestion = start_suggestion(task, [])
    if suggestion is None:
        message = _("The template proposes no text for this task.")
        raise Invalid(message, "nothing_proposed", fields={"start": [message]})
    started = Asset.objects.filter(task=task, kind=AssetKind.DOCUMENT, removed_at__isnull=True)
    if first := started.first():
        raise Conflict(
            _("The text of this task was started meanwhile: “%(title)s”.") % {"title": first.title},
            "text_started",
            details={"asset": str(first.pk)},
        )
    asset = asset_document_create(
        actor=actor, task=task, title=title or suggestion.title, start=_start(suggestion)
    )
    given = []
    if decide(actor, "role_grant", task):
        given = proposed_roles_give(actor=actor, task=task)
    return asset, given


@transaction.atomic
def proposed_roles_give(*, actor: User, task: Node) -> list[ProcessRole]:
    """Give teams the roles on the task that the template proposes, lowering nobody. Twice is the same as once.

    Needs: ability role_grant at the task. Raises: Forbidden. Emits: as role_grant.
    """
    process_lock(task.process_id)
    return [
        role_grant(actor=actor, process=task.process, team=row.team, node=task, role=row.role)
        for row in role_proposals(task)
        if row.state == "give"
    ]


def _start(suggestion: StartSuggestion) -> dict:
    if suggestion.interlinker is not None:
        return {"kind": "interlinker", "interlinker": suggestion.interlinker}
    if suggestion.text:
        return {"kind": "markdown", "text": suggestion.text}
    return {"kind": "empty"}
