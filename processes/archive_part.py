"""What this app brings into an archive (see processes/archive/parts.py)."""

import datetime
import graphlib
import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from cocreation.kernel import clock
from community.models import Activity, Organisation
from interlinkers.models import Interlinker, ProblemProfile, ProcessTemplate, TemplateNode
from processes.archive.parts import Part, Reference, Table, register
from processes.archive.problems import refusal
from processes.files import check_file
from processes.models import (
    Asset,
    AssetKind,
    Assignment,
    ChecklistItem,
    ContributionSettings,
    Invitation,
    InvitationLink,
    InvitationLinkUse,
    JoinRequest,
    Node,
    NodeKind,
    PhaseRule,
    Prerequisite,
    Process,
    ProcessPicture,
    ProcessRole,
    PublishedShares,
    Story,
    StoryReview,
    StoryStatus,
    Team,
    TeamMember,
    Visibility,
    WaitOverride,
)
from processes.models.checklists import POINTS_MAX
from processes.pictures import is_as_we_make_them

PARENT_KIND = {NodeKind.OBJECTIVE: NodeKind.PHASE, NodeKind.TASK: NodeKind.OBJECTIVE}


def _process_check(row: Process) -> str:
    languages = dict(settings.LANGUAGES)
    twins = row.twins
    is_good = isinstance(twins, dict) and all(
        language in languages
        and isinstance(texts, dict)
        and all(isinstance(value, str) and len(value) <= 400 for value in texts.values())
        for language, texts in twins.items()
    )
    return _revisions(row) or ("" if is_good else "twins")


def _revisions(row: Process | Node) -> str:
    revisions = row.field_revisions
    is_good = isinstance(revisions, dict) and all(
        isinstance(number, int) for number in revisions.values()
    )
    return "" if is_good else "field_revisions"


def _story_check(row: Story) -> str:
    materials, numbers = row.materials, row.numbers
    is_good = isinstance(materials, list) and all(
        isinstance(one, dict)
        and all(isinstance(value, (str, int)) for value in one.values())
        and str(one.get("url", "https://")).lower().startswith(("http://", "https://"))
        for one in materials
    )
    if not is_good:
        return "materials"
    is_good = isinstance(numbers, dict) and all(isinstance(one, int) for one in numbers.values())
    return "" if is_good else "numbers"


def _shares_check(row: PublishedShares) -> str:
    kinds = row.figures.get("kinds") if isinstance(row.figures, dict) else None
    is_good = isinstance(kinds, list) and all(
        isinstance(kind, dict)
        and isinstance(kind.get("name"), str)
        and isinstance(kind.get("cells"), list)
        and all(
            isinstance(cell, dict)
            and isinstance(cell.get("group"), str)
            and isinstance(cell.get("percent"), int)
            for cell in kind["cells"]
        )
        for kind in kinds
    )
    if not is_good:
        return "figures"
    # The next publication is reckoned from it: one to come would hold it off for ever.
    at = row.published_at
    is_past = timezone.is_aware(at) and at < clock.now() + datetime.timedelta(days=1)
    return "" if is_past else "published_at"


def _as_withdrawn(row: PublishedShares) -> None:
    """Figures that nobody vouches for are not published by an import."""
    row.withdrawn_at = row.withdrawn_at or row.published_at


def _as_private(row: Process) -> None:
    """A process that nobody vouches for is its coordinator's until they open it."""
    row.visibility = Visibility.PRIVATE


def _as_draft(row: Story) -> None:
    """A story that nobody vouches for is not published by an import."""
    row.status, row.reuse_count = StoryStatus.DRAFT, 0


def _activity_check(row: Activity) -> str:
    return "" if isinstance(row.details, dict) else "details"


