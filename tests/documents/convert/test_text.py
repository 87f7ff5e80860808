"""What changed between two states of a text."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import schema
from documents.convert.text import BlockChange, changed_blocks, inline_diff
from tests.documents.convert import strategies


def document(*texts, **more):
    content = [
        {
            "type": "paragraph",
            "attrs": {"id": block_id},
            "content": [{"type": "text", "text": text}] if text else [],
        }
        for block_id, text in [*texts, *more.items()]
    ]
    return schema.normalise({"type": "doc", "content": content})


def test_equal_texts_have_no_changes():
    assert changed_blocks(document(block_a="x"), document(block_a="x")) == []


def test_added_removed_and_changed_blocks_come_in_reading_order():
    before = document(block_a="viens", block_b="divi", block_c="trīs")
    after = document(block_x="nulle", block_a="viens!", block_c="trīs")
    assert [
        (c.kind, c.block_id, c.before_text, c.after_text) for c in changed_blocks(before, after)
    ] == [
        ("added", "block_x", "", "nulle"),
        ("changed", "block_a", "viens", "viens!"),
        ("removed", "block_b", "divi", ""),
    ]


def test_removed_at_the_beginning_comes_first():
    changes = changed_blocks(document(block_a="x", block_b="y"), document(block_b="z"))
    assert [change.kind for change in changes] == ["removed", "changed"]


def test_moved_block_is_no_change():
    before = document(block_a="x", block_b="y")
    assert changed_blocks(before, document(block_b="y", block_a="x")) == []


def test_formatting_and_kind_are_changes_with_equal_words():
    before = document(block_a="x")
    heading = schema.normalise(
        {
            "type": "doc",
            "content": [
                {
                    "type": "heading",
                    "attrs": {"id": "block_a"},
                    "content": [{"type": "text", "text": "x"}],
                }
            ],
        }
    )
    (change,) = changed_blocks(before, heading)
    assert change == BlockChange("block_a", "changed", "x", "x", "paragraph", "heading")


def test_change_in_a_table_names_the_cell_not_the_table():
    def table(text):
        cell = {
            "type": "table_cell",
            "content": [
                {
                    "type": "paragraph",
                    "attrs": {"id": "cell_a1"},
                    "content": [{"type": "text", "text": text}],
                }
            ],
        }
        row = {"type": "table_row", "content": [cell]}
        node = {"type": "table", "attrs": {"id": "table_1"}, "content": [row]}
        return schema.normalise({"type": "doc", "content": [node]})

    assert [change.block_id for change in changed_blocks(table("a"), table("b"))] == ["cell_a1"]


def test_picture_in_a_changed_block_shows_its_description():
    image = {"type": "image", "attrs": {"image": "x", "alt": "karte"}}
    with_image = document(block_a="")
    with_image["content"][0]["content"] = [image]
    (change,) = changed_blocks(document(block_a=""), with_image)
    assert change.after_text == "karte"


def test_words_that_changed_are_shown_whole():
    assert inline_diff("Termiņš ir 10 dienas.", "Termiņš ir 15 darba dienas.") == [
        ("equal", "Termiņš ir "),
        ("delete", "10"),
        ("insert", "15 darba"),
        ("equal", " dienas."),
    ]


def test_rewritten_phrase_reads_as_one_change():
    assert inline_diff("viens divi trīs", "četri pieci trīs") == [
        ("delete", "viens divi"),
        ("insert", "četri pieci"),
        ("equal", " trīs"),
    ]


@pytest.mark.parametrize("pair", [("", ""), ("a", ""), ("", "a"), ("a", "a")])
def test_ends_of_inline_diff(pair):
    before, after = pair
    expected = [("equal", "a")] if before == after == "a" else []
    expected += [("delete", before)] if before and not after else []
    expected += [("insert", after)] if after and not before else []
    assert inline_diff(before, after) == expected


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(strategies.texts, st.text(max_size=30)),
    st.one_of(strategies.texts, st.text(max_size=30)),
)
def test_inline_diff_loses_nothing(before, after):
    parts = inline_diff(before, after)
    assert "".join(text for op, text in parts if op != "insert") == before
    assert "".join(text for op, text in parts if op != "delete") == after
    assert all(one[0] != two[0] for one, two in pairwise(parts))


def test_very_long_texts_are_compared_in_time():
    before = " ".join(f"a{i}" for i in range(20_000))
    after = " ".join(f"b{i}" for i in range(20_000))
    started = time.process_time()
    parts = inline_diff("start " + before, "start " + after)
    assert time.process_time() - started < 3
    assert parts[0] == ("equal", "start ")
