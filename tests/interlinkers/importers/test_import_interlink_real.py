"""The importer on INTERLINK's own data (not in this repository: set KOPRADE_INTERLINK_DATA)."""

import io
import json
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cocreation.kernel.markdown import render_markdown
from interlinkers.models import (
    FileRole,
    Interlinker,
    InterlinkerFile,
    InterlinkerTranslation,
    Nature,
    ProblemProfile,
    ProcessTemplate,
    TemplateNode,
)

DATA = Path(
    os.environ.get("KOPRADE_INTERLINK_DATA", settings.BASE_DIR / "../shared/interlink-data")
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not (DATA / "interlinkers").is_dir(),
        reason="INTERLINK's data is not here: set KOPRADE_INTERLINK_DATA to a catalogue/seed",
    ),
]
# What this part of the catalogue holds, counted by other means (its README).
PROFILES, INTERLINKERS, PHASES, OBJECTIVES, TASKS = 45, 40, 4, 17, 51


def import_data() -> dict:
    output = io.StringIO()
    call_command("import_interlink", str(DATA), "--json", stdout=output)
    return json.loads(output.getvalue())


def test_everything_is_taken_in_and_a_second_run_writes_nothing():
    report = import_data()
    assert report["problem_profiles"] == {
        "new": PROFILES,
        "changed": 0,
        "unchanged": 0,
        "failed": 0,
    }
    assert report["process_templates"] == {"new": 1, "changed": 0, "unchanged": 0, "failed": 0}
    assert report["interlinkers"] == {
        "new": INTERLINKERS,
        "changed": 0,
        "unchanged": 0,
        "failed": 0,
    }

    with CaptureQueriesContext(connection) as queries:
        again = import_data()
    assert again["problem_profiles"]["unchanged"] == PROFILES
    assert again["process_templates"]["unchanged"] == 1
    assert again["interlinkers"]["unchanged"] == INTERLINKERS
    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert again["warnings"] == report["warnings"]


def test_phases_come_in_the_order_of_their_prerequisites():
    import_data()
    template = ProcessTemplate.objects.get()
    phases = template.nodes.filter(kind="phase").order_by("order")
    assert [phase.text("name", "en") for phase in phases] == [
        "Engage",
        "Design",
        "Build",
        "Sustain",
    ]
    kinds = [template.nodes.filter(kind=kind).count() for kind in ("phase", "objective", "task")]
    assert kinds == [PHASES, OBJECTIVES, TASKS]
    below = [
        (
            phase.children.count(),
            TemplateNode.objects.filter(parent__parent=phase).count(),
        )
        for phase in phases
    ]
    assert below == [(4, 13), (7, 28), (3, 5), (3, 5)]
    for node in template.nodes.exclude(prerequisites=None):
        for link in node.prerequisites.all():
            if link.requires.parent_id == node.parent_id:
                assert link.requires.order < node.order


def test_natures_are_those_of_the_folders():
    import_data()
    numbers = {
        nature: Interlinker.objects.filter(nature=nature).count() for nature in Nature.values
    }
    assert numbers == {
        "knowledge": 23, "software": 3, "external_knowledge": 6, "external_software": 8,
    }  # fmt: skip


def test_real_languages_are_those_with_a_name():
    import_data()
    for path in sorted(DATA.glob("interlinkers/*/*/metadata.json")):
        raw = json.loads(path.read_text())
        row = Interlinker.objects.get(external_id=raw["id"])
        assert row.languages == sorted(k for k, v in raw["name_translations"].items() if v.strip())


def test_every_file_that_is_there_was_stored_and_the_others_are_warned_of():
    report = import_data()
    manifest = json.loads((DATA / "MANIFEST.json").read_text())
    assert (
        InterlinkerFile.objects.values("interlinker").distinct().count()
        == (manifest["counts"]["with_resource"])
    )
    missing = [line for line in report["warnings"] if "there is no file" in line]
    assert len(missing) == 16
    for file in InterlinkerFile.objects.all():
        assert file.file.size == file.size_bytes
    assert {role for (role,) in InterlinkerFile.objects.values_list("role")} == set(FileRole.values)


def test_texts_are_markdown_that_shows_no_tags():
    import_data()
    for text in InterlinkerTranslation.objects.all():
        for field in ("description", "instructions", "constraints", "regulations", "summary"):
            rendered = render_markdown(getattr(text, field))
            assert "&lt;" not in rendered, (text.name, field)
            assert "<script" not in rendered
    augmenter = InterlinkerTranslation.objects.get(
        interlinker__external_id="augmenter", language="en"
    )
    assert render_markdown(augmenter.description).count("<li>") == 3


def test_instructions_of_the_own_folder_are_taken_also_when_another_is_named():
    import_data()
    # Three entries name another folder's file; all 40 have one beside them.
    texts = InterlinkerTranslation.objects.filter(language="en").exclude(instructions="")
    assert texts.count() == INTERLINKERS


def test_spellings_are_mended_and_the_contract_is_kept():
    import_data()
    assert not Interlinker.objects.filter(licence="propietary").exists()
    assert Interlinker.objects.filter(licence="proprietary").count() == 7
    augmenter = Interlinker.objects.get(external_id="augmenter")
    assert augmenter.integration["path"] == "servicepedia"
    assert augmenter.integration["capabilities"] == [
        "instantiate", "view", "edit", "delete", "shortcut",
    ]  # fmt: skip
    english = augmenter.translations.get(language="en")
    assert english.capability_texts["instantiate"] == "Create a new description in Augmenter"


def test_profiles_keep_their_order_and_groups():
    import_data()
    assert ProblemProfile.objects.filter(group="org").count() == 16
    assert ProblemProfile.objects.first().external_id == "ORG_PROBLEM_1"
