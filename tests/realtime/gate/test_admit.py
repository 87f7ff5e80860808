"""What the gate lets in, what it refuses, and for what it asks again."""

import random
from pathlib import Path

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from realtime.gate import Missing, Refused, admit, learn, merge, parse
from realtime.gate.index import Index
from tests.realtime.gate.handmade import (
    RULES,
    Twin,
    attribute,
    child_of,
    collected,
    deleted,
    element,
    item,
    library_updates,
    mark,
    paragraph,
    skip,
    string,
    uint,
    update,
    xml_text,
)
from tests.realtime.gate.handmade import text as varstring

A, B, C = 11, 22, 33


@pytest.mark.parametrize("seed", range(30))
def test_admit_takes_what_the_library_writes_unchanged(seed):
    updates = library_updates(random.Random(seed))
    twin = Twin()
    for data in updates:
        assert twin.enter(data).data == data
    whole = Doc()
    whole.apply_update(merge(admitted_parts(updates)))
    assert str(whole.get("prosemirror", type=XmlFragment)) == twin.text()


def admitted_parts(updates):
    index = Index()
    return [admit(index, parse(data), RULES, lambda client: True).parts for data in updates]


@pytest.mark.parametrize("seed", range(10))
def test_admit_finds_nothing_new_in_the_full_state(seed):
    twin = Twin()
    for data in library_updates(random.Random(seed), edits=12):
        twin.enter(data)
    assert twin.enter(twin.doc.get_update(), may_use=lambda client: False).is_empty


@pytest.mark.parametrize("seed", range(10))
def test_learn_from_a_snapshot_knows_the_same_clocks_and_deletes(seed):
    twin = Twin()
    for data in library_updates(random.Random(seed), edits=12):
        twin.enter(data)
    index = Index()
    learn(index, parse(twin.doc.get_update()), RULES)
    assert index.clocks() == twin.clocks()
    assert index.deleted == twin.index.deleted


def test_admit_refuses_the_sample_that_hangs_the_library():
    path = Path(__file__).parents[2] / "data" / "hostile" / "array_with_text.bin"
    with pytest.raises(Refused):
        Twin().enter(path.read_bytes())


def test_overlap_is_cut_and_only_the_new_words_remain():
    twin = Twin()
    twin.enter(update([paragraph(A, words="hel")]))
    admitted = twin.enter(update([paragraph(A, words="hello")]))
    assert admitted.parts.sections[A].clock == 5
    assert twin.text() == "<paragraph>hello</paragraph>"
    assert parse(admitted.data).sections[A][0].payload == "lo"


def test_overlap_with_other_content_does_not_change_what_is_known():
    twin = Twin()
    twin.enter(update([paragraph(A, words="hel")]))
    forged = update([paragraph(A, words="XYZlo")])
    twin.enter(forged)
    assert twin.text() == "<paragraph>hello</paragraph>"


def test_overlap_that_claims_another_place_stands_where_its_first_half_stands():
    twin = Twin()
    twin.enter(update([paragraph(A, words="hel")]))
    twin.enter(update([(B, 0, [element("blockquote", origin=(A, 0))])]))
    forged = update([(A, 2, [string("hello", parent=child_of(B, 0))])])
    admitted = twin.enter(forged)
    assert twin.text() == "<paragraph>hello</paragraph><blockquote></blockquote>"
    assert parse(admitted.data).sections[A][0].origin == (A, 4)


def test_overlap_cuts_emoji_and_deleted_ranges():
    twin = Twin()
    twin.enter(update([paragraph(A, words="ā🎉")]))
    twin.enter(update([(A, 2, [string("ā🎉🎈", parent=child_of(A, 1))])]))
    twin.enter(
        update([(A, 2, [string("ā🎉🎈", parent=child_of(A, 1)), deleted(9, origin=(A, 6))])])
    )
    twin.enter(update([(A, 7, [deleted(12, origin=(A, 6)), collected(5)])]))
    twin.enter(update([(A, 19, [collected(9)])]))
    assert twin.clocks() == {A: 28}
    assert twin.text() == "<paragraph>ā🎉🎈</paragraph>"
    assert twin.doc.get_state() == uint(1) + uint(A) + uint(28)


