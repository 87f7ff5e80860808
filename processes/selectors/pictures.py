"""Reading the picture of a process."""

import uuid

from django.utils.translation import gettext as _

from cocreation.kernel.errors import NotFound
from processes.models import Process, ProcessPicture
from processes.selectors.processes import process_get_for


def picture_of(process: Process) -> ProcessPicture | None:
    """Return the picture of a process that came with it (`select_related`), if it has one."""
    return getattr(process, "picture", None)


def picture_get_for(user, process_id: uuid.UUID) -> ProcessPicture:
    """Return the picture of a process that the person may read. Raises: NotFound, also when the store lost the file."""
    picture = picture_of(process_get_for(user, process_id, need="process_read"))
    # Out of an archive that lacked the file, it has none.
    if not (picture and picture.file and picture.file.storage.exists(picture.file.name)):
        raise NotFound(_("The process has no picture."))
    return picture
