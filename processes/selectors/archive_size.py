"""How large the archive of a process will be, before it is made."""

from django.conf import settings
from django.db.models import FileField, Sum

from processes.archive import parts
from processes.models import Process


def files_size(process: Process) -> int:
    """Return how many bytes the files and pictures of a process take; the plan and the texts come on top of it.

    Queries: one for each table with files.
    """
    total = 0
    for table in parts.tables():
        names = {column.name for column in table.fields()}
        has_files = any(isinstance(column, FileField) for column in table.fields())
        if has_files and "size_bytes" in names:
            rows = table.model._default_manager.filter(**{table.process: process.pk})  # noqa: SLF001
            total += rows.aggregate(size=Sum("size_bytes"))["size"] or 0
    return total


def is_beyond_import(size: int) -> bool:
    """Tell whether files of this size alone make an archive that no site with our limits takes in."""
    return size > min(settings.ARCHIVE_MAX_BYTES, settings.ARCHIVE_MAX_UNPACKED_BYTES)
