"""A process as one file: exporting it, looking a foreign one over, importing it. All three run as background work."""

import tempfile
import uuid
from collections.abc import Mapping
from contextlib import contextmanager
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cocreation.kernel.errors import Conflict, Forbidden, Invalid, TooLarge
from community import background_kinds
from community.background_kinds import Outcome, Progress
from community.models import BackgroundState, BackgroundWork, Membership, User
from community.services.background import work_start
from processes.archive import parts
from processes.archive.container import Container, opened
from processes.archive.loading import Builder, Ids, Loaded, free_ids, raw_rows, row_ids
from processes.archive.people import people_here, people_of
from processes.archive.problems import refusal
from processes.archive.writer import archive_write, blocks
from processes.models import Process, Role
from processes.paths import process_path
from processes.permissions import decide, require
from processes.services.changes import process_lock, record
from processes.services.grants import grants_sync
from processes.services.roles import role_write

EXPORT = "process.export"
CHECK = "process.archive_check"
IMPORT = "process.import"
ROWS_AT_ONCE = 200


# --- asking for it -------------------------------------------------------------------------------


@transaction.atomic
def export_request(*, actor: User, process: Process) -> BackgroundWork:
    """Ask for the archive of a process; the file is for whoever asks, for three days.

    Needs: ability process_export. Raises: TooMany. Emits: activity process.exported; a notification when it is there.
    """
    record(actor, "process.exported", process)
    return work_start(actor=actor, kind=EXPORT, label=process.title, process_id=process.pk)


@transaction.atomic
def check_request(*, actor: User, upload: UploadedFile) -> BackgroundWork:
    """Ask to look over an archive that somebody sent; nothing is imported yet.

    Raises: Forbidden for a closed account, TooLarge beyond ARCHIVE_MAX_BYTES, Invalid for an empty file, TooMany.
    """
    _demand_account(actor)
    if (upload.size or 0) > settings.ARCHIVE_MAX_BYTES:
        limit = settings.ARCHIVE_MAX_BYTES // 1_000_000
        message = _("The file is larger than %(limit)s MB.") % {"limit": limit}
        raise TooLarge(message, fields={"file": [message]})
    if not upload.size:
        message = _("The file is empty.")
        raise Invalid(message, "file_empty", fields={"file": [message]})
    return work_start(actor=actor, kind=CHECK, label=upload.name or "", upload=upload)


@transaction.atomic
def import_request(
    *, actor: User, checked: BackgroundWork, with_people: bool = False
) -> BackgroundWork:
    """Ask to import an archive that was looked over. `with_people` is the operator's word for it (see archive/people).

    Raises: Conflict when the check is not done or found it bad, Forbidden for `with_people` by anybody else.
    """
    _demand_account(actor)
    if with_people and not actor.is_superuser:
        message = _("Only operators of this site bring people and their roles back.")
        raise Forbidden(message, "operators_only")
    # Locked as by `work_remove`: a check that goes meanwhile takes its file along.
    good = BackgroundWork.objects.select_for_update().filter(kind=CHECK, state=BackgroundState.DONE)
    checked = good.filter(pk=checked.pk).first()
    if checked is None or not checked.upload:
        raise Conflict(_("This archive was not looked over yet, or it cannot be used."), "checked")
    return work_start(
        actor=actor,
        kind=IMPORT,
        label=str(checked.report.get("title", "")),
        data={"with_people": with_people},
        upload_name=checked.upload.name,
    )


def _demand_account(actor: User) -> None:
    if not (actor.is_authenticated and actor.is_active):
        raise Forbidden(_("Sign in to do this."), "sign_in")


# --- doing it ------------------------------------------------------------------------------------


def _export_run(work: BackgroundWork, progress: Progress) -> Outcome:
    process = Process.objects.get(pk=work.process_id)
    # Rights may have changed while the work waited.
    require(decide(work.owner, "process_export", process))
    path, manifest = archive_write(process, progress)
    report = {"counts": manifest["counts"], "missing_files": manifest["missing_files"]}
    unpacked = sum(member["size"] for member in manifest["members"].values())
    if limit := limit_passed(path.stat().st_size, unpacked):
        report["too_large"] = limit
    return Outcome(
        result_url=process_path(process),
        report=report,
        file=path,
        file_name=archive_name(process),
    )


