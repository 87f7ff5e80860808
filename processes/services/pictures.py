"""The picture of a process: put there, described, taken away."""

import uuid

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid, NotFound
from cocreation.kernel.storing import file_drop, file_keep, files_undone
from community.models import User
from processes.models import Process, ProcessPicture
from processes.pictures import Picture, picture_made
from processes.services.changes import process_changed, process_lock, record
from processes.validation import check, text


@files_undone()
@transaction.atomic
def picture_set(
    *, actor: User, process: Process, alt: str, file: UploadedFile | None = None
) -> ProcessPicture:
    """Show a process with a picture in place of any that it has; without `file` only the words for it change.

    Raises: TooLarge, Invalid (codes "image_type", "image_small", "alt", "file").
    Emits: process.updated; activity process.picture_set.
    """
    words = text(alt)
    if not words:
        message = _("Say in a few words what the picture shows, for whoever does not see it.")
        raise Invalid(message, "alt", fields={"alt": [message]})
    made = picture_made(file, size_bytes=file.size or 0) if file else None
    row = process_lock(process)
    present = ProcessPicture.objects.filter(process=row).first()
    if made is None and present is None:
        message = _("Choose a picture first.")
        raise Invalid(message, "file", fields={"file": [message]})
    if made is None:
        present.alt = words
        check(present)
        present.save(update_fields=["alt", "updated_at"])
        picture = present
    else:
        if present is not None:
            _take_away(present)
        picture = _keep(actor, row, made, words)
    record(actor, "process.picture_set", row, alt=words)
    process_changed(row)
    return picture


@transaction.atomic
def picture_remove(*, actor: User, process: Process) -> None:
    """Take the picture of a process away; its file goes with the commit. Raises: NotFound when there is none.

    Emits: process.updated; activity process.picture_removed.
    """
    row = process_lock(process)
    present = ProcessPicture.objects.filter(process=row).first()
    if present is None:
        raise NotFound(_("The process has no picture."))
    _take_away(present)
    record(actor, "process.picture_removed", row)
    process_changed(row)


def picture_copy(*, actor: User, source: Process, copy: Process) -> None:
    """Give a copy the same picture, as a file of its own; inside the transaction and `files_undone` of the copy."""
    there = ProcessPicture.objects.filter(process=source).first()
    if not (there and there.file and there.file.storage.exists(there.file.name)):
        return
    with there.file.open("rb") as file:
        made = Picture(file.read(), there.width, there.height)
    _keep(actor, copy, made, there.alt)


def _keep(actor: User, process: Process, made: Picture, alt: str) -> ProcessPicture:
    picture = ProcessPicture(
        process=process,
        alt=alt,
        width=made.width,
        height=made.height,
        size_bytes=len(made.data),
        created_by=actor,
    )
    check(picture, exclude=("file",))
    file_keep(picture.file, f"{uuid.uuid4().hex}.jpg", ContentFile(made.data))
    picture.save(force_insert=True)
    return picture


def _take_away(picture: ProcessPicture) -> None:
    file_drop(picture.file)
    picture.delete()
