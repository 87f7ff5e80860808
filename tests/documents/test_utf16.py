"""Offsets as the browser counts them."""

import pytest

from documents import utf16


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("āčē", 3), ("їжак", 4), ("😀", 2), ("🇱🇻x", 5)]
)
def test_length_counts_utf16_units(text, length):
    assert utf16.utf16_length(text) == length == len(text.encode("utf-16-le")) // 2


def test_offsets_and_indexes_agree_in_both_directions():
    text = "a😀ī🇱🇻b"
    for index in range(len(text) + 1):
        units = utf16.utf16_from_index(text, index)
        assert utf16.index_from_utf16(text, units) == index


def test_an_offset_inside_a_pair_or_outside_the_text_has_no_index():
    assert utf16.index_from_utf16("a😀", 2) is None
    assert utf16.index_from_utf16("a😀", 4) is None
    assert utf16.index_from_utf16("", 0) == 0
    assert utf16.index_from_utf16("a", -1) is None


def test_slice_takes_utf16_offsets():
    assert utf16.utf16_slice("a😀īb", 1, 4) == "😀ī"
    assert utf16.utf16_slice("a😀īb", 2, 4) is None
    assert utf16.utf16_slice("ab", 2, 1) is None
