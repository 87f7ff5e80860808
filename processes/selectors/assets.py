"""Reading what tasks hold."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid, NotFound
from processes import asset_kinds
from processes.models import Asset, AssetKind, Node, Process
from processes.permissions import access_for, decide, require
from processes.permissions.access import access_remember
from processes.selectors.fetching import fetch


@dataclass(frozen=True)
class AssetView:
    """An asset with its present title (a document is renamed where it lives) and where it opens.

    `url` is a path of ours for documents, an address for links, empty for files and interlinkers: pages know those.
    """

    asset: Asset
    title: str
    url: str


def asset_get_for(user, asset_id: uuid.UUID | str, *, need: str) -> Asset:
    """Return an asset that the person may `need`, with task and process loaded.

    A removed one is there only for those who could restore it (asset_edit). Raises: NotFound, SignInNeeded, Forbidden.
    """
    rows = Asset.objects.select_related(
        "task__process__organisation", "task__parent__parent", "interlinker", "created_by"
    )
    asset = fetch(rows, asset_id)
    access = access_for(user, asset.task.process)
    access_remember(access)
    require(access.decide("process_read", asset.task))
    if asset.removed_at and not decide(user, "asset_edit", asset):
        raise NotFound(_("There is no such thing here, or it is not open to you."))
    require(decide(user, need, asset))
    return asset


def asset_file_get_for(user, asset_id: uuid.UUID | str) -> Asset:
    """Return an asset whose file the person may have; pages serve it as an attachment, with nosniff.

    `content_type` is ours, from the content. Raises: NotFound also when it is no file.
    """
    asset = asset_get_for(user, asset_id, need="document_read")
    if asset.kind != AssetKind.FILE or not asset.file:
        raise NotFound(_("There is no such thing here, or it is not open to you."))
    return asset


def task_assets(task: Node, *, with_removed: bool = False) -> QuerySet[Asset]:
    """Return what a task holds, oldest first. The caller has fetched the task for the reader."""
    rows = Asset.objects.filter(task=task).select_related("interlinker", "created_by")
    rows = rows.prefetch_related("interlinker__translations").order_by("created_at", "pk")
    return rows if with_removed else rows.filter(removed_at__isnull=True)


def process_assets(process: Process, user) -> QuerySet[Asset]:
    """Return what the tasks of a process hold, as far as the person may read those tasks. Queries: at most 3."""
    access = access_for(user, process)
    readable = [pk for pk in access.tree if access.decide("document_read", pk)]
    rows = Asset.objects.filter(task__process=process, task__in=readable, removed_at__isnull=True)
    return rows.select_related("interlinker", "created_by", "task").order_by("created_at", "pk")


def asset_views(assets: list[Asset]) -> list[AssetView]:
    """Return assets with their present titles and addresses. Queries: one per registered kind among them."""
    ids: dict[str, list[uuid.UUID]] = defaultdict(list)
    for asset in assets:
        if asset.object_id and asset_kinds.get(asset.kind):
            ids[asset.kind].append(asset.object_id)
    labels = {kind: asset_kinds.get(kind).labels(known) for kind, known in ids.items()}
    return [_view(asset, labels) for asset in assets]


def task_asset_views(task: Node, assets: list[Asset]) -> list[AssetView]:
    """Return assets of one fetched task; they share its object, so that asking for abilities costs no query each."""
    for asset in assets:
        asset.task = task
    return asset_views(assets)


def asset_of_object(kind: str, object_id: uuid.UUID) -> Asset | None:
    """Return the asset that stands for a thing of a higher app."""
    return Asset.objects.filter(kind=kind, object_id=object_id).select_related("task").first()


def _view(asset: Asset, labels: dict) -> AssetView:
    handler = asset_kinds.get(asset.kind)
    if handler is not None and asset.object_id:
        title = labels[asset.kind].get(asset.object_id) or asset.title
        return AssetView(asset, title, handler.url(asset.object_id))
    return AssetView(asset, asset.title, asset.url)


def assets_of_phase(phase: Node, ids: list[uuid.UUID]) -> list[Asset]:
    """Return assets of a phase by ids out of an input. Raises: Invalid (field `only`) when one is missing."""
    rows = Asset.objects.filter(pk__in=ids, task__parent__parent=phase, removed_at=None)
    found = list(rows.select_related("task__parent__parent"))
    if len(found) != len(set(ids)):
        message = _("Choose texts of this phase.")
        raise Invalid(message, "only", fields={"only": [message]})
    return found