def _asset_file(row: Asset, file: BinaryIO) -> str:
    """Look at an asset's file as at any upload: it must be what its row says."""
    file.seek(0, 2)
    size = file.tell()
    found = check_file(
        file, name=row.file_name, size_bytes=size, max_bytes=settings.UPLOAD_MAX_BYTES
    )
    if found.content_type != row.content_type or size != row.size_bytes:
        raise refusal("file_refused", name=row.file_name)
    return found.ending


def _asset_check(row: Asset) -> str:
    if row.kind == AssetKind.LINK and not row.url.lower().startswith(("http://", "https://")):
        return "url"
    return ""


def _picture_file(row: ProcessPicture, file: BinaryIO) -> str:
    """Decode a picture as any upload is; it must be one that we could have made."""
    file.seek(0, 2)
    size = file.tell()
    is_ours = size == row.size_bytes and is_as_we_make_them(
        file, width=row.width, height=row.height
    )
    if not is_ours:
        raise refusal("file_refused", name="processes.processpicture")
    return ".jpg"


def _new_digest(row: Invitation) -> str:
    """Return the digest of a secret that nobody has: the invitation waits to be sent again."""
    return hashlib.sha256(secrets.token_bytes(32)).hexdigest()


def check_tree(rows: Mapping[str, list[Model]]) -> None:
    """Demand a tree: objectives in phases, tasks in objectives, nothing that waits for itself, things in tasks only."""
    nodes = {node.pk: node for node in rows["processes.node"]}
    for node in nodes.values():
        parent = nodes.get(node.parent_id)
        if parent is not None and parent.kind != PARENT_KIND.get(node.kind):
            raise refusal("row_broken", name="processes.node: parent")
    order = graphlib.TopologicalSorter()
    for row in rows["processes.prerequisite"]:
        order.add(row.node_id, row.requires_id)
    try:
        order.prepare()
    except graphlib.CycleError:
        raise refusal("row_broken", name="processes.prerequisite: circle") from None
    for asset in rows["processes.asset"]:
        if nodes[asset.task_id].kind != NodeKind.TASK:
            raise refusal("row_broken", name="processes.asset: task")
    points = rows["processes.checklistitem"]
    shown = Counter(row.task_id for row in points if row.removed_at is None)
    on_tasks = all(nodes[row.task_id].kind == NodeKind.TASK for row in points)
    if not on_tasks or max(shown.values(), default=0) > POINTS_MAX:
        raise refusal("row_broken", name="processes.checklistitem: task")
    # Without its entry in the catalogue there is nothing to show or open; the notes tell that it stayed behind.
    rows["processes.asset"][:] = [
        asset
        for asset in rows["processes.asset"]
        if asset.kind != AssetKind.INTERLINKER or asset.interlinker_id is not None
    ]


# --- what lies outside ----------------------------------------------------------------------------


def _organisations(pks: Iterable) -> dict[str, object]:
    rows = Organisation.objects.filter(pk__in=pks).order_by("pk")
    return {str(row.pk): {"slug": row.slug, "name": row.name, "kind": row.kind} for row in rows}


def _organisations_find(described: Mapping[str, object]) -> dict[str, Model]:
    slugs = {key: str(told.get("slug", "")) for key, told in described.items() if _is_dict(told)}
    known = {row.slug: row for row in Organisation.objects.filter(slug__in=set(slugs.values()))}
    return {key: known[slug] for key, slug in slugs.items() if slug in known}


def _catalogue(model: type[Model]) -> Reference:
    """Return the reference to a table of the catalogue: source and id there are the same everywhere."""

    def describe(pks: Iterable) -> dict[str, object]:
        rows = model.objects.filter(pk__in=pks).order_by("pk")
        return {str(row.pk): {"source": row.source, "id": row.external_id} for row in rows}

    def find(described: Mapping[str, object]) -> dict[str, Model]:
        names = {
            key: (told.get("source"), told.get("id"))
            for key, told in described.items()
            if _is_dict(told)
        }
        wanted = {str(ident) for _source, ident in names.values()}
        rows = model.objects.filter(external_id__in=wanted)
        known = {(row.source, row.external_id): row for row in rows}
        return {key: known[name] for key, name in names.items() if name in known}

    return Reference(model, describe, find)


