"""Finding interlinkers: filters, search in any script, names in the reader's language, constant queries."""

import uuid

import pytest
from django.utils import translation

from cocreation.kernel.errors import NotFound
from interlinkers.models import Interlinker, InterlinkerFile
from interlinkers.selectors import (
    catalogue_choices,
    interlinker_document_file,
    interlinker_file_get,
    interlinker_get,
    interlinkers_list,
    profile_get,
    profiles_list,
)
from interlinkers.selectors.catalogue import DOCX
from processes.models import Asset
from tests.factories.interlinkers import FileEntry, interlinker, png, profile
from tests.factories.processes import branch, process_row

pytestmark = pytest.mark.django_db


def names(rows, language="en"):
    return [row.text("name", language) for row in rows]


def test_filters_take_one_value_or_several_and_narrow_together():
    few, late = profile("Few come"), profile("Too late")
    interlinker("Map", profiles=[few], form="canvas", difficulty="easy")
    interlinker("Plan", profiles=[late], form="guidelines", difficulty="easy")
    interlinker("Tool", nature="external_software", difficulty="medium")
    assert names(interlinkers_list(nature="external_software")) == ["Tool"]
    assert names(interlinkers_list(form=["canvas", "guidelines"])) == ["Map", "Plan"]
    assert names(interlinkers_list(difficulty="easy", form="canvas")) == ["Map"]
    assert names(interlinkers_list(problem_profile=few.pk)) == ["Map"]
    assert names(interlinkers_list(problem_profile=[str(few.pk), late.pk])) == ["Map", "Plan"]
    assert names(interlinkers_list(nature=[], form="", search=" ")) == ["Map", "Plan", "Tool"]
    assert names(interlinkers_list(nature="\x00")) == []


def test_language_keeps_what_has_texts_in_it():
    interlinker({"en": "Map", "lv": "Karte"})
    interlinker("Plan")
    assert names(interlinkers_list(language="lv")) == ["Map"]


@pytest.mark.parametrize(
    "search",
    ["VADLĪNIJAS", "vadlīn", "vadlinijas", "КАРТА", "зацікавлених карта", "Guide", "kopražošana",
     "aptauja-x", "tAgGed", "half"],
)  # fmt: skip
def test_search_finds_words_in_any_script_and_case_with_or_without_accents(search):
    interlinker(
        {
            "lv": {
                "name": "Vadlīnijas",
                "description": "Par **kopražošanu**: kopražošana, aptauja-x",
            },
            "uk": "Карта зацікавлених сторін",
            "en": {"name": "Guide", "summary": "100% half_done", "tags": ["tagged"]},
        }
    )
    interlinker("Other")
    assert len(interlinkers_list(search=search)) == 1


@pytest.mark.parametrize(
    "search", ["guide карта", "%", "_", "!!!", "nothing", "\x00", "' OR 1=1 --", "guide_"]
)
def test_search_finds_nothing_by_words_of_two_languages_or_signs(search):
    interlinker({"en": "Guide", "uk": "Карта"})
    found = interlinkers_list(search=search)
    assert len(found) == (1 if search == "guide_" else 0)


def test_list_is_in_the_order_of_the_names_that_are_shown():
    interlinker({"en": "zebra", "lv": "aita"})
    interlinker({"en": "Ant"})
    interlinker({"lv": "Bite"})
    assert names(interlinkers_list(shown_in="en")) == ["Ant", "Bite", "zebra"]
    with translation.override("lv"):
        assert names(interlinkers_list(), "lv") == ["aita", "Ant", "Bite"]


def test_texts_fall_back_along_the_chain(settings):
    settings.CONTENT_FALLBACK_LANGUAGES = ["lv", "en"]
    row = interlinker({"en": "Map", "lv": "Karte", "it": "Mappa"})
    assert [row.text("name", code) for code in ("it", "uk", "en")] == ["Mappa", "Karte", "Map"]
    assert interlinker({"it": "Solo"}).text("name", "uk") == "Solo"


