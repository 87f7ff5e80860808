"""Making a process template out of a process: its plan, no people; texts only where they are chosen to start from."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid, NotFound
from community.models import Membership, Organisation, User
from interlinkers.entries import NodeEntry, TemplateEntry
from interlinkers.models import Interlinker, ProblemProfile, ProcessTemplate
from interlinkers.services.own_templates import own_template_store
from processes import asset_kinds
from processes.models import (
    Asset,
    AssetKind,
    ChecklistItem,
    Node,
    NodeKind,
    Prerequisite,
    PrerequisiteKind,
    Process,
    ProcessRole,
)
from processes.permissions.roles import RANK
from processes.selectors.drafting import PROPOSED, roles_proposed
from processes.services.changes import record
from processes.validation import text

MAX_DAYS = 3650


@transaction.atomic
def template_save(
    *, actor: User, process: Process, name: str, summary: str = "", texts: Iterable = ()
) -> ProcessTemplate:
    """Keep the plan of a process as a template: phases, objectives and tasks with their words, lengths, order,
    prerequisites, checklists, problem profiles, interlinkers, and the roles of teams in a task by their kind. Nothing
    that was switched off, no people, no dates.

    `texts` are ids of document assets whose present words others start from. The template is a draft of the actor
    (and of the process's organisation where they belong to it); publishing stays with operators.
    Needs: ability process_export. Raises: Invalid. Emits: activity process.saved_as_template.
    """
    title = text(name)
    if not title:
        message = _("This field is required.")
        raise Invalid(message, "name", fields={"name": [message]})
    nodes = _counting(process)
    known = {
        "profiles": {str(pk): pk for pk in _profile_ids(nodes)},
        "interlinkers": {str(pk): pk for pk in _interlinker_ids(nodes)},
    }
    entry = TemplateEntry(
        external_id=str(uuid.uuid4()),
        fields={"origin": process.title, "is_published": False},
        translations={
            process.language: {
                "name": title[:300],
                "summary": text(summary)[:500],
                "description": process.description,
            }
        },
        phases=_Entries(actor, process, nodes, {uuid.UUID(str(pk)) for pk in texts}).below(None),
    )
    ties = Prerequisite.objects.filter(node__process=process)
    try:
        template = own_template_store(
            actor=actor,
            entry=entry,
            organisation=_organisation(actor, process),
            prerequisites=[
                (str(tie.node_id), str(tie.requires_id), tie.kind == PrerequisiteKind.BLOCKS)
                for tie in ties
            ],
            **known,
        )
    except ValidationError as error:
        raise Invalid(error.messages[0], "template") from error
    record(actor, "process.saved_as_template", process, title, template=str(template.pk))
    return template


def _counting(process: Process) -> list[Node]:
    """Return the parts that are not switched off, nor anything above them."""
    rows = list(
        process.nodes.order_by("order", "created_at")
        .select_related("template_node")
        .prefetch_related("problem_profiles")
    )
    by_id = {row.pk: row for row in rows}

    def counts(row: Node | None) -> bool:
        return row is None or (row.disabled_at is None and counts(by_id.get(row.parent_id)))

    return [row for row in rows if counts(row)]


def _profile_ids(nodes: list[Node]) -> Iterable[uuid.UUID]:
    wanted = ProblemProfile.objects.filter(
        pk__in={profile.pk for node in nodes for profile in node.problem_profiles.all()}
    )
    return wanted.values_list("pk", flat=True)


def _interlinker_ids(nodes: list[Node]) -> Iterable[uuid.UUID]:
    held = Asset.objects.filter(
        task__in=[node.pk for node in nodes], removed_at__isnull=True, interlinker__isnull=False
    )
    return Interlinker.objects.filter(pk__in=held.values("interlinker_id")).values_list(
        "pk", flat=True
    )


def _organisation(actor: User, process: Process) -> Organisation | None:
    is_member = Membership.objects.filter(user=actor, organisation=process.organisation).exists()
    return process.organisation if process.organisation and is_member else None


class _Entries:
    """Makes entries of a plan, with what each task holds that a template can bring."""

    def __init__(self, actor: User, process: Process, nodes: list[Node], texts: set[uuid.UUID]):
        self.actor, self.language, self.texts = actor, process.language, texts
        self.children: dict = defaultdict(list)
        for node in nodes:
            self.children[node.parent_id].append(node)
        self.assets: dict = defaultdict(list)
        held = Asset.objects.filter(task__process=process, removed_at__isnull=True)
        for asset in held.order_by("created_at"):
            self.assets[asset.task_id].append(asset)

        self.points: dict = defaultdict(list)
        shown = ChecklistItem.objects.filter(task__process=process, removed_at__isnull=True)
        for point in shown.order_by("position"):
            self.points[point.task_id].append(point)
        self.roles: dict = defaultdict(dict)
        given = ProcessRole.objects.filter(process=process, node__kind=NodeKind.TASK)
        # Where teams of one kind have several roles on a task, the lowest is proposed.
        for node_id, kind, role in sorted(
            given.filter(team__isnull=False, role__in=PROPOSED).values_list(
                "node_id", "team__kind", "role"
            ),
            key=lambda row: -RANK[row[2]],
        ):
            self.roles[node_id][kind] = role

    def below(self, parent_id: uuid.UUID | None) -> tuple[NodeEntry, ...]:
        """Return the entries below a part, in their order."""
        return tuple(self._entry(node) for node in self.children[parent_id])

    def _entry(self, node: Node) -> NodeEntry:
        assets = self.assets[node.pk]
        named = {str(one.interlinker_id) for one in assets if one.interlinker_id}
        return NodeEntry(
            kind=node.kind,
            external_id=str(node.pk),
            fields={
                "phase_kind": node.phase_kind,
                "duration_days": _days(node),
                "document": self._document(node, assets),
                "roles": self._roles(node),
                "checklist": [
                    {"texts": {self.language: point.text}, "is_needed": point.is_needed}
                    for point in self.points[node.pk]
                ],
            },
            translations={
                self.language: {
                    "name": node.title,
                    "description": node.description,
                    "done_when": node.done_when,
                }
            },
            problem_profiles=tuple(str(profile.pk) for profile in node.problem_profiles.all()),
            interlinkers=tuple(sorted(named)),
            children=self.below(node.pk),
        )

    def _roles(self, node: Node) -> dict[str, str]:
        """Return the roles by kind of team: as they are on the task, else as its template proposed them."""
        return roles_proposed(node) | self.roles[node.pk] if node.kind == NodeKind.TASK else {}

    def _document(self, node: Node, assets: list[Asset]) -> dict:
        """Return the document that a task gives birth to: the first chosen one, else what it held or was to hold."""
        documents = [one for one in assets if one.kind == AssetKind.DOCUMENT and one.object_id]
        handler = asset_kinds.get(AssetKind.DOCUMENT)
        for asset in documents:
            if asset.pk in self.texts and handler is not None:
                try:
                    words = handler.frozen(actor=self.actor, object_id=asset.object_id)
                except NotFound:
                    continue
                return {
                    "interlinker": "",
                    "titles": {self.language: words["title"]},
                    "texts": {self.language: words["markdown"]},
                }
        if documents and node.kind == NodeKind.TASK:
            return {"interlinker": "", "titles": {self.language: documents[0].title}}
        return {}


def _days(node: Node) -> int | None:
    if not (node.starts_on and node.ends_on):
        return None
    return min((node.ends_on - node.starts_on).days + 1, MAX_DAYS)
