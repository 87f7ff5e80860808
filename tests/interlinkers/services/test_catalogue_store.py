"""Storing entries: one transaction each, nothing left behind when it fails, files and rows in step."""

import pytest
from django.core.exceptions import ValidationError

from community.models import Activity
from interlinkers.entries import InterlinkerEntry, content_hash
from interlinkers.models import Interlinker, InterlinkerFile
from interlinkers.services import catalogue
from tests.factories.community import user as person
from tests.factories.interlinkers import SOURCE, interlinker, png, profile

pytestmark = pytest.mark.django_db


def stored_files(settings):
    if not settings.MEDIA_ROOT.exists():
        return []
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def store(entry, actor=None):
    return catalogue.interlinker_store(
        actor=actor, source=SOURCE, entry=entry, fingerprint=content_hash(entry), profiles={}
    )


def test_storing_again_keeps_the_row_and_raises_the_revision():
    few = profile("Few come")
    first = interlinker("Map", external_id="map", profiles=[few], files=(png(),))
    again = interlinker({"en": "Map 2", "lv": "Karte"}, external_id="map")
    assert (again.pk, again.revision) == (first.pk, 2)
    assert again.languages == ["en", "lv"]
    assert {text.source_revision for text in again.translations.all()} == {2}
    assert not again.problem_profiles.exists()
    assert not InterlinkerFile.objects.exists()


def test_unchanged_file_is_not_written_again():
    interlinker("Map", external_id="map", files=(png(),))
    before = InterlinkerFile.objects.get().file.name
    interlinker("Map 2", external_id="map", files=(png(),))
    assert InterlinkerFile.objects.get().file.name == before


def test_failure_leaves_neither_rows_nor_files(settings, monkeypatch):
    def broken(row, file, written):
        if file.name == "second.png":
            raise OSError("disk full")
        original(row, file, written)

    original = catalogue._file_store
    monkeypatch.setattr(catalogue, "_file_store", broken)
    with pytest.raises(OSError, match="disk full"):
        interlinker(files=(png(), png("second.png", "snapshot")))
    assert not Interlinker.objects.exists()
    assert stored_files(settings) == []


def test_values_that_the_table_does_not_know_are_refused():
    with pytest.raises(ValidationError):
        store(InterlinkerEntry("x", {"nature": "magic"}, {"en": {"name": "X"}}))
    assert not Interlinker.objects.exists()


def test_the_log_says_who_imported_what():
    operator = person()
    row = store(InterlinkerEntry("x", {"nature": "software"}, {"lv": {"name": "Rīks"}}), operator)
    line = Activity.objects.get(verb="interlinker.imported")
    assert (line.actor, line.target_id, line.target_label) == (operator, row.pk, "Rīks")
    assert line.details == {"source": SOURCE, "external_id": "x", "revision": 1}


def test_fingerprint_depends_on_every_part_of_an_entry():
    base = InterlinkerEntry("x", {"nature": "software"}, {"en": {"name": "X"}}, (), (png(),))
    others = [
        InterlinkerEntry("x", {"nature": "knowledge"}, base.translations, (), base.files),
        InterlinkerEntry("x", base.fields, {"en": {"name": "Y"}}, (), base.files),
        InterlinkerEntry("x", base.fields, base.translations, ("p",), base.files),
        InterlinkerEntry("x", base.fields, base.translations, (), (png(colour="blue"),)),
    ]
    hashes = {content_hash(entry) for entry in (base, *others)} | {content_hash(base, profiles=[1])}
    assert len(hashes) == 6
    assert content_hash(base) == content_hash(
        InterlinkerEntry("x", {"nature": "software"}, {"en": {"name": "X"}}, (), (png(),))
    )