@pytest.mark.parametrize("number", [1, 50])
def test_list_costs_the_same_for_one_and_for_fifty(number, django_assert_num_queries):
    shared = profile()
    for index in range(number):
        interlinker(f"Map {index}", profiles=[shared], files=(png(),))
    with django_assert_num_queries(5):
        for row in interlinkers_list(search="map"):
            row.text("name")
            row.text("summary")
            assert len(row.logos) == 1
            assert [p.text("name") for p in row.problem_profiles.all()]
            assert row.used_in_count == 0


def test_used_in_counts_processes_that_still_hold_it():
    row = interlinker()
    for _number in range(2):
        process = process_row()
        _phase, _objective, tasks = branch(process, tasks=2)
        for task in tasks:
            Asset.objects.create(task=task, kind="interlinker", title="x", interlinker=row)
    Asset.objects.filter(task__process=process).update(removed_at="2026-01-01T00:00Z")
    assert interlinkers_list().get().used_in_count == 1
    assert interlinker_get(row.pk).used_in_count == 1


def test_hidden_interlinker_is_found_nowhere():
    row = interlinker(files=(png(),))
    Interlinker.objects.update(is_published=False)
    assert not interlinkers_list()
    with pytest.raises(NotFound):
        interlinker_get(row.pk)
    with pytest.raises(NotFound):
        interlinker_file_get(row.pk, row.files.get().pk)


def test_file_is_found_only_under_its_own_interlinker_and_while_it_is_there():
    row, other = interlinker(files=(png(),)), interlinker()
    file = InterlinkerFile.objects.get()
    assert interlinker_file_get(row.pk, file.pk) == file
    for wrong in ((other.pk, file.pk), (row.pk, uuid.uuid4())):
        with pytest.raises(NotFound):
            interlinker_file_get(*wrong)
    file.file.storage.delete(file.file.name)
    with pytest.raises(NotFound):
        interlinker_file_get(row.pk, file.pk)


def test_document_starts_from_the_word_file_in_the_best_language():
    row = interlinker(
        files=(
            FileEntry("resource", "en", "a.docx", DOCX, 0, b"PK1"),
            FileEntry("resource", "lv", "b.docx", DOCX, 0, b"PK2"),
            FileEntry("resource", "lv", "c.pdf", "application/pdf", 0, b"%PDF-"),
        )
    )
    assert interlinker_document_file(row, "lv").name == "b.docx"
    assert interlinker_document_file(row, "uk").name == "a.docx"
    assert interlinker_document_file(interlinker()) is None


def test_profiles_are_counted_and_searched(django_assert_num_queries):
    few = profile({"en": "Few come", "lv": "Maz nāk"}, order=1)
    profile("Too late", order=0)
    interlinker(profiles=[few])
    with django_assert_num_queries(2):
        rows = [(row.text("name"), row.interlinker_count) for row in profiles_list()]
    assert rows == [("Too late", 0), ("Few come", 1)]
    assert [row.pk for row in profiles_list(search="maz")] == [few.pk]
    assert profile_get(few.pk) == few
    with pytest.raises(NotFound):
        profile_get(uuid.uuid4())


def test_choices_are_what_occurs_in_the_catalogue():
    used = profile("Few come")
    profile("Unused")
    interlinker({"en": "Map", "lv": "Karte"}, profiles=[used], form="canvas", difficulty="easy")
    interlinker("X", nature="software", form="structured_thing")
    choices = catalogue_choices()
    assert [code for code, _label in choices.natures] == ["knowledge", "software"]
    assert choices.forms == [("canvas", "Canvas"), ("structured_thing", "Structured thing")]
    assert choices.difficulties == [("easy", "Easy")]
    assert choices.languages == ["en", "lv"]
    assert choices.problem_profiles == [used]
