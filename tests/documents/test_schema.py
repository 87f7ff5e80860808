"""The schema: what is valid, the canonical form, block ids, reading text."""

import json
import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings

from cocreation.kernel.errors import Invalid
from documents import schema
from documents.schema_rules import DECLARATION
from tests.documents.convert import strategies


def doc(*content):
    return {"type": "doc", "content": list(content)}


def paragraph(*content, **attrs):
    nodes = [{"type": "text", "text": c} if isinstance(c, str) else c for c in content]
    node = {"type": "paragraph", "content": nodes}
    return {**node, "attrs": attrs} if attrs else node


def codes(doc_json, **options):
    return [problem.code for problem in schema.validate(doc_json, **options)]


def test_schema_version_is_that_of_the_file():
    source = json.loads((Path(schema.__file__).parent / "schema.json").read_text(encoding="utf-8"))
    assert source["version"] == schema.SCHEMA_VERSION
    assert source["root"] == schema.ROOT_NAME


def test_no_node_asks_for_its_children_in_an_order():
    # Two who work at the same time break an order, and editors delete what they cannot build, with all words in it.
    for name, rule in DECLARATION.source["nodes"].items():
        assert re.fullmatch(r"(\w+|\(\w+( \| \w+)*\))[*+]", rule.get("content", "none*")), name
    for name, rule in DECLARATION.nodes.items():
        children = [child for child in DECLARATION.nodes if DECLARATION.content_fits(rule, [child])]
        for first, second in product(children, repeat=2):
            assert DECLARATION.content_fits(rule, [first, second]), (name, first, second)


def test_empty_document_is_valid_and_identified():
    assert schema.validate(schema.empty_document(), require_ids=True) == []


@settings(max_examples=50, deadline=None)
@given(strategies.documents)
def test_normalised_documents_are_valid_and_stay_as_they_are(document):
    assert schema.validate(document) == []
    assert schema.normalise(document) == document
    identified = schema.with_block_ids(document, seed="s")
    assert schema.validate(identified, require_ids=True) == []
    assert schema.with_block_ids(identified, seed="other") == identified


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (None, "unknown_node"),
        ({"type": "paragraph"}, "unknown_node"),
        ({"type": "doc"}, "content"),
        (doc(), "content"),
        (doc({"type": "iframe"}), "unknown_node"),
        (doc("text"), "unknown_node"),
        (doc({"type": ["x"]}), "unknown_node"),
        (doc({"type": "text", "text": "loose"}), "content"),
        (doc({"type": "paragraph", "content": "x"}), "content"),
        (doc(paragraph({"type": "paragraph"})), "content"),
        (doc({"type": "list_item", "content": [paragraph("a")]}), "content"),
        (doc({"type": "bullet_list"}), "content"),
        (doc({"type": "horizontal_rule", "content": [paragraph("a")]}), "content"),
        (doc(paragraph({"type": "text", "text": ""})), "empty_text"),
        (doc(paragraph({"type": "text"})), "empty_text"),
        (doc({"type": "heading", "attrs": {"level": 7}}), "attr_limit"),
        (doc({"type": "heading", "attrs": {"level": True}}), "attr_type"),
        (doc({"type": "heading", "attrs": {"level": "1"}}), "attr_type"),
        (doc({"type": "heading", "attrs": [1]}), "attr_type"),
        (doc(paragraph("a", onclick="x")), "attr_unknown"),
        (doc(paragraph("a", id="no")), "attr_type"),
        (doc(paragraph({"type": "image"})), "attr_missing"),
        (doc(paragraph({"type": "image", "attrs": {"image": "http://a"}})), "attr_type"),
        (doc({"type": "code_block", "attrs": {"params": "x" * 61}}), "attr_limit"),
    ],
)
def test_validate_names_what_is_wrong(broken, code):
    assert code in codes(broken)


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ([{"type": "blink"}], "unknown_mark"),
        ("strong", "unknown_mark"),
        (["strong"], "unknown_mark"),
        ([{"type": "strong"}, {"type": "strong"}], "mark_duplicate"),
        ([{"type": "strong"}, {"type": "code"}], "mark_conflict"),
        ([{"type": "link"}], "attr_missing"),
        ([{"type": "link", "attrs": {"href": "javascript:alert(1)"}}], "url_scheme"),
        ([{"type": "link", "attrs": {"href": "/relative"}}], "url_scheme"),
        ([{"type": "link", "attrs": {"href": "https://a\nb"}}], "url_scheme"),
        ([{"type": "link", "attrs": {"href": " javascript:alert(1)"}}], "url_scheme"),
        ([{"type": "link", "attrs": {"href": "https://" + "a" * 2000}}], "attr_limit"),
    ],
)
def test_validate_names_wrong_marks(marks, code):
    assert codes(doc(paragraph({"type": "text", "text": "a", "marks": marks}))) == [code]