def limit_passed(packed: int, unpacked: int) -> dict:
    """Return which limit of an import an archive of this size passes ({"setting", "limit"}), else nothing."""
    if packed > settings.ARCHIVE_MAX_BYTES:
        return {"setting": "ARCHIVE_MAX_BYTES", "limit": settings.ARCHIVE_MAX_BYTES}
    if unpacked > settings.ARCHIVE_MAX_UNPACKED_BYTES:
        limit = settings.ARCHIVE_MAX_UNPACKED_BYTES
        return {"setting": "ARCHIVE_MAX_UNPACKED_BYTES", "limit": limit}
    return {}


def archive_name(process: Process) -> str:
    """Return the name to save an archive under."""
    return f"{slugify(process.title)[:60] or 'process'}.process.zip"


def _check_run(work: BackgroundWork, progress: Progress) -> Outcome:
    with work.upload.open("rb") as file:
        return Outcome(report=archive_check(file, importer=work.owner, progress=progress))


def _import_run(work: BackgroundWork, progress: Progress) -> Outcome:
    with work.upload.open("rb") as file:
        process, notes = process_import(
            file,
            importer=work.owner,
            vouched=bool(work.data.get("with_people")) and work.owner.is_superuser,
            progress=progress,
        )
    return Outcome(result_url=process_path(process), report={"notes": notes})


def archive_check(file: BinaryIO, *, importer: User | None, progress: Progress) -> dict:
    """Look an archive over as an import would and return what is in it: title, counts, notes. Writes nothing.

    Raises: Invalid (codes "archive_…", see archive/problems).
    """
    with opened(file) as container:
        loaded = _load(container, importer=importer, vouched=False, progress=progress)
        stated = container.manifest
        people = people_of(container)
    title = next(iter(loaded.rows["processes.process"])).title
    return {
        "title": title,
        "created_at": str(stated.get("created_at", ""))[:40],
        "counts": {name: len(rows) for name, rows in loaded.rows.items() if rows},
        "people": [{"name": row.name, "email": row.email} for row in people[:200]],
        "people_count": len(people),
        "is_copy": loaded.ids.is_changed,
        "notes": dict(loaded.notes),
    }


def process_import(
    file: BinaryIO,
    *,
    importer: User | None,
    vouched: bool,
    progress: Progress,
    activate: bool = False,
) -> tuple[Process, dict]:
    """Make a process out of an archive, all of it or nothing, and return it with notes on what could not come along.

    Ids stay where all of them are free, else everything gets new ones. Unless `vouched` (an operator's word, see
    archive/people), the importer becomes the coordinator, nobody else has a role, and the process is a working group
    until the coordinator opens it. Times, dates, histories of texts, threads, answers and files are as they were.
    Raises: Invalid (codes "archive_…"), Cancelled. Emits: activity process.imported.
    """
    with opened(file) as container:
        loaded = _load(
            container, importer=importer, vouched=vouched, progress=progress, activate=activate
        )
        with _files_stored(container, loaded, progress), progress.quiet():
            try:
                process = _write(loaded, importer, vouched, progress)
            except IntegrityError as error:
                raise refusal("rows_conflict") from error
    return process, dict(loaded.notes)


def _load(
    container: Container,
    *,
    importer: User | None,
    vouched: bool,
    progress: Progress,
    activate: bool = False,
) -> Loaded:
    """Check every byte of an archive and return its rows, checked one by one and as a whole, unsaved."""
    sizes = {name: blocks(container.size(name)) for name in container.members}
    # Every byte is read to be checked; those of files once more, to be stored.
    files = sum(size for name, size in sizes.items() if not name.startswith("tables/"))
    progress.total(sum(sizes.values()) + files + len(parts.tables()))
    for name in container.members:
        container.verify(name, progress)
    raw = raw_rows(container, progress)
    known = row_ids(raw)
    if len(raw["processes.process"]) != 1:
        raise refusal("row_broken", name="processes.process")
    people, accounts = people_here(
        people_of(container), importer=importer, vouched=vouched, activate=activate
    )
    names = {old: str(new) for old, new in people.items()}
    memberships = Membership.objects.filter(user=importer).values_list("organisation_id", flat=True)
    loaded = Builder(
        ids=Ids(free_ids(known) | names),
        known=known,
        people=people,
        found=_found(container),
        organisations=None if vouched else set(memberships),
        with_rights=vouched,
    ).build(raw)
    loaded.accounts = accounts
    for part in parts.parts():
        part.check(loaded.rows)
    return loaded


