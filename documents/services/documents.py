"""Making, naming, removing documents."""

import uuid
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Invalid, TooLarge
from cocreation.kernel.events import publish_on_commit, topic
from community.models import User
from community.services.activity import activity_record
from documents import ydoc
from documents.convert.markdown import markdown_to_json
from documents.convert.pandoc import ImportResult, import_docx
from documents.models import Document, DocumentHead, UpdateKind
from documents.schema import SCHEMA_VERSION, Json, empty_document, normalise, with_block_ids
from documents.services import images as image_services
from documents.services import updates
from interlinkers.models import Interlinker
from interlinkers.selectors import interlinker_document_file
from processes.models import Node

# The Yjs client id under which the server writes the first text of a document (ids of browsers are random 32 bits).
SERVER_CLIENT_ID = 1


@transaction.atomic
def document_create(
    *, actor: User, task: Node, title: str, language: str = "", start: dict | None = None
) -> Document:
    """Begin a document in a task.

    `start` is {"kind": "empty"}, {"kind": "interlinker", "interlinker": Interlinker}, {"kind": "markdown", "text": str}
    or {"kind": "docx", "data": bytes, "name": str}.
    Raises Invalid when the start cannot be used, TooLarge for a file beyond UPLOAD_MAX_BYTES.
    Emits document.created; activity document.created.
    """
    start = start or {"kind": "empty"}
    language = language or task.process.language
    content, imported = _first_content(start, language)
    document = Document(
        task=task,
        process=task.process,
        title=_title(title, start, imported),
        language=language,
        schema_version=SCHEMA_VERSION,
        created_by=actor,
        interlinker=start.get("interlinker") if start["kind"] == "interlinker" else None,
        import_report=[asdict(note) for note in imported.report] if imported else [],
    )
    document.full_clean(exclude=["process", "task"])
    document.save()
    DocumentHead.objects.create(document=document)
    if imported:
        content = image_services.images_import(actor=actor, document=document, imported=imported)
    first_text_write(actor, document, content, start["kind"])
    document_announce(actor, document, "document.created", {"start": start["kind"]})
    return document


def _first_content(start: dict, language: str) -> tuple[Json, ImportResult | None]:
    kind = start["kind"]
    if kind == "empty":
        return empty_document(), None
    if kind == "markdown":
        return markdown_to_json(start["text"]), None
    if kind == "interlinker":
        return _interlinker_content(start["interlinker"], language)
    if kind == "docx":
        if len(start["data"]) > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // 1_000_000
            raise TooLarge(_("The file is larger than %(limit)s MB.") % {"limit": limit})
        imported = import_docx(start["data"])
        return imported.json, imported
    raise Invalid(_("A document starts empty, from an interlinker or from a Word file."), "start")


def _interlinker_content(
    interlinker: Interlinker, language: str
) -> tuple[Json, ImportResult | None]:
    """Return the text of an interlinker, else of the Word file that it brings (INTERLINK's templates are files)."""
    if text := interlinker.text("text", language):
        return markdown_to_json(text), None
    file = interlinker_document_file(interlinker, language)
    if file is None:
        raise Invalid(
            _("This interlinker has no text that a document could start from."), "no_text"
        )
    with file.file.open("rb") as opened:
        imported = import_docx(opened.read())
    return imported.json, imported


def _title(title: str, start: dict, imported: ImportResult | None) -> str:
    if title.strip():
        return title.strip()
    if imported and imported.title:
        return imported.title[:200]
    if start["kind"] == "docx":
        return start.get("name", "").rsplit(".", 1)[0][:200] or _("Untitled document")
    if start["kind"] == "interlinker":
        return start["interlinker"].text("name")[:200]
    return _("Untitled document")


def first_text_write(actor: User, document: Document, content: Json, start_kind: str) -> None:
    """Put the first text into the log, as one update of the server's own client id (seeded here and only here)."""
    seeded = with_block_ids(normalise(content), seed=f"{document.pk}:0")
    updates.server_update_append(
        document=document,
        user=actor,
        kind=UpdateKind.IMPORT if start_kind == "docx" else UpdateKind.START,
        data=ydoc.json_to_update(seeded, client_id=SERVER_CLIENT_ID),
        client_id=SERVER_CLIENT_ID,
    )


@transaction.atomic
def document_rename(*, actor: User, document: Document, title: str) -> Document:
    """Give a document another title. Emits document.updated."""
    before, document.title = document.title, title.strip()
    document.full_clean(exclude=["process", "task"])
    document.save(update_fields=["title", "updated_at"])
    document_announce(actor, document, "document.renamed", {"before": before})
    return document


@transaction.atomic
def document_remove(*, actor: User, document: Document) -> Document:
    """Take a document out of sight; nothing is erased and `document_restore` brings it back."""
    document.removed_at = clock.now()
    document.save(update_fields=["removed_at", "updated_at"])
    document_announce(actor, document, "document.removed")
    return document


@transaction.atomic
def document_restore(*, actor: User, document: Document) -> Document:
    """Bring a removed document back."""
    document.removed_at = None
    document.save(update_fields=["removed_at", "updated_at"])
    document_announce(actor, document, "document.restored")
    return document


@transaction.atomic
def document_move(*, actor: User, document: Document, task: Node) -> Document:
    """Let a document belong to another task of its process, with everything it holds. Emits document.updated."""
    if task.process_id != document.process_id:
        raise ValueError("a document stays in its process")
    document.task = task
    document.save(update_fields=["task", "updated_at"])
    document_announce(actor, document, "document.moved", {"task": task.title})
    return document


def document_announce(
    actor: User, document: Document, verb: str, details: dict | None = None
) -> None:
    """Write what happened to a document into the activity log and tell open pages (for services of this app)."""
    activity_record(
        actor=actor,
        verb=verb,
        target_type="document",
        target_id=document.pk,
        target_label=document.title,
        process_id=document.process_id,
        document_id=document.pk,
        details=details,
    )
    if verb == "document.created":
        publish_on_commit(
            topic("process", document.process_id),
            "document.created",
            {"document": document.pk, "task": document.task_id},
        )
    else:
        for name in (topic("process", document.process_id), topic("document", document.pk)):
            publish_on_commit(name, "document.updated", {"document": document.pk})


def document_url(document_id: uuid.UUID) -> str:
    """Return the path of a document's page (known here because lower and sibling apps link to it)."""
    return f"/documents/{document_id}/"
