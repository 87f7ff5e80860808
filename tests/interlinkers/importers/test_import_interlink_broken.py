"""Directories as they come: parts missing, files broken, names odd. One bad entry never takes another with it."""

import io
import json
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interlinkers.models import (
    Interlinker,
    InterlinkerFile,
    InterlinkerTranslation,
    ProblemProfile,
    ProcessTemplate,
    TemplateNode,
)
from tests.factories.interlinkers import picture, raw_node

pytestmark = pytest.mark.django_db


def profile(external_id="ORG_PROBLEM_1", name="Nobody comes", **fields):
    return {"id": external_id, "name_translations": {"en": name}, **fields}


def run(seed, *options):
    """Run the command; return its exit code, output and errors."""
    output, errors = io.StringIO(), io.StringIO()
    try:
        call_command("import_interlink", str(seed.root), *options, stdout=output, stderr=errors)
    except CommandError as error:
        return error.returncode, output.getvalue(), errors.getvalue() + str(error)
    return 0, output.getvalue(), errors.getvalue()


# --- the command
def test_command_prints_a_line_per_kind_and_the_warnings(seed):
    seed.profiles(profile())
    seed.interlinker(problemprofiles=["NOT_THERE"])
    code, output, _errors = run(seed)
    lines = output.splitlines()
    assert code == 0
    assert lines[0] == "Problem profiles: 1 new, 0 changed, 0 unchanged, 0 failed"
    assert "Process templates: 0 new" in lines[1]
    assert "Interlinkers: 1 new" in lines[2]
    assert any("NOT_THERE" in line for line in lines[3:])


def test_command_says_when_nothing_changed(seed):
    seed.profiles(profile())
    run(seed)
    assert "nothing was written" in run(seed)[1]


def test_command_with_json_prints_exactly_one_object(seed):
    seed.profiles(profile(), "not an object")
    code, output, errors = run(seed, "--json")
    report = json.loads(output)
    assert set(report) == {"problem_profiles", "process_templates", "interlinkers", "warnings"}
    assert report["problem_profiles"] == {"new": 1, "changed": 0, "unchanged": 0, "failed": 1}
    assert code == 1
    assert "1 entries" in errors


def test_command_refuses_what_is_no_directory(seed):
    target = seed.write("file", "x")
    with pytest.raises(CommandError) as caught:
        call_command("import_interlink", str(target))
    assert caught.value.returncode == 2


def test_empty_directory_is_a_warning(seed):
    code, output, _errors = run(seed)
    assert code == 0
    assert "nothing here looks like" in output


def test_dry_run_counts_but_writes_nothing(seed, settings):
    seed.profiles(profile())
    seed.interlinker(logotype="logo.png", problemprofiles=["ORG_PROBLEM_1"])
    seed.write("interlinkers/knowledge/Map/logo.png", picture())
    seed.schema()
    seed.phase("engage")
    with CaptureQueriesContext(connection) as queries:
        code, output, _errors = run(seed, "--dry-run", "--json")
    report = json.loads(output)
    assert code == 0
    assert [report[kind]["new"] for kind in list(report)[:3]] == [1, 1, 1]
    assert report["warnings"] == []
    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert not settings.MEDIA_ROOT.exists()
    assert not Interlinker.objects.exists()


# --- again and again
def test_changed_entry_is_changed_and_the_others_are_not(seed, imported):
    seed.profiles(profile(), profile("ORG_PROBLEM_2", "Too late"))
    seed.interlinker("Map", problemprofiles=["ORG_PROBLEM_1"])
    seed.interlinker("Plan")
    imported()
    before = Interlinker.objects.get(external_id="map")

    seed.interlinker("Map", problemprofiles=["ORG_PROBLEM_2"], difficulty="medium")
    report = imported()

    assert report.counts["interlinkers"] == {"new": 0, "changed": 1, "unchanged": 1, "failed": 0}
    row = Interlinker.objects.get(external_id="map")
    assert (row.pk, row.difficulty, row.revision) == (before.pk, "medium", before.revision + 1)
    assert [p.external_id for p in row.problem_profiles.all()] == ["ORG_PROBLEM_2"]


def test_language_that_is_gone_from_the_entry_goes(seed, imported):
    seed.interlinker()
    imported()
    seed.interlinker(name_translations={"en": "Map"}, description_translations={"en": "Words"})
    imported()
    assert Interlinker.objects.get().languages == ["en"]


def test_entry_that_is_gone_from_the_source_stays(seed, imported):
    seed.profiles(profile())
    path = seed.interlinker()
    imported()
    path.unlink()
    seed.profiles()
    report = imported()
    assert report.failed == 0
    assert Interlinker.objects.count() == ProblemProfile.objects.count() == 1


