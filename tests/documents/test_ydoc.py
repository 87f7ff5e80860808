"""Yjs and canonical JSON: nothing changes on the way, in either direction."""

import random

import pytest
from hypothesis import given, settings

from cocreation.kernel.errors import Invalid
from documents import schema, ydoc
from tests.documents.convert import strategies


def load(*updates):
    return ydoc.document_from_updates(None, updates)


def text_document(*texts):
    paragraphs = [
        {"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in texts
    ]
    return schema.with_block_ids(schema.normalise({"type": "doc", "content": paragraphs}), seed="t")


@settings(max_examples=50, deadline=None)
@given(strategies.documents)
def test_document_survives_the_way_through_yjs(document):
    identified = schema.with_block_ids(document, seed="x")
    update = ydoc.json_to_update(identified, client_id=1)
    assert ydoc.doc_to_json(load(update)) == identified
    assert schema.validate(ydoc.doc_to_json(load(update), canonical=False)) == []


def test_empty_shared_document_reads_as_one_empty_paragraph():
    paragraph = {"type": "paragraph", "attrs": {"id": None}}
    assert ydoc.doc_to_json(ydoc.new_doc()) == {"type": "doc", "content": [paragraph]}
    assert ydoc.doc_to_json(ydoc.new_doc(), canonical=False) == {"type": "doc"}


def test_marks_land_on_the_right_words_after_wide_characters():
    bold = {"type": "text", "text": "žagari", "marks": [{"type": "strong"}, {"type": "em"}]}
    content = [{"type": "text", "text": "ķīšezers 🇱🇻 їжак "}, bold, {"type": "text", "text": "."}]
    document = schema.normalise(
        {"type": "doc", "content": [{"type": "paragraph", "content": content}]}
    )
    assert ydoc.doc_to_json(load(ydoc.json_to_update(document, client_id=9))) == document


def test_numbers_come_back_as_integers():
    heading = {"type": "heading", "attrs": {"level": 3}}
    update = ydoc.json_to_update({"type": "doc", "content": [heading]}, client_id=1)
    level = ydoc.doc_to_json(load(update), canonical=False)["content"][0]["attrs"]["level"]
    assert level == 3
    assert isinstance(level, int)


def test_same_text_seeded_twice_under_one_client_id_is_one_text():
    marks = [{"type": "strong"}, {"type": "em"}, {"type": "strike"}]
    node = {"type": "text", "text": "all", "marks": marks}
    table_cell = {"type": "table_cell", "content": [{"type": "paragraph", "content": [node]}]}
    table = {"type": "table", "content": [{"type": "table_row", "content": [table_cell]}]}
    document = schema.with_block_ids(
        schema.normalise({"type": "doc", "content": [table]}), seed="s"
    )
    updates = {ydoc.json_to_update(document, client_id=5) for _ in range(20)}
    assert len(updates) == 1
    assert ydoc.doc_to_json(load(*updates, *updates)) == document


def test_state_and_later_updates_make_the_document():
    base = ydoc.json_to_update(text_document("viens"), client_id=1)
    first = load(base)
    state = ydoc.encode_state(first)
    vector = ydoc.state_vector(first)
    # the same client would clash: a second text under another id is put behind the first
    second = ydoc.json_to_update(text_document("divi"), client_id=2)
    ydoc.apply(first, second)
    difference = ydoc.encode_state(first, vector)
    assert len(difference) < len(ydoc.encode_state(first))
    rebuilt = ydoc.document_from_updates(state, [difference])
    assert ydoc.doc_to_json(rebuilt) == ydoc.doc_to_json(first)
    assert ydoc.state_vector(rebuilt) == ydoc.state_vector(first)


def test_merged_updates_equal_the_updates_in_any_order():
    seed = 20250101
    shuffled = random.Random(seed)
    updates = [ydoc.json_to_update(text_document(f"t{i}"), client_id=i) for i in range(1, 8)]
    expected = ydoc.doc_to_json(load(*updates))
    for _round in range(5):
        shuffled.shuffle(updates)
        assert ydoc.doc_to_json(load(*updates)) == expected, seed
        assert ydoc.doc_to_json(load(ydoc.merge(updates))) == expected, seed


def test_part_of_an_update_that_is_missing_elsewhere():
    one = ydoc.json_to_update(text_document("a"), client_id=1)
    two = ydoc.json_to_update(text_document("b"), client_id=2)
    both = load(one, two)
    rest = ydoc.update_from_state(ydoc.merge([one, two]), ydoc.state_vector(load(one)))
    assert ydoc.doc_to_json(load(one, rest)) == ydoc.doc_to_json(both)


@pytest.mark.parametrize("garbage", [b"", b"\x01\x01", b"\xff" * 40, b"hello"])
def test_bytes_that_are_no_update_are_refused(garbage):
    with pytest.raises(ydoc.BadUpdate) as caught:
        ydoc.apply(ydoc.new_doc(), garbage)
    assert caught.value.code == "bad_update"
    with pytest.raises(ydoc.BadUpdate):
        load(garbage)


def test_bad_state_vector_is_refused():
    with pytest.raises(ydoc.BadUpdate):
        ydoc.encode_state(ydoc.new_doc(), b"\xff\xff")


@pytest.mark.parametrize("client_id", [0, -1, 2**32])
def test_client_id_must_be_one_that_javascript_can_count(client_id):
    with pytest.raises(ValueError):
        ydoc.json_to_update(schema.empty_document(), client_id=client_id)


def test_too_deep_shared_text_is_refused():
    doc = ydoc.new_doc(client_id=3)
    # the one test that must build what json_to_update refuses
    from pycrdt import XmlElement, XmlFragment

    parent = doc.get(schema.ROOT_NAME, type=XmlFragment)
    for _level in range(schema.MAX_DEPTH + 5):
        element = XmlElement("blockquote")
        parent.children.append(element)
        parent = element
    with pytest.raises(Invalid) as caught:
        ydoc.doc_to_json(doc)
    assert caught.value.code == "too_deep"


def formatted_document(*pieces):
    content = [
        {"type": "text", "text": text, "marks": [{"type": mark} for mark in marks]}
        for text, *marks in pieces
    ]
    paragraph = {"type": "paragraph", "attrs": {"id": "block_1"}, "content": content}
    return schema.normalise({"type": "doc", "content": [paragraph]})


@pytest.mark.parametrize(
    ("pieces", "old", "new", "after"),
    [
        ([("Termiņš 😀 ir 10 dienas",)], "10 dienas", "15 dienas", [("Termiņš 😀 ir 15 dienas",)]),
        (
            [("a ",), ("ķīšezers ir", "strong"), (" b",)],
            "ķīšezers",
            "ķīšu ezers",
            [("a ",), ("ķīšu ezers ir", "strong"), (" b",)],
        ),
        ([("viens ", "em"), ("divi",)], "divi", "divi trīs", [("viens ", "em"), ("divi trīs",)]),
        ([("viens", "em")], "viens", "", []),
        ([("їжак",)], "їжак", "великий їжак", [("великий їжак",)]),
    ],
)
def test_words_are_replaced_with_the_formatting_around_them(pieces, old, new, after):
    state = ydoc.json_to_update(formatted_document(*pieces), client_id=5)
    update = ydoc.words_replace_update(state, block_id="block_1", old=old, new=new, client_id=6)
    assert ydoc.doc_to_json(load(state, update)) == formatted_document(*after)


def test_replacing_words_leaves_alone_what_others_type_beside_them():
    state = ydoc.json_to_update(formatted_document(("Termiņš ir 10 dienas",)), client_id=5)
    ours = ydoc.words_replace_update(
        state, block_id="block_1", old="ir 10 dienas", new="ir 15 dienas", client_id=6
    )
    theirs = ydoc.words_replace_update(
        state, block_id="block_1", old="dienas", new="darba dienas", client_id=7
    )
    expected = formatted_document(("Termiņš ir 15 darba dienas",))
    assert ydoc.doc_to_json(load(state, ours, theirs)) == expected
    assert ydoc.doc_to_json(load(state, theirs, ours)) == expected


def test_words_that_are_gone_are_not_replaced():
    state = ydoc.json_to_update(formatted_document(("viens",)), client_id=5)
    for block_id, old in (("block_1", "divi"), ("block_2", "viens")):
        assert (
            ydoc.words_replace_update(state, block_id=block_id, old=old, new="x", client_id=6)
            is None
        )
