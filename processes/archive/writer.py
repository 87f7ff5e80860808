"""Making an archive: all tables as they were at one moment, then the files that they name."""

import hashlib
import json
import tempfile
import time
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import FileField, Model

from cocreation.kernel import clock
from cocreation.kernel.snapshot import reading_snapshot
from community.background_kinds import Progress
from community.models import User
from processes.archive import parts
from processes.archive.parts import Table
from processes.archive.values import is_person, row_values, target
from processes.models import Process

FORMAT = "cocreation-process"
VERSION = 1
CHUNK_ROWS = 500
BLOCK_BYTES = 65_536
CHUNK_BYTES = 16 * BLOCK_BYTES
PREFIX = "process-archive-"
FORGOTTEN_SECONDS = 86_400


@dataclass
class _Found:
    """What came together while rows were read."""

    people: set[uuid.UUID] = field(default_factory=set)
    others: dict[type[Model], set] = field(default_factory=dict)
    files: list[tuple[str, object]] = field(default_factory=list)
    members: dict[str, dict] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    inside: frozenset = field(
        default_factory=lambda: frozenset(table.model for table in parts.tables())
    )


def archive_write(process: Process, progress: Progress) -> tuple[Path, dict]:
    """Write the archive of a process to a temporary file and return its path and the manifest.

    A file that the store has lost does not stop it: the manifest names it, and its row says that it has none.
    Raises: Cancelled. Nothing is locked; everything is of one moment.
    """
    found = _Found()
    tables = parts.tables()
    _forgotten_delete()
    handle = tempfile.NamedTemporaryFile(prefix=PREFIX, suffix=".zip", delete=False)  # noqa: SIM115
    path = Path(handle.name)
    try:
        with handle, zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as target_zip:
            progress.total(len(tables))
            with progress.quiet(), reading_snapshot():
                for table in tables:
                    _table_write(target_zip, table, process, found)
                    progress.step()
                _context_write(target_zip, found)
            # By what there is to read, not by the number of files: one of them may be nearly everything.
            progress.total(len(tables) + sum(blocks(file.size) for _member, file in found.files))
            for member, file in found.files:
                _file_write(target_zip, member, file, found, progress)
            manifest = _manifest(process, found)
            target_zip.writestr("manifest.json", _json(manifest, indent=2))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, manifest


def _table_write(archive: zipfile.ZipFile, table: Table, process: Process, found: _Found) -> None:
    with _member(archive, table.member, found) as write:
        for row in _rows(table, process):
            values = row_values(table, row)
            _note(table, row, values, found)
            write(_json(values).encode() + b"\n")
            found.counts[table.name] += 1


def _rows(table: Table, process: Process) -> Iterator[Model]:
    lookup = {table.process or "pk": process.pk}
    rows = table.model._default_manager.filter(**lookup).order_by("pk")  # noqa: SLF001 - documented
    rows = rows.prefetch_related(*(one.name for one in table.many()))
    return rows.iterator(chunk_size=CHUNK_ROWS)


def _note(table: Table, row: Model, values: dict, found: _Found) -> None:
    """Remember whom and what a row points to, and which files it has."""
    for column in table.fields():
        model = target(column)
        pk = getattr(row, column.attname)
        if isinstance(column, FileField):
            file = getattr(row, column.name)
            if file and file.storage.exists(file.name):
                found.files.append((values[column.name], file))
            elif file:
                found.missing.append(values[column.name])
                values[column.name] = ""
        elif model is not None and pk is not None:
            _point(model, [pk], found)
    for many in table.many():
        _point(many.related_model, [uuid.UUID(pk) for pk in values[many.name]], found)


def _point(model: type[Model], pks: Iterable, found: _Found) -> None:
    if is_person(model):
        found.people.update(pks)
    elif model not in found.inside:
        found.others.setdefault(model, set()).update(pks)


def _context_write(archive: zipfile.ZipFile, found: _Found) -> None:
    """Write who the people are, and what the things outside the process are called."""
    people = [
        {"id": str(user.pk), "email": user.email, "name": user.name, "language": user.language,
         "created_at": user.created_at.isoformat(),
         "removed_at": user.removed_at.isoformat() if user.removed_at else None}
        for user in User.objects.filter(pk__in=found.people).order_by("pk")
    ]  # fmt: skip
    with _member(archive, "people.json", found) as write:
        write(_json(people, indent=1).encode())
    known = parts.references()
    described = {
        model._meta.label_lower: dict(known[model].describe(pks))  # noqa: SLF001 - documented
        for model, pks in found.others.items()
    }
    with _member(archive, "references.json", found) as write:
        write(_json(described, indent=1).encode())


def blocks(size: int) -> int:
    """Return how many steps of progress so many bytes are."""
    return -(-size // BLOCK_BYTES)


def _file_write(
    archive: zipfile.ZipFile, member: str, file: object, found: _Found, progress: Progress
) -> None:
    # As it is: documents and pictures are packed already, and a table of zeros must not look like a bomb to an import.
    info = zipfile.ZipInfo(member)
    info.compress_type = zipfile.ZIP_STORED
    with file.open("rb") as source, _member(archive, info, found) as write:
        while chunk := source.read(CHUNK_BYTES):
            write(chunk)
            progress.step(blocks(len(chunk)))


def _forgotten_delete() -> None:
    """Delete what a run that was killed left behind; no run takes a day."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*.zip"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > FORGOTTEN_SECONDS:
                path.unlink()


@contextmanager
def _member(archive: zipfile.ZipFile, named: str | zipfile.ZipInfo, found: _Found):
    """Open a member for writing and note its size and SHA-256 when it is whole."""
    digest, size = hashlib.sha256(), 0
    name = named if isinstance(named, str) else named.filename
    with archive.open(named, "w", force_zip64=True) as opened:

        def write(data: bytes) -> None:
            nonlocal size
            opened.write(data)
            digest.update(data)
            size += len(data)

        yield write
    found.members[name] = {"sha256": digest.hexdigest(), "size": size}


def _manifest(process: Process, found: _Found) -> dict:
    return {
        "format": FORMAT,
        "version": VERSION,
        "created_at": clock.now().isoformat(),
        "process": {"id": str(process.pk), "title": process.title, "language": process.language},
        "counts": dict(sorted(found.counts.items())) | {"people": len(found.people)},
        "missing_files": found.missing,
        "members": found.members,
    }


def _json(value: object, **options: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, **options)