def test_structs_under_a_client_id_of_another_are_refused():
    twin = Twin()
    twin.enter(update([paragraph(A)]))
    with pytest.raises(Refused, match="client_of_another"):
        twin.enter(
            update([(A, 7, [string("!", origin=(A, 6))])]), may_use=lambda client: client == B
        )
    assert twin.clocks() == {A: 7}


def test_deleting_the_words_of_another_is_allowed():
    twin = Twin()
    twin.enter(update([paragraph(A)]))
    admitted = twin.enter(update([], [(A, [(2, 2)])]), may_use=lambda client: False)
    assert twin.text() == "<paragraph>llo</paragraph>"
    assert admitted.refers == {A: 3}


def test_a_delete_known_already_is_nothing_new_and_a_wider_one_is_cut():
    twin = Twin()
    twin.enter(update([paragraph(A)], [(A, [(2, 2)])]))
    assert twin.enter(update([], [(A, [(2, 2)])])).is_empty
    assert twin.enter(update([], [(A, [(2, 3), (3, 1)])])).parts.deletes == {A: [(4, 5)]}


MISSING = {
    "a gap in the clocks": update([(A, 9, [string("x", origin=(A, 8))])]),
    "an unknown neighbour": update([(B, 0, [string("x", origin=(C, 4))])]),
    "an unknown parent": update([(B, 0, [xml_text(parent=child_of(C, 0))])]),
    "a parent beyond what is known": update([(B, 0, [xml_text(parent=child_of(A, 70))])]),
    "an unknown right neighbour": update([(B, 0, [string("x", right=(A, 70))])]),
    "a delete beyond the end": update([], [(A, [(5, 10)])]),
    "a delete of an unknown client": update([], [(C, [(0, 1)])]),
    "a skip": update([(B, 0, [skip(4), string("x", origin=(A, 4))])]),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_builds_on_the_unknown_is_asked_for_again(name):
    twin = Twin()
    twin.enter(update([paragraph(A)]))
    with pytest.raises(Missing):
        twin.enter(MISSING[name])
    assert twin.clocks() == {A: 7}


P = child_of(A, 0)
T = child_of(A, 1)
REFUSED = {
    "itself as parent": update([(B, 0, [element(parent=child_of(B, 0))])]),
    "a later struct as parent": update([(B, 0, [element(parent=child_of(B, 1)), element()])]),
    "a circle of two clients": update(
        [(B, 0, [element(parent=child_of(C, 0))]), (C, 0, [element(parent=child_of(B, 0))])]
    ),
    "another root": update([(B, 0, [element(parent=uint(1) + varstring("other"))])]),
    "an attribute of the root": update([(B, 0, [item(8, b"\1\x77\1a", sub="id")])]),
    "text in the root": update([(B, 0, [xml_text()])]),
    "words in the root": update([(B, 0, [string("x")])]),
    "words in a paragraph": update([(B, 0, [string("x", parent=P)])]),
    "words beside a paragraph": update([(B, 0, [string("x", origin=(A, 0))])]),
    "a paragraph in a paragraph": update([(B, 0, [element(parent=P)])]),
    "a paragraph in text": update([(B, 0, [element(parent=T)])]),
    "a paragraph among words": update([(B, 0, [element(origin=(A, 3))])]),
    "a paragraph in words": update([(B, 0, [element(parent=child_of(A, 3))])]),
    "text in text": update([(B, 0, [xml_text(parent=T)])]),
    "a row outside a table": update([(B, 0, [element("table_row")])]),
    "an unknown node": update([(B, 0, [element("script")])]),
    "an unknown mark": update([(B, 0, [mark("comment--x", {"id": 1}, parent=T)])]),
    "a mark in a paragraph": update([(B, 0, [mark("strong", {}, parent=P)])]),
    "a script as a link": update(
        [(B, 0, [mark("link", {"href": "javascript:alert(1)"}, parent=T)])]
    ),
    "an unknown attribute of a mark": update([(B, 0, [mark("strong", {"on": 1}, parent=T)])]),
    "a mark that is no JSON": update(
        [(B, 0, [item(6, varstring("link") + varstring("{"), parent=T)])]
    ),
    "a mark with NaN": update([(B, 0, [item(6, varstring("link") + varstring("NaN"), parent=T)])]),
    "an unknown attribute": update([(B, 0, [attribute("onclick", "x", P)])]),
    "an attribute of another node": update([(B, 0, [attribute("level", 2, P)])]),
    "an attribute of text": update([(B, 0, [attribute("id", "abcdef", T)])]),
    "a block id with markup": update([(B, 0, [attribute("id", "<b>", P)])]),
    "a very long block id": update([(B, 0, [attribute("id", "a" * 41, P)])]),
    "a type as an attribute": update(
        [(B, 0, [item(7, uint(3) + varstring("paragraph"), parent=P, sub="id")])]
    ),
    "neighbours in two places": update([(B, 0, [string("x", origin=(A, 0), right=(A, 3))])]),
    "a map": update([(B, 0, [item(7, uint(1))])]),
    "an array": update([(B, 0, [item(7, uint(0), parent=P)])]),
    "a fragment": update([(B, 0, [item(7, uint(4))])]),
    "a hook": update([(B, 0, [item(7, uint(5) + varstring("x"))])]),
    "a binary": update([(B, 0, [item(3, uint(1) + b"x")])]),
    "JSON": update([(B, 0, [item(2, uint(1) + varstring("1"))])]),
    "an embed": update([(B, 0, [item(5, varstring("{}"), parent=T)])]),
    "a subdocument": update([(B, 0, [item(9, varstring("x") + b"\x76\0")])]),
    "a move": update([(B, 0, [item(11, b"\0\0\0")])]),
    "an empty string": update([(B, 0, [string("", parent=T)])]),
    "an empty deletion": update([(B, 0, [deleted(0, parent=T)])]),
    "an empty delete range": update([], [(A, [(1, 0)])]),
    "U+0000": update([(B, 0, [string("a\0b", parent=T)])]),
    "no UTF-8": update([(B, 0, [item(4, uint(2) + b"\xc3\x28", parent=T)])]),
    "a surrogate": update([(B, 0, [item(4, uint(3) + b"\xed\xa0\x80", parent=T)])]),
    "a huge clock": uint(1) + uint(1) + uint(B) + b"\xff" * 8 + b"\x7f" + collected(1) + b"\0",
    "a clock that runs over": update([(B, 2**31 - 2, [collected(5)])]),
    "a huge client id": uint(1) + uint(1) + uint(2**53) + uint(0) + collected(1) + b"\0",
    "an endless number": b"\xff" * 50,
    "more structs than bytes": uint(1) + uint(2**30) + uint(B) + uint(0) + collected(1),
    "a section of none": uint(1) + uint(0) + uint(B) + uint(0) + b"\0",
    "a client twice": update([(B, 0, [collected(1)]), (B, 1, [collected(1)])]),
    "bytes at the end": update([(B, 0, [collected(1)])]) + b"\0",
    "nothing at all": b"",
    "an absurd length": update([(B, 0, [collected(2**30)])]),
    "a deep attribute": update(
        [(B, 0, [item(8, b"\1" + b"\x75\1" * 3000 + b"\x7e", parent=P, sub="id")])]
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    twin = Twin()
    twin.enter(update([paragraph(A)]))
    with pytest.raises(Refused):
        twin.enter(REFUSED[name])
    assert twin.clocks() == {A: 7}
    assert len(twin.index.kinds) == 3
    twin.enter(update([(A, 7, [string("!", origin=(A, 6))])]))
    assert twin.text() == "<paragraph>hello!</paragraph>"


def test_deep_nesting_is_refused():
    twin = Twin()
    structs = [element("blockquote")]
    structs += [element("blockquote", parent=child_of(A, depth)) for depth in range(60)]
    with pytest.raises(Refused, match="node_not_allowed"):
        twin.enter(update([(A, 0, structs)]))
    twin.enter(update([(A, 0, structs[:50])]))


def test_many_tiny_structs_are_refused():
    structs = [string("x", right=(A, 2)) for _ in range(60_000)]
    with pytest.raises(Refused, match="too_many_structs"):
        Twin().enter(update([(A, 0, structs)]))


def test_structs_that_make_the_library_search_are_refused():
    twin = Twin()
    twin.enter(update([paragraph(A, words="x" * 3000)]))
    structs = [string("y", origin=(A, 2), right=(A, 3)) for number in range(2000)]
    with pytest.raises(Refused, match="too_costly"):
        twin.enter(update([(B, 0, structs)]))


def test_typing_backwards_at_one_place_is_not_costly():
    twin = Twin()
    twin.enter(update([paragraph(A)]))
    structs = [string("y", right=(A, 2))]
    structs += [string("y", right=(B, number)) for number in range(1500)]
    twin.enter(update([(B, 0, structs)]))


def test_clients_that_build_on_each_other_in_one_update_are_put_in_order():
    a = (A, 0, [element(), element(origin=(B, 0)), element(origin=(B, 1))])
    b = (B, 0, [element(origin=(A, 0)), element(origin=(A, 1))])
    for sections in ([a, b], [b, a]):
        twin = Twin()
        twin.enter(update(sections))
        assert twin.clocks() == {A: 3, B: 2}
        assert twin.text().count("<paragraph>") == 5


def test_new_words_in_a_paragraph_that_was_deleted_meanwhile_are_let_in():
    twin = Twin()
    twin.enter(update([paragraph(A)]))
    twin.enter(update([], [(A, [(0, 1)])]))
    late = update([(B, 0, [string("late", origin=(A, 3), right=(A, 4))])])
    twin.enter(late)
    assert twin.text() == ""
    # The same from a snapshot, where what was deleted has been collected.
    fresh = Twin()
    fresh.doc.apply_update(twin.doc.get_update())
    learn(fresh.index, parse(twin.doc.get_update()), RULES)
    fresh.enter(
        update([(B, 4, [string("r", origin=(B, 3))]), (C, 0, [string("z", parent=child_of(A, 1))])])
    )
    assert fresh.doc.get_state() != b"\0"
    assert fresh.clocks() == {A: 7, B: 5, C: 1}
    assert parse(fresh.doc.get_update())


def test_marks_in_code_are_refused_and_their_end_is_let_in():
    twin = Twin()
    twin.enter(
        update(
            [
                (
                    A,
                    0,
                    [
                        element("code_block"),
                        xml_text(parent=child_of(A, 0)),
                        string("x", parent=child_of(A, 1)),
                    ],
                )
            ]
        )
    )
    with pytest.raises(Refused, match="mark_not_allowed"):
        twin.enter(update([(B, 0, [mark("strong", {}, right=(A, 2))])]))
    twin.enter(update([(B, 0, [mark("strong", None, right=(A, 2))])]))


def test_numbers_as_floats_and_nulls_are_attributes_too():
    doc = Doc()
    fragment = doc.get("prosemirror", type=XmlFragment)
    fragment.children.append(XmlElement("heading", {"level": 2.0, "id": "abcdef"}))
    fragment.children[0].children.append(XmlText("x"))
    Twin().enter(doc.get_update())
    fragment.children[0].attributes["level"] = 2.5
    with pytest.raises(Refused):
        Twin().enter(doc.get_update())


CUTS = {
    "words between the halves": update([(B, 0, [string("x", origin=(A, 3))])]),
    "words before the second half": update([(B, 0, [string("x", right=(A, 4))])]),
    "a delete of the first half": update([], [(A, [(3, 1)])]),
    "a delete of the second half": update([], [(A, [(4, 1)])]),
}


@pytest.mark.parametrize("name", CUTS)
def test_nothing_comes_between_the_halves_of_a_character(name):
    twin = Twin()
    twin.enter(update([paragraph(A, words="a🎉b")]))
    with pytest.raises(Refused, match="cuts_character"):
        twin.enter(CUTS[name])
    fine = string("x", origin=(A, 4), right=(A, 5))
    twin.enter(update([(B, 0, [fine])], [(A, [(3, 2)])]))
    assert twin.text() == "<paragraph>axb</paragraph>"


def test_one_neighbour_collected_and_one_alive_is_refused_and_let_in_where_all_is_deleted():
    twin = Twin()
    twin.enter(update([paragraph(A), (C, 0, [collected(1)])]))
    beside = update([(B, 0, [string("x", origin=(C, 0), right=(A, 3))])])
    with pytest.raises(Refused, match="neighbours_apart"):
        twin.enter(beside)
    twin.enter(update([], [(A, [(0, 1)])]))
    twin.enter(beside)
    assert twin.text() == ""
    assert twin.clocks()[B] == 1
