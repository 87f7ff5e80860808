"""A process as one file: nothing is lost on the way there and back, and a bad file does nothing."""

import io
import json
import os
import stat
import uuid
import zipfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection

from cocreation.kernel.errors import DomainError
from community.append_only import while_emptied
from community.background_kinds import Cancelled
from community.models import Organisation, User
from documents.models import Document, DocumentUpdate
from documents.selectors.texts import document_content
from documents.selectors.verification import verify_document
from interlinkers.models import ProcessTemplate
from processes.archive import container, parts
from processes.archive.counting import Counting
from processes.archive.writer import archive_write
from processes.models import Asset, Process, Role, Visibility
from processes.permissions import role_of
from processes.services.archives import archive_check, process_import
from processes.services.assets import asset_file_create
from tests.factories import processes as factory
from tests.factories.archives import archive_of, contents, rich_process

pytestmark = pytest.mark.django_db
# Lines about exporting and importing itself come on top of what was there.
OWN_VERBS = ("process.exported", "process.imported")


def imported(path: Path, importer=None, *, vouched: bool = False, **options) -> Process:
    with path.open("rb") as file:
        return process_import(
            file, importer=importer, vouched=vouched, progress=Counting(), **options
        )[0]


def compared(path: Path) -> dict:
    """Return the contents of an archive without the lines about exporting and importing."""
    found = contents(path)
    lines = "tables/community.activity.jsonl"
    found[lines] = [row for row in found[lines] if row["verb"] not in OWN_VERBS]
    manifest = found.pop("manifest.json")
    return found | {"missing_files": manifest["missing_files"]}


