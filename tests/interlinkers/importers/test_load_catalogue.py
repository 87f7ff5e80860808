"""Our own catalogue: every file in fixtures/ loads, without a warning, in all three languages."""

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interlinkers.importers.own import load_catalogue
from interlinkers.models import (
    Interlinker,
    InterlinkerTranslation,
    ProblemProfile,
    ProcessTemplate,
    TemplateNode,
)

pytestmark = pytest.mark.django_db
FIXTURES = settings.BASE_DIR / "fixtures"
LANGUAGES = ["en", "lv", "uk"]


def load() -> dict:
    output = io.StringIO()
    call_command("load_catalogue", "--json", stdout=output)
    return json.loads(output.getvalue())


def files(folder: str) -> list[Path]:
    return sorted((FIXTURES / folder).glob("*.json"))


def test_every_file_loads_without_a_warning_and_a_second_run_writes_nothing():
    report = load()
    assert report["warnings"] == []
    assert report["problem_profiles"]["new"] == len(
        json.loads((FIXTURES / "catalogue/problem_profiles.json").read_text())
    )
    assert report["interlinkers"]["new"] == len(files("catalogue/interlinkers")) >= 15
    assert report["process_templates"]["new"] == len(files("templates")) >= 3
    with CaptureQueriesContext(connection) as queries:
        again = load()
    assert all(again[kind]["new"] == again[kind]["changed"] == 0 for kind in list(again)[:3])
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_every_text_is_there_in_all_languages():
    load()
    for model in (ProblemProfile, Interlinker, ProcessTemplate, TemplateNode):
        for row in model.objects.prefetch_related("translations"):
            assert row.languages == LANGUAGES, row
            english = row.translation("en")
            for text in row.translations.all():
                for field in (
                    "name",
                    "summary",
                    "description",
                    "text",
                    "done_when",
                    "instructions",
                ):
                    given = bool(getattr(text, field, ""))
                    assert given == bool(getattr(english, field, "")), (row, text.language, field)


def test_what_a_task_names_helps_with_something():
    load()
    external_ids = set(Interlinker.objects.values_list("external_id", flat=True))
    for node in TemplateNode.objects.exclude(document={}):
        start = node.document["interlinker"]
        if start:
            assert start in external_ids
            texts = InterlinkerTranslation.objects.filter(interlinker__external_id=start)
            assert all(text.text for text in texts), start
        assert set(node.document["titles"]) == set(LANGUAGES)


def test_interlinkers_help_with_problems():
    load()
    lonely = Interlinker.objects.filter(problem_profiles=None).values_list("external_id", flat=True)
    assert list(lonely) == []


# --- bad input
def write(root: Path, path: str, raw) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(raw if isinstance(raw, str) else json.dumps(raw))


GOOD = {"id": "a", "nature": "knowledge", "translations": {"en": {"name": "A"}}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nature": "magic"}, "magic"),
        ({"translations": {}}, "no name"),
        ({"translations": {"en": {"summary": "x"}}}, "no name"),
        ({"translations": {"English": {"name": "x"}}}, "not a language"),
        ({"uri": "javascript:x"}, "web address"),
        ({"uri": {"lv": "https://a.example"}}, "no text in"),
        ({"effort_minutes": -1}, "between 0"),
        ({"effort_minutes": "long"}, "whole number"),
        ({"id": ""}, "no usable id"),
    ],
)
def test_bad_interlinker_fails_alone(tmp_path, change, words):
    write(tmp_path, "catalogue/interlinkers/bad.json", {**GOOD, **change})
    write(tmp_path, "catalogue/interlinkers/good.json", {**GOOD, "id": "b"})
    write(tmp_path, "catalogue/problem_profiles.json", "{")
    report = load_catalogue(tmp_path)
    assert words in report.failures[1]
    assert report.counts["problem_profiles"]["failed"] == 1
    assert Interlinker.objects.get().external_id == "b"


def test_bad_template_is_not_half_there(tmp_path):
    node = {"id": "p", "translations": {"en": {"name": "P"}}}
    write(
        tmp_path,
        "templates/x.json",
        {"id": "t", "translations": {"en": {"name": "T"}}, "phases": [node, node]},
    )
    report = load_catalogue(tmp_path)
    assert "same id" in report.failures[0]
    assert not ProcessTemplate.objects.exists()


def test_command_says_what_is_no_directory(tmp_path):
    with pytest.raises(CommandError, match="not a directory"):
        call_command("load_catalogue", str(tmp_path / "nowhere"))


POINT = {"translations": {"en": {"text": "Done"}}}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"checklist": [{"translations": {}}]}, "no name"),
        ({"checklist": [{**POINT, "optional": "yes"}]}, "true/false"),
        ({"checklist": [POINT] * 51}, "at most 50"),
        ({"checklist": POINT}, "list"),
        ({"roles": ["coauthor"]}, "object"),
    ],
)
def test_a_bad_proposal_keeps_its_template_out(tmp_path, more, words):
    name = {"translations": {"en": {"name": "N"}}}
    task = {"id": "t", **name, **more}
    goal = {"id": "o", **name, "tasks": [task]}
    phases = [{"id": "p", **name, "objectives": [goal]}]
    write(tmp_path, "templates/x.json", {"id": "t", **name, "phases": phases})
    report = load_catalogue(tmp_path)
    assert words in report.failures[0]
    assert not ProcessTemplate.objects.exists()
