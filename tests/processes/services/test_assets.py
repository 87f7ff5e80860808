"""What a task holds: files known by their content, links, interlinkers, registered kinds."""

import io
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cocreation.kernel.errors import Invalid, TooLarge
from community.models import Activity
from interlinkers.models import Interlinker, InterlinkerTranslation
from processes import asset_kinds
from processes.files import clean_name
from processes.models import Asset
from processes.selectors.assets import asset_views
from processes.services.assets import (
    asset_document_create,
    asset_file_create,
    asset_interlinker_create,
    asset_link_create,
    asset_remove,
    asset_restore,
    asset_update,
)
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    process = make.process()
    return make.branch(process)[2][0]


def archive(*names: str, mimetype: str = "") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "x")
    return data.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
GOOD = {
    "a.pdf": b"%PDF-1.7\n...",
    "a.PNG": b"\x89PNG\r\n\x1a\n....",
    "a.jpeg": b"\xff\xd8\xff\xe0....",
    "a.docx": DOCX,
    "a.xlsx": archive("[Content_Types].xml", "xl/workbook.xml"),
    "a.pptx": archive("[Content_Types].xml", "ppt/presentation.xml"),
    "a.odt": archive("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
    "a.csv": "vārds;місто\n".encode(),
    "a.txt": b"windows-1257: " + bytes([0xE2, 0xFE]),
}
BAD = {
    "a.html": b"<script>alert(1)</script>",
    "a.svg": b"<svg onload='alert(1)'/>",
    "a.exe": b"MZ\x90\x00",
    "a.pdf": b"<html>not a pdf</html>",
    "a.png": b"%PDF-1.7",
    "a.docx": archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "a.odt": DOCX,
    "b.docx": b"PK\x03\x04 broken",
    "a.zip": archive("x.txt"),
    "a.txt": b"\x00\x01\x02",
    "noending": b"plain",
}


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/gif")


def keep(task, name, data, **values) -> Asset:
    return asset_file_create(
        actor=task.process.created_by, task=task, upload=upload(name, data), **values
    )


@pytest.mark.parametrize("name", GOOD)
def test_a_file_is_kept_under_a_random_name_with_the_type_of_its_content(task, name):
    asset = keep(task, name, GOOD[name])
    assert asset.file_name == asset.title == name
    assert asset.content_type != "image/gif"
    assert asset.size_bytes == len(GOOD[name])
    assert "a." not in asset.file.name.rsplit("/", 1)[-1][:4]
    with asset.file.open() as file:
        assert file.read() == GOOD[name]
    assert Activity.objects.get(verb="asset.created").target_id == asset.pk


@pytest.mark.parametrize("name", BAD)
def test_a_file_of_another_kind_or_with_a_false_name_is_refused(task, name, settings):
    with pytest.raises(Invalid) as error:
        keep(task, name, BAD[name])
    assert "file" in error.value.fields
    assert not Asset.objects.exists()
    assert not list(settings.MEDIA_ROOT.rglob("*.*"))


def test_an_empty_and_a_too_large_file_are_refused(task, settings):
    with pytest.raises(Invalid):
        keep(task, "a.txt", b"")
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(TooLarge):
        keep(task, "a.txt", b"more than ten")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\plan.docx", "plan.docx"),
        ('a"b\r\nX: y.txt', "a'bX: y.txt"),
        ("invoice\u202excod.txt", "invoicexcod.txt"),
        ("ā" * 300 + ".pdf", "ā" * 116 + ".pdf"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_names_of_files_are_cleaned(name, clean):
    assert clean_name(name) == clean


def test_a_link_is_kept_with_its_host_as_title(task):
    asset = asset_link_create(
        actor=task.process.created_by, task=task, url=" https://example.org/plan "
    )
    assert (asset.url, asset.title) == ("https://example.org/plan", "example.org")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "/relative", "ftp://x.org", "http://", "[", ""],
)
def test_other_addresses_are_refused(task, url):
    with pytest.raises(Invalid):
        asset_link_create(actor=task.process.created_by, task=task, url=url, title="T")
    link = asset_link_create(actor=task.process.created_by, task=task, url="https://example.org")
    with pytest.raises(Invalid):
        asset_update(actor=task.process.created_by, asset=link, url=url)


def test_an_interlinker_is_put_into_a_task_unless_it_was_withdrawn(task):
    tool = Interlinker.objects.create(source="test", external_id="t", nature="knowledge")
    InterlinkerTranslation.objects.create(interlinker=tool, language="en", name="Canvas")
    actor = task.process.created_by
    asset = asset_interlinker_create(actor=actor, task=task, interlinker=tool)
    assert asset.title == "Canvas"
    tool.is_published = False
    with pytest.raises(Invalid):
        asset_interlinker_create(actor=actor, task=task, interlinker=tool)


class FakeDocuments:
    kind = "document"

    def __init__(self):
        self.calls = []
        self.titles = {}

    def create(self, *, actor, task, title, start):
        if start["kind"] == "broken":
            raise Invalid("broken")
        key = uuid.uuid4()
        self.titles[key] = title
        return key, title

    def labels(self, object_ids):
        self.calls.append("labels")
        return {key: self.titles[key] for key in object_ids}

    def url(self, object_id):
        return f"/documents/{object_id}/"

    def remove(self, *, actor, object_id):
        self.calls.append("remove")

    def restore(self, *, actor, object_id):
        self.calls.append("restore")


@pytest.fixture
def documents(monkeypatch):
    handler = FakeDocuments()
    monkeypatch.setitem(asset_kinds._handlers, "document", handler)
    return handler


def test_a_document_is_made_by_whoever_registered_the_kind(task, documents):
    actor = task.process.created_by
    asset = asset_document_create(actor=actor, task=task, title="Plan", start={"kind": "empty"})
    documents.titles[asset.object_id] = "Plan, renamed"
    [view] = asset_views([asset])
    assert (view.title, view.url) == ("Plan, renamed", f"/documents/{asset.object_id}/")
    asset_remove(actor=actor, asset=asset)
    asset_remove(actor=actor, asset=asset)
    asset_restore(actor=actor, asset=asset)
    assert documents.calls == ["labels", "remove", "restore"]


def test_a_document_that_cannot_be_made_leaves_no_asset(task, documents):
    with pytest.raises(Invalid):
        asset_document_create(
            actor=task.process.created_by, task=task, title="Plan", start={"kind": "broken"}
        )
    assert not Asset.objects.exists()


def test_things_are_added_to_tasks_only(task, documents):
    actor = task.process.created_by
    with pytest.raises(Invalid):
        asset_link_create(actor=actor, task=task.parent, url="https://example.org")
    with pytest.raises(Invalid):
        asset_document_create(actor=actor, task=task.parent, title="Plan", start={"kind": "empty"})


def test_titles_and_descriptions_are_changed(task):
    actor = task.process.created_by
    link = asset_link_create(actor=actor, task=task, url="https://example.org")
    asset_update(actor=actor, asset=link, title="  The plan ", description="Why")
    link.refresh_from_db()
    assert (link.title, link.description) == ("The plan", "Why")
    with pytest.raises(Invalid):
        asset_update(actor=actor, asset=link, title="")
