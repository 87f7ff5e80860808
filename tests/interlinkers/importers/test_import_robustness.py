"""Whatever JSON is in the fields, the command ends with a report, and text never leaves our Markdown."""

import io
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocreation.kernel.markdown import render_markdown
from interlinkers.importers.fields import clean_text
from interlinkers.importers.markup import html_to_markdown, markdown_without_html
from interlinkers.importers.ordering import ordered, prerequisite_ids
from interlinkers.importers.seed import Refused, SeedDirectory
from tests.factories.interlinkers import Seed, raw_node

text = st.text(max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
ENTRY_FIELDS = [
    "id", "name_translations", "description_translations", "tags_translations", "difficulty", "licence",
    "problemprofiles", "targets", "types", "administrative_scopes", "form", "format", "overview_text",
    "instructions_translations", "file_translations", "logotype", "integration", "uri_translations",
    "asset_name_translations", "is_sustainability_related", "constraints_and_limitations_translations", "supported_by",
]  # fmt: skip
translated = st.dictionaries(
    st.sampled_from(["en", "lv", "xx", "", "Not one"]), json_values, max_size=2
)
anything = json_values | translated
entries = st.dictionaries(st.sampled_from(ENTRY_FIELDS), anything, max_size=6)
nodes = st.dictionaries(
    st.sampled_from(["id", "name_translations", "prerequisites", "problemprofiles", "objectives"]),
    anything,
    max_size=4,
)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(entry=entries, profile=anything, node=nodes, aggregate=anything)
def test_random_values_in_any_field_never_stop_the_command(entry, profile, node, aggregate):
    root = Path(tempfile.mkdtemp())
    try:
        seed = Seed(root)
        seed.interlinker("Odd", **entry)
        seed.interlinker("Good")
        seed.profiles(profile)
        seed.schema()
        seed.write("schemas/default/phases/odd.json", {**raw_node("odd"), **node})
        seed.phase("even", objectives=[{**raw_node("o"), "tasks": [node]}])
        seed.write("schemas_DO_NOT_MODIFY.json", aggregate)
        output = io.StringIO()
        try:
            call_command("import_interlink", str(root), "--json", stdout=output)
            code = 0
        except CommandError as error:
            code = error.returncode
        report = json.loads(output.getvalue())
        failed = sum(report[kind]["failed"] for kind in list(report)[:3])
        assert code == (1 if failed else 0)
        done = report["interlinkers"]
        assert sum(done.values()) == 2
        # A fault of ours would be counted under its exception's name.
        assert not any("Error" in line for line in report["warnings"])
    finally:
        shutil.rmtree(root)


fragments = st.sampled_from(
    ["<p>", "</p>", "<ul>", "<li>", "</ul>", "<b>", "</b>", "<script>", "</script>", "<a href='javascript:x'>",
     "<a href=\"https://a.example\">", "</a>", "<img src=x onerror=y>", "&lt;", "`", "*", "[x](javascript:y)", "\n",
     "<!--", "-->", "<h1>", "1. ", "- ", "<table>", "<td>", "<pre>", "<blockquote>", "word ", "ļ", "  "],
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(fragments | st.text(max_size=6), max_size=25).map("".join))
def test_any_markup_becomes_text_that_is_safe_to_show(source):
    for convert in (html_to_markdown, markdown_without_html):
        rendered = render_markdown(convert(clean_text(source))).lower()
        assert "<script" not in rendered
        assert "<img" not in rendered
        assert 'href="javascript' not in rendered


@given(st.lists(st.sampled_from("abcdef"), max_size=6, unique=True), st.data())
def test_order_is_always_a_permutation_and_right_when_it_can_be(ids, data):
    requires = {
        name: data.draw(st.lists(st.sampled_from([*"abcdef", "elsewhere"]), max_size=3))
        for name in ids
    }
    warnings = []
    result = ordered(ids, requires, warnings.append, "here")
    assert sorted(result) == list(range(len(ids)))
    if not warnings:
        place = {ids[index]: position for position, index in enumerate(result)}
        for name in ids:
            assert all(place[r] < place[name] for r in requires[name] if r in place and r != name)


@given(json_values)
def test_prerequisites_are_read_from_any_value(raw):
    assert all(isinstance(item, str) for item in prerequisite_ids(raw))


@given(
    st.text(max_size=40) | st.lists(st.sampled_from(["..", "a", ".", "", "\\", "C:"])).map("/".join)
)
def test_no_path_leads_out_of_the_directory(path):
    with tempfile.TemporaryDirectory() as outer:
        root = Path(outer) / "root"
        (root / "a").mkdir(parents=True)
        directory = SeedDirectory(root, lambda message: None)
        try:
            found = directory.locate(path)
        except Refused:
            return
        if found is not None:
            assert (root / found).resolve().is_relative_to(root.resolve())
