"""The picture of a process: decoded and made anew, described, and its file never outlives or misses its row."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from cocreation.kernel.errors import DomainError
from community.models import Activity
from documents.services.images import image_add
from processes.models import ProcessPicture
from processes.services import pictures
from processes.services.copying import Choice, process_copy
from tests.factories import documents as text_factory
from tests.factories import processes as factory
from tests.frontend.clients import signed_in

pytestmark = pytest.mark.django_db
SECRET = "taken at home"


def upload(size=(640, 400), kind="JPEG", name="any.bin", *, mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, **options)
    return SimpleUploadedFile(name, out.getvalue())


def with_place() -> SimpleUploadedFile:
    """A picture lying on its side, with a description in its metadata."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET, 6
    return upload(exif=exif)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def process():
    return factory.process(visibility="public")


def with_broken_note(kind: str) -> SimpleUploadedFile:
    """A picture whose camera's notes are not of the kinds that they say."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "words of somebody"
    notes = bytearray(exif.tobytes())
    # The words as one fraction: nothing writes that back.
    at = notes.index(b"\x01\x0e\x00\x02")
    notes[at + 2 : at + 8] = b"\x00\x05\x00\x00\x00\x01"
    return upload(kind=kind, exif=bytes(notes))


def stored() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_it_is_made_anew_upright_without_metadata_and_no_larger_than_shown(process):
    actor = process.created_by
    picture = pictures.picture_set(actor=actor, process=process, alt="A  street", file=with_place())
    made = Image.open(picture.file.path)
    assert (made.format, made.size) == ("JPEG", (400, 640))
    assert SECRET.encode() not in Path(picture.file.path).read_bytes()
    assert not made.getexif()
    assert picture.alt == "A street"
    wide = upload((3000, 1500), "PNG", mode="RGBA")
    picture = pictures.picture_set(actor=actor, process=process, alt="A field", file=wide)
    assert (picture.width, picture.height) == (1200, 600)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_notes_of_a_camera_that_somebody_broke_refuse_no_picture(process, kind):
    file = with_broken_note(kind)
    picture = pictures.picture_set(actor=process.created_by, process=process, alt="A", file=file)
    assert (picture.width, picture.height) == (400, 640)
    document = text_factory.document()
    file.seek(0)
    image = image_add(actor=document.created_by, document=document, data=file.read(), name="a")
    assert (image.width, image.height) == (400, 640)


def test_a_picture_without_its_file_is_none(process):
    actor = process.created_by
    picture = pictures.picture_set(actor=actor, process=process, alt="A", file=upload())
    # As an archive leaves it whose site had lost the file.
    ProcessPicture.objects.filter(pk=picture.pk).update(file="")
    client = signed_in(actor)
    assert client.get(f"/processes/{process.pk}/picture/{picture.pk}.jpg").status_code == 404
    assert client.get(f"/api/v1/processes/{process.pk}/picture/").status_code == 404
    source = type(process).objects.get(pk=process.pk)
    copy = process_copy(actor=actor, source=source, title="Copy", choice=Choice(picture=True))
    assert not ProcessPicture.objects.filter(process=copy).exists()


@pytest.mark.parametrize(
    ("file", "alt", "code"),
    [
        (SimpleUploadedFile("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "A", "image_type"),
        (SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 99), "A", "image_type"),
        (SimpleUploadedFile("a.jpg", b""), "A", "image_type"),
        (upload(kind="GIF"), "A", "image_type"),
        (upload((20, 20)), "A", "image_small"),
        (upload((9000, 9000), "PNG", mode="1"), "A", "too_large"),
        (upload(), " ", "alt"),
        (None, "A", "file"),
    ],
)  # fmt: skip
def test_what_is_no_good_picture_or_has_no_words_is_refused_and_nothing_stays(
    process, file, alt, code
):
    with pytest.raises(DomainError) as refused:
        pictures.picture_set(actor=process.created_by, process=process, alt=alt, file=file)
    assert refused.value.code == code
    assert refused.value.fields
    assert not stored()


def test_a_file_lives_exactly_as_long_as_its_row(
    process, monkeypatch, django_capture_on_commit_callbacks
):
    actor = process.created_by
    with django_capture_on_commit_callbacks(execute=True):
        pictures.picture_set(actor=actor, process=process, alt="One", file=upload())
    [first] = stored()
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(pictures, "record", lambda *_args, **_named: _fail())
        pictures.picture_set(actor=actor, process=process, alt="Two", file=upload())
    assert stored() == [first]
    assert ProcessPicture.objects.get(process=process).alt == "One"
    with pytest.raises(RuntimeError), transaction.atomic():
        pictures.picture_remove(actor=actor, process=process)
        _fail()
    assert stored() == [first]
    with django_capture_on_commit_callbacks(execute=True):
        pictures.picture_set(actor=actor, process=process, alt="Two", file=upload())
        assert first in stored()
    [second] = stored()
    assert second != first
    with django_capture_on_commit_callbacks(execute=True):
        pictures.picture_remove(actor=actor, process=process)
    assert not stored()
    verbs = Activity.objects.filter(process_id=process.pk).values_list("verb", flat=True)
    assert {"process.picture_set", "process.picture_removed"} <= set(verbs)


def _fail():
    raise RuntimeError


def test_a_copy_has_a_file_of_its_own_where_it_was_chosen_and_none_when_it_fails(
    process, monkeypatch
):
    actor = process.created_by
    pictures.picture_set(actor=actor, process=process, alt="A street", file=upload())
    without = process_copy(actor=actor, source=process, title="Plain")
    assert not ProcessPicture.objects.filter(process=without).exists()
    choice = Choice(picture=True)
    copy = process_copy(actor=actor, source=process, title="Copy", choice=choice)
    assert copy.picture.alt == "A street"
    assert len(stored()) == 2
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr("processes.services.copying.record", lambda *_args, **_named: _fail())
        process_copy(actor=actor, source=process, title="Again", choice=choice)
    assert len(stored()) == 2


def test_pages_show_it_to_others_and_the_settings_change_it(process):
    page, address = f"/processes/{process.pk}/", f"/processes/{process.pk}/picture/"
    coordinator, reader = signed_in(process.created_by), signed_in(factory.person("Reader"))
    assert "card-picture-drawn" in reader.get("/processes/").content.decode()
    assert reader.post(address, {"alt": "X", "file": upload()}).status_code == 403
    assert coordinator.post(address, {"alt": "", "file": upload()}).status_code == 422
    coordinator.post(address, {"alt": "A street & a light", "file": upload()})
    picture = ProcessPicture.objects.get(process=process)
    file = f"{page}picture/{picture.pk}.jpg"
    for where in (page, "/processes/"):
        shown = reader.get(where).content.decode()
        assert f'src="{file}" alt="A street &amp; a light" width="640" height="400"' in shown
    head = reader.get(page).content.decode()
    assert f'og:image" content="{settings.PUBLIC_URL}{file}"' in head
    assert 'og:image:width" content="640"' in head
    assert 'og:image:alt" content="A street &amp; a light"' in head
    answer = reader.get(file)
    assert answer["Content-Type"] == "image/jpeg"
    coordinator.post(address, {"alt": "Another name"})
    assert ProcessPicture.objects.get(process=process).alt == "Another name"
    assert reader.post(f"{address}remove/").status_code == 403
    process.visibility = "private"
    process.save(update_fields=["visibility"])
    assert reader.get(file).status_code == 404
    coordinator.post(f"{address}remove/")
    assert coordinator.get(file).status_code == 404