def log_emptied() -> None:
    """Empty the activity log as an owner of the database can: past the guards that no program of ours gets past."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        # As `flush` writes it, for which the guard of SQLite comes down.
        with connection.execute_wrapper(while_emptied) if _is_sqlite() else nullcontext():
            cursor.execute('DELETE FROM "community_activity"')
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def emptied() -> None:
    """Take everything away that a fresh installation with the same catalogue and organisations has not."""
    Asset.objects.all().delete()
    Process.objects.all().delete()
    log_emptied()
    User.objects.all().delete()


@pytest.mark.parametrize("seed", range(1, 5))
def test_export_import_into_an_empty_instance_and_export_again_are_equal(seed):
    process = rich_process(seed)
    first = archive_of(process)
    before = compared(first)
    texts = {row.pk: document_content(row)[0] for row in Document.objects.all()}
    roles = {user.pk: role_of(user, process) for user in User.objects.all()}
    emptied()
    again = imported(first, vouched=True)
    assert again.pk == process.pk
    after = compared(archive_of(again))
    assert after.keys() == before.keys()
    for name in before:
        if name == "tables/processes.invitation.jsonl":
            assert len(after[name]) == len(before[name])
        assert after[name] == before[name], name
    for pk, content in texts.items():
        assert document_content(Document.objects.get(pk=pk))[0] == content
        assert verify_document(pk).is_sound
    assert not User.objects.filter(is_active=True).exists()
    User.objects.update(is_active=True)
    assert {
        u.pk: role_of(u, again) for u in User.objects.filter(pk__in=roles)
    }.items() <= roles.items()


def test_where_the_ids_are_taken_everything_gets_new_ones_and_nothing_else_changes():
    process = rich_process(3)
    path = archive_of(process)
    importer = factory.person("Importer")
    copy = imported(path, importer)
    assert copy.pk != process.pk
    assert copy.title == process.title
    old, new = contents(path), contents(archive_of(copy))
    assert {name: len(rows) for name, rows in old.items() if name.endswith("update.jsonl")} == {
        name: len(rows) for name, rows in new.items() if name.endswith("update.jsonl")
    }
    for document in Document.objects.filter(process=copy):
        assert verify_document(document.pk).is_sound
    titles = process.documents.order_by("title").values_list("title", flat=True)
    assert list(copy.documents.order_by("title").values_list("title", flat=True)) == list(titles)
    mine = {str(pk) for pk in process.nodes.values_list("pk", flat=True)}
    assert not mine & set(_words(new["tables/community.activity.jsonl"]))


def _words(value) -> list[str]:
    if isinstance(value, dict):
        return [word for item in value.values() for word in _words(item)]
    if isinstance(value, list):
        return [word for item in value for word in _words(item)]
    return [value] if isinstance(value, str) else []


def test_pictures_in_a_text_are_found_under_their_new_ids():
    process = rich_process(1)
    document = process.documents.first()
    image = document.images.get()
    from documents import ydoc
    from documents.models import UpdateKind
    from documents.schema import normalise, with_block_ids
    from documents.services import updates

    content = with_block_ids(
        normalise(
            {
                "type": "doc",
                "content": [
                    {
                        "type": "paragraph",
                        "content": [
                            {"type": "image", "attrs": {"image": str(image.pk), "alt": "Map"}}
                        ],
                    }
                ],
            }
        ),
        seed="x",
    )
    updates.server_update_append(
        document=document,
        user=None,
        kind=UpdateKind.EDIT,
        data=ydoc.json_to_update(content, client_id=77),
        client_id=77,
    )
    copy = imported(archive_of(process), factory.person("Importer"))
    theirs = copy.documents.get(title=document.title)
    shown = json.dumps(document_content(theirs)[0])
    assert str(theirs.images.get().pk) in shown
    assert str(image.pk) not in shown
    assert theirs.images.get().file.read() == image.file.read()


def test_who_imports_coordinates_and_nobody_elses_account_is_used():
    process = rich_process(2)
    path = archive_of(process)
    importer = factory.person("Importer")
    before = set(User.objects.values_list("pk", flat=True))
    copy = imported(path, importer)
    assert copy.visibility == Visibility.PRIVATE
    assert copy.organisation is None
    assert [(row.user, row.role) for row in copy.roles.filter(user__isnull=False)] == [
        (importer, Role.COORDINATOR)
    ]
    writers = set(
        DocumentUpdate.objects.filter(document__process=copy).values_list("user_id", flat=True)
    )
    assert not writers & before
    strangers = User.objects.exclude(pk__in=before)
    assert strangers.exists()
    for stranger in strangers:
        assert not stranger.is_active
        assert not stranger.has_usable_password()
        assert stranger.email.endswith("@archive.invalid")
        assert stranger.display_name.endswith("(from an archive)")


def test_an_operators_import_knows_people_by_their_address():
    process = rich_process(2)
    path = archive_of(process)
    facilitator = User.objects.get(name="facilitator")
    copy = imported(path, vouched=True)
    assert role_of(facilitator, copy) == Role.FACILITATOR
    assert copy.organisation == Organisation.objects.get()
    assert copy.template == ProcessTemplate.objects.get()


def test_a_file_that_the_store_has_lost_is_told_and_stops_nothing():
    process = rich_process(1)
    asset = Asset.objects.get(kind="file")
    asset.file.storage.delete(asset.file.name)
    path = archive_of(process)
    assert len(contents(path)["manifest.json"]["missing_files"]) == 1
    emptied()
    imported(path, vouched=True)
    assert not Asset.objects.get(kind="file").file


def test_commands_export_and_import(tmp_path, capsys):
    process = rich_process(1)
    target = tmp_path / "process.zip"
    call_command("export_process", str(process.pk), to=target)
    emptied()
    call_command("import_process", target, dry_run=True)
    assert not Process.objects.exists()
    call_command("import_process", target, bring_people=True)
    assert Process.objects.get().pk == process.pk
    assert "imported" in capsys.readouterr().out


# --- bad files ------------------------------------------------------------------------------------


@pytest.fixture
def good(tmp_path):
    path = archive_of(rich_process(1))
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: dict, *, extra=()) -> io.BytesIO:
    """Write members as they are; `extra` are (ZipInfo, data)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        for info, data in extra:
            archive.writestr(info, data)
    out.seek(0)
    return out


def with_manifest(members: dict, **changes) -> dict:
    """Return members with a list of contents that fits them."""
    import hashlib

    manifest = json.loads(members["manifest.json"])
    manifest["members"] = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        for name, data in members.items()
        if name != "manifest.json"
    }
    return members | {"manifest.json": json.dumps(manifest | changes).encode()}


