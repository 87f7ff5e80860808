"""What a task holds: files, links, interlinkers, and things of higher apps (documents) through the registry."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Invalid
from cocreation.kernel.events import publish_on_commit, topic
from cocreation.kernel.storing import file_keep, files_undone
from community.models import User
from community.services.activity import activity_record
from interlinkers.models import Interlinker
from processes import asset_kinds
from processes.files import check_file
from processes.models import Asset, AssetKind, Node, NodeKind
from processes.validation import check, text


@files_undone()
@transaction.atomic
def asset_file_create(
    *, actor: User, task: Node, upload: UploadedFile, title: str = "", description: str = ""
) -> Asset:
    """Keep a file, known by its content, under a random name.

    Raises: TooLarge beyond UPLOAD_MAX_BYTES, Invalid (codes "file_type", "file_empty").
    Emits: asset.created; activity asset.created.
    """
    found = check_file(
        upload,
        name=upload.name or "",
        size_bytes=upload.size or 0,
        max_bytes=settings.UPLOAD_MAX_BYTES,
    )
    asset = _asset(actor, task, AssetKind.FILE, title or found.name, description)
    asset.file_name = found.name
    asset.content_type = found.content_type
    asset.size_bytes = found.size_bytes
    check(asset, exclude=("file",))
    file_keep(asset.file, f"{uuid.uuid4().hex}{found.ending}", upload)
    return _keep(actor, asset)


@transaction.atomic
def asset_link_create(
    *, actor: User, task: Node, url: str, title: str = "", description: str = ""
) -> Asset:
    """Keep a link to a page elsewhere (http and https only). It is never fetched by us.

    Raises: Invalid. Emits: asset.created; activity asset.created.
    """
    address = _address(url)
    asset = _asset(
        actor, task, AssetKind.LINK, title or urlsplit(address).hostname or "", description
    )
    asset.url = address
    check(asset)
    return _keep(actor, asset)


@transaction.atomic
def asset_interlinker_create(
    *, actor: User, task: Node, interlinker: Interlinker, title: str = "", description: str = ""
) -> Asset:
    """Put an interlinker of the catalogue into a task. Raises: Invalid for one that is not published.

    Emits: asset.created; activity asset.created.
    """
    if not interlinker.is_published:
        message = _("This interlinker is not in the catalogue any more.")
        raise Invalid(message, "interlinker", fields={"interlinker": [message]})
    name = title or interlinker.text("name", task.process.language)
    asset = _asset(actor, task, AssetKind.INTERLINKER, name[:200], description)
    asset.interlinker = interlinker
    check(asset)
    return _keep(actor, asset)


@transaction.atomic
def asset_document_create(*, actor: User, task: Node, title: str, start: dict) -> Asset:
    """Start a document in a task.

    `start` is {"kind": "empty"}, {"kind": "interlinker", "interlinker": Interlinker} or
    {"kind": "docx", "data": bytes, "name": str}; the registered kind makes it.
    Raises: Invalid (also whatever the kind refuses). Emits: asset.created; activity asset.created.
    """
    handler = asset_kinds.get(AssetKind.DOCUMENT)
    if handler is None:
        raise Invalid(_("Documents cannot be made here."), "kind")
    _demand_task(task)
    object_id, name = handler.create(actor=actor, task=task, title=text(title), start=start)
    asset = _asset(actor, task, AssetKind.DOCUMENT, name[:200], "")
    asset.object_id = object_id
    if start.get("kind") == "interlinker":
        asset.interlinker = start["interlinker"]
    check(asset)
    return _keep(actor, asset)


@transaction.atomic
def asset_update(*, actor: User, asset: Asset, **changes: object) -> Asset:
    """Change title or description; of a link also its address. A document is renamed where it lives.

    Raises: Invalid. Emits: asset.updated; activity asset.updated.
    """
    row = Asset.objects.select_for_update().get(pk=asset.pk)
    if "title" in changes and row.kind != AssetKind.DOCUMENT:
        row.title = text(str(changes["title"]))
    if "description" in changes:
        row.description = text(str(changes["description"]), one_line=False)
    if "url" in changes and row.kind == AssetKind.LINK:
        row.url = _address(str(changes["url"]))
    check(row, exclude=("file",))
    row.save()
    _announce(actor, row, "asset.updated")
    return row


@transaction.atomic
def asset_remove(*, actor: User, asset: Asset) -> Asset:
    """Take an asset out of sight; `asset_restore` brings it back. Twice is the same as once.

    Emits: asset.updated; activity asset.removed.
    """
    return _switch(actor, asset, removed=True)


@transaction.atomic
def asset_restore(*, actor: User, asset: Asset) -> Asset:
    """Bring a removed asset back. Emits: asset.updated; activity asset.restored."""
    return _switch(actor, asset, removed=False)


def _asset(actor: User, task: Node, kind: str, title: str, description: str) -> Asset:
    _demand_task(task)
    return Asset(
        task=task,
        kind=kind,
        title=text(title),
        description=text(description, one_line=False),
        created_by=actor,
    )


def _demand_task(node: Node) -> None:
    if node.kind != NodeKind.TASK:
        raise Invalid(_("Things are added to tasks, not to phases or objectives."), "not_a_task")


def _address(url: str) -> str:
    """Return an address that is safe as a link. Raises: Invalid for other schemes than http and https."""
    address = text(url)
    try:
        parts = urlsplit(address)
        is_good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_good = False
    if not is_good:
        message = _("Give a full address that begins with https:// or http://.")
        raise Invalid(message, "url", fields={"url": [message]})
    return address


def _keep(actor: User, asset: Asset) -> Asset:
    asset.save(force_insert=True)
    _announce(actor, asset, "asset.created")
    return asset


def _switch(actor: User, asset: Asset, *, removed: bool) -> Asset:
    row = Asset.objects.select_for_update(of=("self",)).select_related("task").get(pk=asset.pk)
    if (row.removed_at is not None) == removed:
        return row
    handler = asset_kinds.get(row.kind)
    if handler is not None and row.object_id:
        change = handler.remove if removed else handler.restore
        change(actor=actor, object_id=row.object_id)
    row.removed_at = clock.now() if removed else None
    row.save(update_fields=["removed_at", "updated_at"])
    _announce(actor, row, "asset.updated", "asset.removed" if removed else "asset.restored")
    return row


def _announce(actor: User, asset: Asset, type_: str, verb: str = "") -> None:
    task = asset.task
    publish_on_commit(
        topic("process", task.process_id), type_, {"asset": asset.pk, "task": task.pk}
    )
    activity_record(
        actor=actor,
        verb=verb or type_,
        target_type="asset",
        target_id=asset.pk,
        target_label=asset.title,
        process_id=task.process_id,
        details={"kind": asset.kind, "task": str(task.pk)},
    )