def test_profile_that_comes_later_is_linked_by_the_next_run(seed, imported):
    seed.interlinker(problemprofiles=["ORG_PROBLEM_1"])
    assert any("ORG_PROBLEM_1" in line for line in imported().warnings)
    seed.profiles(profile())
    assert imported().counts["interlinkers"]["changed"] == 1
    assert Interlinker.objects.get().problem_profiles.count() == 1


# --- broken files
def test_unreadable_json_fails_that_entry_alone(seed, imported):
    seed.interlinker("Good")
    seed.write("interlinkers/knowledge/Bad/metadata.json", '{"id": "bad",')
    seed.schema("whole")
    seed.phase("engage", schema="whole")
    seed.schema("torn")
    seed.phase("engage", schema="torn")
    seed.write("schemas/torn/phases/z.json", "{")
    report = imported()
    assert report.counts["interlinkers"] == {"new": 1, "changed": 0, "unchanged": 0, "failed": 1}
    assert report.counts["process_templates"]["failed"] == 1
    assert ProcessTemplate.objects.get().external_id == "whole"
    assert "interlinkers/knowledge/Bad" in report.failures[0]
    assert "not JSON" in report.failures[0]
    assert "phases/z.json" in report.failures[1]


@pytest.mark.parametrize(
    "content",
    ["[]", "5", "null", '"text"', "[" * 100_000, '{"id": NaN}', b"\xff\xfe\x00", b"\x00\x01"],
    ids=["list", "number", "null", "text", "deep", "nan", "half", "binary"],
)
def test_json_that_is_no_entry_fails_that_entry_alone(seed, imported, content):
    seed.write("interlinkers/knowledge/Bad/metadata.json", content)
    seed.interlinker("Good")
    report = imported()
    assert report.counts["interlinkers"] == {"new": 1, "changed": 0, "unchanged": 0, "failed": 1}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name_translations", "Map", "name_translations must be a object, not a text"),
        ("name_translations", {"en": 5}, "name_translations.en must be a text, not a number"),
        ("name_translations", {"en": "", "lv": None}, "no name in any language"),
        ("name_translations", {"en": "x" * 301}, "at most 300"),
        ("problemprofiles", "ORG", "problemprofiles must be a list"),
        ("problemprofiles", [{"id": 1}], "problemprofiles[0] must be a text, not a object"),
        ("is_sustainability_related", "yes", "must be a true/false"),
        ("integration", [], "integration must be a object"),
        ("integration", {"capabilities": {"view": 1}}, "integration.capabilities.view"),
        ("tags_translations", {"en": [1]}, "tags_translations.en[0]"),
        ("id", 5, "id must be a text"),
        ("difficulty", ["easy"], "difficulty must be a text"),
        ("file_translations", {"en": ["a"]}, "file_translations.en must be a text"),
    ],
)
def test_wrong_type_fails_the_entry_and_names_the_field(seed, imported, field, value, words):
    seed.interlinker("Bad", **{field: value})
    seed.interlinker("Good")
    report = imported()
    assert report.counts["interlinkers"]["failed"] == 1
    assert words in report.failures[0]
    assert Interlinker.objects.get().external_id == "good"


def test_null_counts_as_absent(seed, imported):
    seed.interlinker(problemprofiles=None, tags_translations=None, integration=None, types=None)
    assert imported().failed == 0


def test_unknown_values_and_fields_are_left_out_with_a_warning(seed, imported):
    seed.interlinker(
        difficulty="impossible",
        licence="<b>mine</b>",
        uri_translations={"en": "javascript:alert(1)"},
        surprise=1,
        name_translations={"en": "Map", "Englisch!": "Karte"},
    )
    report = imported()
    row = Interlinker.objects.get()
    assert (report.failed, row.difficulty, row.licence, row.text("uri")) == (0, "", "", "")
    said = "\n".join(report.warnings)
    for word in ("impossible", "surprise", "javascript:", "Englisch!"):
        assert word in said


def test_spellings_met_in_the_wild_are_mended(seed, imported):
    seed.profiles()
    seed.interlinker(
        licence="propietary",
        format="sofware",
        types=["enhancing_services:external_experts"],
    )
    assert imported().warnings == []
    row = Interlinker.objects.get()
    assert row.licence == "proprietary"
    assert row.file_format == "software"
    assert row.types == ["enhancing_services;external_experts"]


