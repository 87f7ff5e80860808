"""Files that belong to rows: written before the commit, gone again when it fails; removed only after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.files.base import File
from django.db import transaction
from django.db.models.fields.files import FieldFile

_written: ContextVar[list[FieldFile] | None] = ContextVar("files_written", default=None)


@contextmanager
def files_undone() -> Iterator[None]:
    """Take away the files that `file_keep` stored inside, when it fails. Stands outside of the transaction.

    As a decorator it goes above `transaction.atomic`; inside another one the outer answers for what the inner kept.
    """
    outer, mine = _written.get(), []
    token = _written.set(mine)
    try:
        yield
    except BaseException:
        for field in mine:
            field.storage.delete(field.name)
        raise
    else:
        if outer is not None:
            outer.extend(mine)
    finally:
        _written.reset(token)


def file_keep(field: FieldFile, name: str, content: File) -> None:
    """Store the file of an unsaved row; the `files_undone` around takes it away again when that fails."""
    field.save(name, content, save=False)
    written = _written.get()
    if written is not None:
        written.append(field)


def file_drop(field: FieldFile) -> None:
    """Delete a row's file once the transaction is committed: rolled back, the row still has it."""
    if field:
        storage, name = field.storage, field.name
        transaction.on_commit(lambda: storage.delete(name))