def test_marks_are_not_allowed_in_code_blocks():
    bold = {"type": "text", "text": "a", "marks": [{"type": "strong"}]}
    broken = doc({"type": "code_block", "content": [bold]})
    assert codes(broken) == ["mark_not_allowed"]
    assert schema.validate(schema.normalise(broken)) == []


def test_validate_gives_the_place():
    broken = doc(paragraph("a"), {"type": "heading", "attrs": {"level": 9}})
    assert schema.validate(broken)[0].path == "content.1.attrs"


def test_missing_and_duplicate_ids_are_reported_on_request_only():
    twice = doc(paragraph("a", id="aaaaaa"), paragraph("b", id="aaaaaa"), paragraph("c"))
    assert codes(twice) == []
    assert codes(twice, require_ids=True) == ["block_id_duplicate", "block_id_missing"]


def test_first_block_keeps_its_id_and_the_copy_gets_a_stable_new_one():
    twice = doc(paragraph("a", id="aaaaaa"), paragraph("b", id="aaaaaa"), paragraph("c"))
    once = schema.with_block_ids(twice, seed="document/7")
    again = schema.with_block_ids(twice, seed="document/7")
    assert once == again
    ids = [block.id for block in schema.blocks(once)]
    assert ids[0] == "aaaaaa"
    assert len(set(ids)) == 3
    assert schema.with_block_ids(twice, seed="document/8") != once


def test_deep_nesting_is_refused_not_crashed():
    node = paragraph("deep")
    for _level in range(20_000):
        node = {"type": "blockquote", "content": [node]}
    assert codes(doc(node)) == ["too_deep"]
    with pytest.raises(Invalid) as caught:
        schema.normalise(doc(node))
    assert caught.value.code == "too_deep"


def test_normalise_fills_sorts_merges_and_drops():
    raw = doc(
        {
            "type": "heading",
            "attrs": {"style": "x"},
            "content": [
                {"type": "text", "text": "a", "marks": [{"type": "em"}, {"type": "strong"}]},
                {"type": "text", "text": ""},
                {"type": "text", "text": "b", "marks": [{"type": "strong"}, {"type": "em"}]},
                {"type": "hard_break", "marks": [{"type": "em"}]},
            ],
        }
    )
    assert schema.normalise(raw) == doc(
        {
            "type": "heading",
            "attrs": {"level": 1, "id": None},
            "content": [
                {"type": "text", "text": "ab", "marks": [{"type": "strong"}, {"type": "em"}]},
                {"type": "hard_break"},
            ],
        }
    )


def test_normalise_keeps_the_address_where_link_and_code_meet():
    link = {"type": "link", "attrs": {"href": "https://example.org", "title": ""}}
    raw = doc(paragraph({"type": "text", "text": "a", "marks": [{"type": "code"}, link]}))
    assert schema.normalise(raw)["content"][0]["content"][0]["marks"] == [link]


def test_normalise_replaces_what_no_store_takes_and_keeps_offsets():
    raw = doc(paragraph("a\0b\ud800c"))
    (block,) = schema.blocks(schema.normalise(raw))
    assert block.text == "a\ufffdb\ufffdc"


def test_blocks_count_as_the_browser_does():
    image = {"type": "image", "attrs": {"image": "0" * 8 + "-0000-0000-0000-" + "0" * 12}}
    document = schema.normalise(
        doc(paragraph("ī😀", image, {"type": "hard_break"}, "x"), {"type": "horizontal_rule"})
    )
    (block,) = schema.blocks(document)
    assert block.text == "ī😀\ufffc\ufffcx"
    assert block.length == 6
    assert [b.type for b in schema.blocks(document, text_only=False)] == [
        "paragraph",
        "horizontal_rule",
    ]


def test_plain_text_has_a_line_per_block_and_the_words_of_pictures():
    image = {"type": "image", "attrs": {"image": "x", "alt": "A map"}}
    document = doc(paragraph("one", {"type": "hard_break"}, "two"), paragraph(image))
    assert schema.plain_text(document) == "one\ntwo\nA map"