def test_same_id_twice_is_taken_once(seed, imported):
    seed.interlinker("A", id="same")
    seed.interlinker("B", id="same")
    seed.profiles(profile(), profile())
    report = imported()
    assert report.counts["interlinkers"] == {"new": 1, "changed": 0, "unchanged": 0, "failed": 1}
    assert report.counts["problem_profiles"]["failed"] == 1
    assert "another entry with the id same" in report.failures[1]
    assert InterlinkerTranslation.objects.get(language="en").name == "A name"


def test_nul_surrogates_and_control_characters_never_reach_the_database(seed, imported):
    seed.interlinker(
        name_translations={"en": "Ma\x00p \ud800\x07", "lv": "Karte"},
        description_translations={"en": "a\u0000b\r\nc"},
    )
    assert imported().failed == 0
    text = InterlinkerTranslation.objects.get(language="en")
    assert text.name == "Map"
    assert text.description == "ab  \nc"


def test_byte_order_marks_and_upper_case_names_are_read(seed, imported):
    raw = {"id": "loud", "name_translations": {"en": "Loud"}, "logotype": "./x/logo.PNG"}
    folder = "INTERLINKERS/Knowledge/Loud"
    seed.write(f"{folder}/METADATA.JSON", b"\xef\xbb\xbf" + json.dumps(raw).encode())
    seed.write(f"{folder}/Instructions.MD", b"\xef\xbb\xbf# Do it")
    seed.write(f"{folder}/LOGO.png", picture())
    seed.write("ProblemProfiles/ProblemProfiles.json", json.dumps([profile()]).encode("utf-16"))
    report = imported()
    assert report.failures == []
    assert Interlinker.objects.get().nature == "knowledge"
    assert InterlinkerTranslation.objects.get().instructions == "# Do it"
    assert InterlinkerFile.objects.get().role == "logo"
    assert ProblemProfile.objects.count() == 1


def test_file_of_profiles_that_is_no_list_fails_once(seed, imported):
    seed.write("problemprofiles/problemprofiles.json", {"a": 1})
    assert imported().counts["problem_profiles"]["failed"] == 1


def test_folder_without_metadata_and_unknown_kind_are_warnings(seed, imported):
    (seed.root / "interlinkers/knowledge/Empty").mkdir(parents=True)
    seed.interlinker("X", kind="surprises")
    report = imported()
    assert report.failed == 0
    assert any("Empty/metadata.json" in line for line in report.warnings)
    assert any("surprises" in line for line in report.warnings)


# --- the way out of the directory
@pytest.mark.parametrize(
    "reference",
    ["../../secret.png", "/etc/passwd", "./interlinkers/../../secret.png", "C:\\secret.png",
     "..\\..\\secret.png", "a\x00b.png"],
)  # fmt: skip
def test_path_that_leads_out_is_refused_as_a_warning(seed, imported, reference):
    (seed.root.parent / "secret.png").write_bytes(picture())
    seed.interlinker(logotype=reference, file_translations={"en": reference})
    report = imported()
    assert report.failed == 0
    assert report.warnings
    assert not InterlinkerFile.objects.exists()


def test_links_are_not_followed(seed, imported):
    outside = seed.root.parent / "outside"
    outside.mkdir()
    (outside / "metadata.json").write_text(
        json.dumps({"id": "x", "name_translations": {"en": "X"}})
    )
    (outside / "logo.png").write_bytes(picture())
    seed.interlinker(logotype="./interlinkers/knowledge/Map/logo.png")
    os.symlink(outside / "logo.png", seed.root / "interlinkers/knowledge/Map/logo.png")
    os.symlink(outside, seed.root / "interlinkers/knowledge/Linked")
    report = imported()
    assert report.counts["interlinkers"]["new"] == 1
    assert not InterlinkerFile.objects.exists()
    assert sum("link" in line for line in report.warnings) >= 2


def test_named_pipe_does_not_make_the_import_wait(seed, imported):
    seed.interlinker(file_translations={"en": "resource.pdf"})
    os.mkfifo(seed.root / "interlinkers/knowledge/Map/resource.pdf")
    os.mkfifo(seed.root / "interlinkers/knowledge/Map/instructions.md")
    report = imported()
    assert report.failed == 0
    assert any("not an ordinary file" in line for line in report.warnings)


# --- templates
def test_nodes_come_in_the_order_of_prerequisites_whatever_their_shape(seed, imported):
    seed.schema()
    seed.phase("a-last", prerequisites=[{"item": "phase-middle", "status": "finished"}])
    seed.phase("middle", prerequisites=["phase-z-first"])
    seed.phase(
        "z-first",
        prerequisites={},
        objectives=[
            raw_node("o2", {"o1": "previous"}, tasks=[raw_node("t2", "t1"), raw_node("t1")]),
            raw_node("o1", {"item": "o0", "type": "previous"}),
            raw_node("o0", [None, 5, {}]),
        ],
    )
    imported()
    assert names("phase") == ["phase-z-first", "phase-middle", "phase-a-last"]
    assert names("objective") == ["o0", "o1", "o2"]
    assert names("task") == ["t1", "t2"]


