"""What this app brings into an archive (see processes/archive/parts.py): texts with their whole history."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import BinaryIO

from django.conf import settings
from django.db.models import Model
from PIL import Image, UnidentifiedImageError

from documents import log_check, update_bytes, ydoc
from documents.models import (
    Comment,
    Disposition,
    Document,
    DocumentClient,
    DocumentHead,
    DocumentImage,
    DocumentUpdate,
    Thread,
    Version,
)
from documents.schema import HEALED_CODES, SCHEMA_VERSION, validate
from documents.selectors.texts import content_hash
from documents.selectors.updates import checksum
from documents.services.images import FORMATS, MAX_PIXELS
from documents.services.updates import snapshot_request
from processes.archive.parts import IdMap, Part, Table, register
from processes.archive.problems import refusal
from processes.models import Process

_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpeg", "image/webp": ".webp"}


def _document_check(row: Document) -> str:
    if row.schema_version > SCHEMA_VERSION:
        return "schema_version: newer than this program"
    notes = row.import_report
    is_good = isinstance(notes, list) and all(
        isinstance(note, dict) and isinstance(note.get("code"), str) for note in notes
    )
    return "" if is_good else "import_report"


def _update_check(row: DocumentUpdate) -> str:
    return "" if checksum(bytes(row.data)) == row.checksum else "checksum"


def _update_remap(row: DocumentUpdate, ids: IdMap) -> None:
    # The bytes were given the new ids of pictures, after they were found to be sound.
    row.checksum = checksum(bytes(row.data))


def _version_remap(row: Version, ids: IdMap) -> None:
    row.content_hash = content_hash(row.content)


def _version_check(row: Version) -> str:
    if not isinstance(row.content, dict) or content_hash(row.content) != row.content_hash:
        return "content_hash"
    faults = [fault for fault in validate(row.content) if fault.code not in HEALED_CODES]
    return f"content: {faults[0].message}" if faults else ""


def _disposition_check(row: Disposition) -> str:
    is_good = isinstance(row.changes, list) and all(
        isinstance(change, dict) and all(isinstance(value, (str, int)) for value in change.values())
        for change in row.changes
    )
    return "" if is_good else "changes"


def _image_file(row: DocumentImage, file: BinaryIO) -> str:
    """Demand a picture of the kind that its row says; it is not encoded again, so that it stays the same bytes."""
    try:
        picture = Image.open(file)
        is_good = FORMATS.get(picture.format) == row.content_type and (
            picture.width * picture.height <= MAX_PIXELS
        )
        picture.verify()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        is_good = False
    file.seek(0, 2)
    if not is_good or file.tell() > settings.IMAGE_MAX_BYTES * 4:
        raise refusal("file_refused", name=row.name)
    return _ENDINGS[row.content_type]


def check_texts(rows: Mapping[str, list[Model]]) -> None:
    """Replay every text as it would be replayed here; nothing is taken that could not be loaded afterwards."""
    logs: dict[uuid.UUID, list[DocumentUpdate]] = defaultdict(list)
    for update in rows["documents.documentupdate"]:
        logs[update.document_id].append(update)
    owners: dict[uuid.UUID, dict] = defaultdict(dict)
    for client in rows["documents.documentclient"]:
        owners[client.document_id][client.client_id] = client.user_id
    heads = {head.document_id: head for head in rows["documents.documenthead"]}
    tasks = {node.pk: node.process_id for node in rows["processes.node"]}
    for document in rows["documents.document"]:
        log = sorted(logs[document.pk], key=lambda row: row.sequence)
        head = heads.get(document.pk)
        if head is None or [row.sequence for row in log] != list(range(1, head.sequence + 1)):
            raise refusal("text_broken", name=document.title)
        if tasks.get(document.task_id) != document.process_id:
            raise refusal("row_broken", name="documents.document: task")
        _replay(document, log, owners[document.pk])
    for version in rows["documents.version"]:
        _guarded(str(version.number), [bytes(version.state)])


def _replay(document: Document, log: list[DocumentUpdate], owners: Mapping) -> None:
    datas = [bytes(row.data) for row in log]
    content = _guarded(document.title, datas)
    faults = [fault for fault in validate(content) if fault.code not in HEALED_CODES]
    if faults:
        raise refusal("text_broken", name=document.title)
    for row in log:
        for client in update_bytes.read(bytes(row.data)).clients:
            if client not in owners or owners[client] not in (row.user_id, None):
                raise refusal("text_broken", name=document.title)


def _guarded(title: str, datas: list[bytes]) -> dict:
    """Return the text that updates make, after the gate has read them."""
    try:
        log_check.check_log(datas)
        return ydoc.doc_to_json(ydoc.document_from_updates(None, datas), canonical=False)
    except ydoc.BadUpdate as error:
        raise refusal("text_broken", name=title) from error


def _after(process: Process) -> None:
    """Have snapshots made: loading a long history would be slow without."""
    for document_id in Document.objects.filter(process=process).values_list("pk", flat=True):
        snapshot_request(document_id)


TABLES = (
    Table(Document, "process", check=_document_check),
    Table(
        DocumentHead,
        "document__process",
        left_out={
            "snapshot_sequence": "snapshots are made anew from the log",
            "closings": "compared with what open sockets know; none is open here",
        },
    ),
    Table(DocumentClient, "document__process"),
    Table(DocumentUpdate, "document__process", check=_update_check, remap=_update_remap),
    Table(Version, "document__process", check=_version_check, remap=_version_remap),
    Table(DocumentImage, "document__process", file=_image_file),
    Table(Thread, "document__process"),
    Table(Comment, "thread__document__process"),
    Table(Disposition, "thread__document__process", check=_disposition_check),
)
LEFT_OUT = {
    "documents.textcount": "counted anew from the text",
    "documents.authorcount": "counted anew from the text",
    "documents.authorday": "counted anew from the log",
    "documents.documentsnapshot": "a copy that makes loading fast; made anew from the log",
    "documents.documentticket": "leave to open a socket for some minutes",
    "documents.commentdraft": "not published: it belongs to whoever has the link in their mail",
}


def register_part() -> None:
    """Make our part known (called by `ready()`)."""
    register(Part("documents", TABLES, check=check_texts, after=_after, left_out=LEFT_OUT))
