"""Files of imported interlinkers: checked by what they are, kept as they are, never left behind."""

import pytest

from interlinkers.importers import files as checks
from interlinkers.models import Interlinker, InterlinkerFile, InterlinkerTranslation
from tests.factories.interlinkers import picture

pytestmark = pytest.mark.django_db
FOLDER = "interlinkers/knowledge/Map"


def test_resources_logo_and_pictures_are_stored_with_their_roles(seed, imported):
    seed.interlinker(
        file_translations={"en": f"./{FOLDER}/plan.pdf", "lv": f"./{FOLDER}/plan.docx"},
        logotype=f"./{FOLDER}/mark.jpeg",
    )
    seed.write(f"{FOLDER}/plan.pdf", b"%PDF-1.4 x")
    seed.write(f"{FOLDER}/plan.docx", b"PK\x03\x04 x")
    seed.write(f"{FOLDER}/mark.jpeg", picture("JPEG"))
    seed.write(f"{FOLDER}/snapshots/2.png", picture(colour="blue"))
    seed.write(f"{FOLDER}/snapshots/1.gif", picture("GIF"))
    seed.write(f"{FOLDER}/snapshots/~$1.png", b"lock")
    seed.write(f"{FOLDER}/snapshots/.DS_Store", b"x")
    report = imported()
    assert report.warnings == ["there is no file problemprofiles/problemprofiles.json"]
    found = InterlinkerFile.objects.values_list("role", "language", "name", "content_type")
    assert list(found) == [
        ("logo", "", "mark.jpeg", "image/jpeg"),
        ("resource", "lv", "plan.docx", checks.CONTENT_TYPES[".docx"]),
        ("resource", "en", "plan.pdf", "application/pdf"),
        ("snapshot", "", "1.gif", "image/gif"),
        ("snapshot", "", "2.png", "image/png"),
    ]


def test_office_lock_file_beside_a_resource_is_ignored(seed, imported):
    seed.interlinker()
    seed.write(f"{FOLDER}/~$resource.docx", b"lock")
    seed.write(f"{FOLDER}/resource.docx", b"PK\x03\x04 x")
    imported()
    assert [file.name for file in InterlinkerFile.objects.all()] == ["resource.docx"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("logo.png", b"<html><script>", "not a picture"),
        ("logo.png", b"", "not a picture"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        ("logo.png", b"<?xml version='1.0'?><svg onload='x()'/>", "SVG"),
    ],
)
def test_logo_that_is_no_safe_picture_is_left_out(seed, imported, name, content, words):
    seed.interlinker(logotype=name)
    seed.write(f"{FOLDER}/{name}", content)
    report = imported()
    assert report.failed == 0
    assert any(words in line for line in report.warnings)
    assert not InterlinkerFile.objects.exists()


def test_picture_is_known_by_its_content_not_by_its_name(seed, imported):
    seed.interlinker(logotype="logo.png")
    seed.write(f"{FOLDER}/logo.png", picture("JPEG"))
    imported()
    assert InterlinkerFile.objects.get().content_type == "image/jpeg"


def test_picture_that_browsers_do_not_show_becomes_png(seed, imported):
    seed.interlinker(logotype="logo.bmp")
    seed.write(f"{FOLDER}/logo.bmp", picture("BMP"))
    imported()
    file = InterlinkerFile.objects.get()
    assert (file.name, file.content_type) == ("logo.png", "image/png")
    assert file.file.read().startswith(b"\x89PNG")


def test_files_and_pictures_over_the_limit_are_left_out(seed, imported, settings, monkeypatch):
    settings.UPLOAD_MAX_BYTES, settings.IMAGE_MAX_BYTES = 100, 2000
    monkeypatch.setattr(checks, "IMAGE_MAX_PIXELS", 50)
    seed.interlinker(logotype="logo.png", file_translations={"en": "big.pdf", "lv": "empty.pdf"})
    seed.write(f"{FOLDER}/logo.png", picture(size=(9, 9)))
    seed.write(f"{FOLDER}/big.pdf", b"%PDF-" + b"x" * 100)
    seed.write(f"{FOLDER}/empty.pdf", b"")
    seed.write(f"{FOLDER}/snapshots/huge.png", b"x" * 3000)
    said = "\n".join(imported().warnings)
    for words in ("too many pixels", "larger than 100", "is empty", "larger than 2000"):
        assert words in said
    assert not InterlinkerFile.objects.exists()


def test_document_that_is_not_what_its_name_says_is_left_out(seed, imported):
    seed.interlinker(file_translations={"en": "page.pdf"})
    seed.write(f"{FOLDER}/page.pdf", b"<html>")
    assert any("not what its name says" in line for line in imported().warnings)


def test_changed_file_is_written_again_and_the_old_one_removed(
    seed, imported, settings, django_capture_on_commit_callbacks
):
    seed.interlinker(logotype="logo.png")
    seed.write(f"{FOLDER}/logo.png", picture(colour="red"))
    imported()
    old = InterlinkerFile.objects.get()
    seed.write(f"{FOLDER}/logo.png", picture(colour="green"))
    with django_capture_on_commit_callbacks(execute=True):
        report = imported()
    new = InterlinkerFile.objects.get()
    assert report.counts["interlinkers"]["changed"] == 1
    assert (new.pk, new.file.read()) == (old.pk, picture(colour="green"))
    stored = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert len(stored) == 1


def test_file_that_is_gone_is_taken_off(
    seed, imported, settings, django_capture_on_commit_callbacks
):
    seed.interlinker(logotype="logo.png")
    path = seed.write(f"{FOLDER}/logo.png", picture())
    imported()
    path.unlink()
    with django_capture_on_commit_callbacks(execute=True):
        imported()
    assert not InterlinkerFile.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_markdown_resource_is_what_a_document_starts_from(seed, imported):
    seed.interlinker(file_translations={"en": "plan.md"})
    seed.write(f"{FOLDER}/plan.md", "# Plan\n\n<b>Who</b>")
    imported()
    assert InterlinkerTranslation.objects.get(language="en").text == "# Plan\n\n**Who**"


def test_instructions_are_taken_by_base_name_in_the_own_folder(seed, imported):
    seed.write("interlinkers/knowledge/Other/instructions.md", "other")
    seed.write(f"{FOLDER}/instructions.md", "own")
    seed.interlinker(
        instructions_translations={"en": "./interlinkers/knowledge/Other/instructions.md"}
    )
    imported()
    assert InterlinkerTranslation.objects.get(language="en").instructions == "own"


def test_instructions_that_are_an_address_become_a_link(seed, imported):
    seed.interlinker(instructions_translations={"en": "https://example.org/how"})
    imported()
    text = InterlinkerTranslation.objects.get(language="en")
    assert text.instructions == "<https://example.org/how>"


def test_missing_file_is_a_warning(seed, imported):
    seed.interlinker(
        logotype="logo.png",
        file_translations={"en": "./gone.pdf"},
        instructions_translations={"en": "./instructions.md"},
    )
    report = imported()
    assert report.failed == 0
    assert sum("there is no file" in line for line in report.warnings) == 4
    assert Interlinker.objects.count() == 1