def _found(container: Container) -> Mapping:
    """Return what the archive points to outside itself, as far as it is here."""
    described = container.json("references.json") if "references.json" in container.members else {}
    if not isinstance(described, dict):
        raise refusal("json_broken", name="references.json")
    found = {}
    for model, reference in parts.references().items():
        wanted = described.get(model._meta.label_lower, {})  # noqa: SLF001 - Django documents it
        if not isinstance(wanted, dict):
            raise refusal("json_broken", name="references.json")
        found[model] = reference.find(wanted)
    return found


@contextmanager
def _files_stored(container: Container, loaded: Loaded, progress: Progress):
    """Store the files of an import; when anything fails after that, none of them stays."""
    stored = []
    try:
        for table, row, column, member in loaded.files:
            with _unpacked(container, member, progress) as file:
                ending = table.file(row, file)
                file.seek(0)
                field = getattr(row, column.name)
                field.save(f"{uuid.uuid4().hex}{ending}", File(file), save=False)
            stored.append(field)
        yield
    except BaseException:
        for field in stored:
            field.storage.delete(field.name)
        raise


@contextmanager
def _unpacked(container: Container, member: str, progress: Progress):
    """Give the content of a member as a file that can be read twice."""
    with tempfile.SpooledTemporaryFile(max_size=1_000_000) as file:
        for chunk in container.chunks(member):
            file.write(chunk)
            progress.step(blocks(len(chunk)))
        file.seek(0)
        yield file


@transaction.atomic
def _write(loaded: Loaded, importer: User | None, vouched: bool, progress: Progress) -> Process:
    progress.demand_running()
    User.objects.bulk_create(loaded.accounts)
    for table in parts.tables():
        _rows_save(table.model, loaded.rows[table.name])
    _many_save(loaded)
    process = process_lock(loaded.rows["processes.process"][0].pk)
    if not vouched and importer is not None:
        role_write(actor=importer, process=process, user=importer, role=Role.COORDINATOR)
    grants_sync(process)
    for part in parts.parts():
        part.after(process)
    record(importer, "process.imported", process, notes=dict(loaded.notes))
    return process


def _rows_save(model: type[models.Model], rows: list[models.Model]) -> None:
    """Save rows as they are: also `updated_at` stays what it was, which an ordinary save would set."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django documents it
    if any(getattr(one, "auto_now", False) for one in fields):
        for row in rows:
            row.save_base(raw=True, force_insert=True)
    else:
        model._default_manager.bulk_create(rows, batch_size=ROWS_AT_ONCE)  # noqa: SLF001


def _many_save(loaded: Loaded) -> None:
    by_field: dict = {}
    for many, row, ids in loaded.many:
        by_field.setdefault(many, []).extend((row.pk, other) for other in ids)
    for many, pairs in by_field.items():
        through = many.remote_field.through
        mine, theirs = f"{many.m2m_field_name()}_id", f"{many.m2m_reverse_field_name()}_id"
        through._default_manager.bulk_create(  # noqa: SLF001 - documented
            [through(**{mine: one, theirs: other}) for one, other in pairs],
            batch_size=ROWS_AT_ONCE,
        )


def register_kinds() -> None:
    """Make the kinds of work of this module known (called by `ready()`)."""
    for name, title, run, is_quiet in (
        (EXPORT, gettext_lazy("Exporting a process"), _export_run, False),
        (CHECK, gettext_lazy("Looking over an archive"), _check_run, True),
        (IMPORT, gettext_lazy("Importing a process"), _import_run, False),
    ):
        background_kinds.register(background_kinds.Kind(name, title, run, is_quiet))