def _template_nodes(pks: Iterable) -> dict[str, object]:
    rows = TemplateNode.objects.filter(pk__in=pks).select_related("template", "parent__parent")
    return {
        str(row.pk): {
            "source": row.template.source,
            "template": row.template.external_id,
            "path": _path(row),
        }
        for row in rows.order_by("pk")
    }


def _path(row: TemplateNode) -> list[str]:
    steps = []
    step: TemplateNode | None = row
    while step is not None:
        steps.append(f"{step.kind}:{step.external_id}")
        step = step.parent
    return steps[::-1]


def _template_nodes_find(described: Mapping[str, object]) -> dict[str, Model]:
    told = {key: value for key, value in described.items() if _is_dict(value)}
    wanted = {str(value.get("template", "")) for value in told.values()}
    rows = TemplateNode.objects.filter(template__external_id__in=wanted)
    known = {
        (row.template.source, row.template.external_id, tuple(_path(row))): row
        for row in rows.select_related("template", "parent__parent")
    }
    names = {
        key: (value.get("source"), value.get("template"), tuple(map(str, value.get("path") or [])))
        for key, value in told.items()
    }
    return {key: known[name] for key, name in names.items() if name in known}


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)


TABLES = (
    Table(Process, "", check=_process_check, unvouched=_as_private),
    Table(Node, "process", check=_revisions),
    Table(Prerequisite, "node__process"),
    Table(WaitOverride, "node__process"),
    Table(Team, "process"),
    Table(TeamMember, "team__process", is_rights=True),
    Table(ProcessRole, "process", is_rights=True),
    Table(Assignment, "node__process", is_rights=True),
    Table(
        Invitation,
        "process",
        left_out={"digest": "a secret; an invitation from an archive is sent again"},
        refill={"digest": _new_digest},
        is_rights=True,
    ),
    Table(
        InvitationLink,
        "process",
        left_out={"digest": "a secret; a link is made anew"},
        refill={"digest": _new_digest},
        is_rights=True,
    ),
    Table(InvitationLinkUse, "link__process", is_rights=True),
    Table(JoinRequest, "process", is_rights=True),
    Table(Asset, "task__process", check=_asset_check, file=_asset_file),
    Table(ProcessPicture, "process", file=_picture_file),
    Table(ChecklistItem, "task__process"),
    Table(Story, "process", check=_story_check, unvouched=_as_draft),
    Table(StoryReview, "story__process", is_rights=True),
    Table(PhaseRule, "phase__process"),
    Table(ContributionSettings, "process"),
    Table(PublishedShares, "process", check=_shares_check, unvouched=_as_withdrawn),
    Table(Activity, "process_id", check=_activity_check),
)
LEFT_OUT = {
    "processes.processuserobjectpermission": "follows from the roles, and is made anew from them",
    "processes.nodeuserobjectpermission": "follows from the roles, and is made anew from them",
    "community.notification": "what each person was told here; it is no part of the process",
    "processes.certificate": "it belongs to the person, who has it with a code of this site",
    "processes.processvisit": "when each person here looked at it last",
    "community.processnotificationpreference": "what each person here wants to be told of it",
    "community.backgroundwork": "exports and imports themselves, which expire within days",
}


def register_part() -> None:
    """Make our part known (called by `ready()`)."""
    register(
        Part(
            "processes",
            TABLES,
            references=(
                Reference(Organisation, _organisations, _organisations_find),
                _catalogue(Interlinker),
                _catalogue(ProblemProfile),
                _catalogue(ProcessTemplate),
                Reference(TemplateNode, _template_nodes, _template_nodes_find),
            ),
            check=check_tree,
            left_out=LEFT_OUT,
        )
    )