def names(kind):
    rows = TemplateNode.objects.filter(kind=kind).order_by("parent_id", "order")
    return [row.external_id for row in rows]


def test_circle_of_prerequisites_keeps_the_order_of_the_file_and_warns(seed, imported):
    seed.schema()
    seed.phase("a", prerequisites=["phase-b"])
    seed.phase("b", prerequisites=["phase-a", "phase-nowhere"])
    report = imported()
    assert names("phase") == ["phase-a", "phase-b"]
    assert any("circle" in line for line in report.warnings)
    assert any("phase-nowhere" in line for line in report.warnings)
    # What is stored never goes in a circle.
    links = [
        (link.node.external_id, link.requires.external_id)
        for node in TemplateNode.objects.all()
        for link in node.prerequisites.all()
    ]
    assert links == [("phase-b", "phase-a")]


def test_templates_without_a_folder_come_from_the_aggregate(seed, imported):
    phases = [{**raw_node("phase-x"), "objectives": [raw_node("o", tasks=[raw_node("t")])]}]
    only = {"id": "only", "name_translations": {"en": "Only here"}, "phases": phases}
    both = {"id": "both", "name_translations": {"en": "In the aggregate"}, "phases": []}
    seed.write("schemas_DO_NOT_MODIFY.json", [only, both, "junk"])
    seed.schema("both")
    seed.phase("engage", schema="both")
    report = imported()
    assert report.counts["process_templates"] == {
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "failed": 1,
    }
    assert ProcessTemplate.objects.get(external_id="both").text("name") == "both process"
    assert ProcessTemplate.objects.get(external_id="only").nodes.count() == 3


def test_phases_missing_from_the_folder_come_from_the_aggregate(seed, imported):
    raw = {"id": "default", "phases": [raw_node("phase-x")]}
    seed.write("schemas_DO_NOT_MODIFY.json", [raw])
    seed.schema("default")
    assert imported().counts["process_templates"]["new"] == 1
    assert names("phase") == ["phase-x"]


def test_broken_aggregate_fails_only_when_it_is_all_there_is(seed, imported):
    seed.write("schemas_DO_NOT_MODIFY.json", "[")
    assert imported().counts["process_templates"]["failed"] == 1
    seed.schema()
    seed.phase("engage")
    report = imported()
    assert report.counts["process_templates"] == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "failed": 0,
    }
    assert any("schemas_DO_NOT_MODIFY" in line for line in report.warnings)


def test_broken_template_is_not_half_there(seed, imported):
    seed.schema()
    seed.phase("engage", objectives=[raw_node("o", tasks=[raw_node("t"), {"id": "nameless"}])])
    report = imported()
    assert report.counts["process_templates"]["failed"] == 1
    assert "nameless" in report.failures[0]
    assert not TemplateNode.objects.exists()


def test_changed_template_keeps_the_rows_of_nodes_that_stay(seed, imported):
    seed.schema()
    seed.phase("engage", objectives=[raw_node("o", tasks=[raw_node("t1"), raw_node("t2")])])
    imported()
    before = {row.external_id: row.pk for row in TemplateNode.objects.all()}
    seed.phase("engage", objectives=[raw_node("o", tasks=[raw_node("t3"), raw_node("t2")])])
    assert imported().counts["process_templates"]["changed"] == 1
    after = {row.external_id: row.pk for row in TemplateNode.objects.all()}
    assert set(after) == {"phase-engage", "o", "t3", "t2"}
    assert all(after[name] == before[name] for name in ("phase-engage", "o", "t2"))


# --- flat translations
def test_flat_translations_fill_only_the_languages_that_an_entry_lacks(seed, imported):
    seed.interlinker("Map", id="Map")
    seed.write(
        "weblate/lv/interlinkers.json",
        {"knowledgeinterlinker;map;name": "Cits", "knowledgeinterlinker;map;description": "Cits"},
    )
    seed.write("weblate/it/interlinkers.json", {"knowledge;map;name": "Mappa", "x": 5})
    seed.write("weblate/es/interlinkers.json", "{broken")
    report = imported()
    row = Interlinker.objects.get()
    assert row.languages == ["en", "it", "lv"]
    assert row.text("name", "lv") == "Map nosaukums"
    assert row.text("name", "it") == "Mappa"
    assert report.failed == 0
    assert any("weblate/es" in line for line in report.warnings)