def refused(file: io.BytesIO, code: str) -> None:
    """An import is refused with a code and a sentence, and leaves nothing behind."""
    models = [
        model
        for model in apps.get_models()
        if model._meta.app_label in ("processes", "documents", "community")
    ]
    before = {model: model._default_manager.count() for model in models}
    with pytest.raises(DomainError) as told:
        process_import(file, importer=factory_importer(), vouched=False, progress=Counting())
    assert told.value.code == f"archive_{code}", told.value.message
    assert told.value.message
    assert {model: model._default_manager.count() for model in models} == before


def factory_importer() -> User:
    return User.objects.filter(is_active=True).first()


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "files/../../x",
        "a\\b",
        "C:/x",
        "files//x",
        ".hidden",
        "x/./y",
        "ā",
    ],
)
def test_a_name_that_leads_out_of_the_archive_is_refused(good, name):
    refused(zipped(good, extra=[(zipfile.ZipInfo(name), b"x")]), "path_trick")


def test_a_link_is_refused(good):
    info = zipfile.ZipInfo("files/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused(zipped(good, extra=[(info, b"/etc/passwd")]), "link")


def test_a_bomb_is_refused_before_it_is_unpacked(good):
    refused(zipped({**good, "files/bomb": b"\0" * 5_000_000}), "zip_bomb")


def test_an_archive_that_unpacks_to_too_much_is_refused(good, settings):
    settings.ARCHIVE_MAX_UNPACKED_BYTES = 1000
    refused(zipped(good), "unpacked_too_large")


def test_too_many_members_are_refused(good, monkeypatch):
    monkeypatch.setattr(container, "MAX_MEMBERS", 3)
    refused(zipped(good), "too_many_members")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(good):
    refused(zipped(good, extra=[("people.json", b"[]")]), "duplicate_member")


def test_a_locked_archive_is_refused(good):
    data = bytearray(zipped(good).getvalue())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    refused(io.BytesIO(bytes(data)), "encrypted")


def test_what_is_no_archive_is_refused(good):
    refused(io.BytesIO(b"not a zip"), "not_a_zip")
    refused(io.BytesIO(zipped(good).getvalue()[:500]), "not_a_zip")
    refused(zipped({"x.txt": b"x"}), "manifest_missing")
    refused(zipped(with_manifest(good, format="other")), "format_unknown")
    refused(zipped(with_manifest(good, version=2)), "version_unknown")


def test_a_missing_an_unknown_and_a_changed_member_are_named(good):
    gone = next(name for name in good if name.startswith("files/"))
    refused(zipped({name: data for name, data in good.items() if name != gone}), "member_missing")
    refused(zipped({**good, "files/more": b"x"}), "member_unknown")
    refused(zipped({**good, "people.json": b"[]"}), "checksum")


def changed(good: dict, member: str, change) -> io.BytesIO:
    """Return the archive with the rows of a table changed and a list of contents that fits."""
    name = f"tables/{member}.jsonl"
    rows = [json.loads(line) for line in good[name].splitlines()]
    rows = change(rows) or rows
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    return zipped(with_manifest({**good, name: data}))


SHARES = "processes.publishedshares"


def _set(**values):
    return lambda rows: rows[0].update(values)


@pytest.mark.parametrize(
    ("member", "change", "code"),
    [
        ("processes.process", _set(status="won"), "row_broken"),
        ("processes.process", _set(work_days=""), "row_broken"),
        ("processes.process", _set(title="x" * 300), "row_broken"),
        ("processes.process", _set(title=None), "row_broken"),
        ("processes.process", _set(created_at="yesterday"), "row_broken"),
        ("processes.process", _set(twins=[1]), "row_broken"),
        ("processes.process", _set(id="x"), "row_broken"),
        ("processes.process", lambda rows: [*rows, rows[0]], "rows_conflict"),
        ("processes.process", _set(created_by=str(uuid.uuid4())), "reference_missing"),
        ("processes.node", _set(process=str(uuid.uuid4())), "reference_missing"),
        ("processes.node", lambda rows: rows[0].update(parent=rows[0]["id"]), "row_broken"),
        ("processes.asset", _set(url="javascript:alert(1)", kind="link"), "row_broken"),
        ("documents.documentupdate", _set(checksum=1), "row_broken"),
        ("documents.documentupdate", _set(data="not base64!"), "row_broken"),
        ("documents.documentupdate", lambda rows: rows[1:] or [{}], "text_broken"),
        ("documents.documenthead", _set(sequence=99), "text_broken"),
        ("documents.documentclient", _set(client_id=12345), "text_broken"),
        ("documents.version", _set(content={"type": "doc", "content": []}), "row_broken"),
        ("documents.disposition", _set(changes=[1]), "row_broken"),
        ("community.activity", _set(details=[]), "row_broken"),
        (SHARES, _set(figures={"kinds": [{"name": "words", "cells": 1}]}), "row_broken"),
        (SHARES, _set(published_at="9999-12-31T00:00:00+00:00"), "row_broken"),
        (SHARES, _set(published_at="2026-01-01T00:00:00"), "row_broken"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_table(good, member, change, code):
    refused(changed(good, member, change), code)


def test_points_of_a_checklist_hang_on_tasks_only(good):
    nodes = map(json.loads, good["tables/processes.node.jsonl"].splitlines())
    phase = next(row["id"] for row in nodes if row["kind"] == "phase")
    refused(changed(good, "processes.checklistitem", _set(task=phase)), "row_broken")


def test_bytes_that_the_library_would_choke_on_never_reach_it(good):
    import base64
    import zlib

    hostile = sorted(Path("tests/data/hostile").rglob("*.bin"))
    assert hostile
    for path in hostile:
        data = path.read_bytes()
        values = {"data": base64.b64encode(data).decode(), "checksum": zlib.crc32(data)}
        refused(changed(good, "documents.documentupdate", _set(**values)), "text_broken")


def test_json_that_is_nested_too_deep_is_refused(good):
    deep = b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    name = "tables/processes.process.jsonl"
    refused(zipped(with_manifest({**good, name: deep})), "json_broken")


def test_a_table_that_nobody_knows_is_refused(good):
    refused(zipped(with_manifest({**good, "tables/evil.thing.jsonl": b""})), "table_unknown")


def test_a_program_in_place_of_a_file_is_refused_and_no_file_stays(good, settings):
    name = next(name for name in good if "/processes.asset/" in name)
    before = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    file = zipped(with_manifest({**good, name: b"MZ\0\0\x01\x02"}))
    with pytest.raises(DomainError):
        process_import(file, importer=factory_importer(), vouched=False, progress=Counting())
    assert {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()} == before


def test_looking_over_tells_what_is_in_it_and_writes_nothing(good):
    count = Process.objects.count()
    report = archive_check(zipped(good), importer=factory_importer(), progress=Counting())
    assert report["counts"]["documents.document"] == 2
    assert report["is_copy"]
    assert report["people_count"] >= 4
    assert Process.objects.count() == count


def test_the_rich_process_has_rows_in_every_table():
    found = set()
    for seed in (1, 2, 3):
        counts = contents(archive_of(rich_process(seed)))["manifest.json"]["counts"]
        found |= {name for name, count in counts.items() if count}
        emptied()
    assert {table.name for table in parts.tables()} - found == set()


def test_progress_goes_by_bytes_and_what_is_called_off_in_a_file_leaves_none(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    process = factory.process()
    task = factory.branch(process)[2][0]
    upload = SimpleUploadedFile("a.txt", b"words\n" * 600_000)
    asset_file_create(actor=process.created_by, task=task, upload=upload)

    class CalledOff(Counting):
        def step(self, number: int = 1) -> None:
            super().step(number)
            # Some way into the one large file.
            if 0.5 < self.done / self.expected < 0.9:
                raise Cancelled

    with pytest.raises(Cancelled):
        archive_write(process, CalledOff())
    assert not list(tmp_path.glob("*.zip"))
    old = tmp_path / "process-archive-killed.zip"
    old.touch()
    os.utime(old, (0, 0))
    progress = Counting()
    path, _manifest = archive_write(process, progress)
    assert progress.done == progress.expected
    assert not old.exists()
    with path.open("rb") as file:
        archive_check(file, importer=factory_importer(), progress=Counting())
