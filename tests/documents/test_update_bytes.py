"""Taking updates apart and erasing words from them, against the library."""

import pytest
from pycrdt import Doc, Text, XmlElement, XmlFragment, XmlText

from documents import update_bytes
from documents.ydoc import BadUpdate, new_doc
from tests.realtime.gate.handmade import paragraph, string, update

A, B = 500, 600


def text_of(*updates):
    doc = new_doc()
    for data in updates:
        doc.apply_update(data)
    return str(doc.get("prosemirror", type=XmlFragment))


def letters(client=A, words="hello"):
    return update([paragraph(client, words=words)])


def test_a_row_says_who_wrote_in_it_and_what():
    content = update_bytes.read(letters(words="Rīga 🎉"))
    assert content.clients == {A}
    assert [piece.words for piece in content.words()] == ["Rīga 🎉"]
    assert next(content.words()).length == 7


@pytest.mark.parametrize("cut", range(1, 20))
def test_half_a_row_is_refused(cut):
    with pytest.raises(BadUpdate):
        update_bytes.read(letters()[:-cut])


def test_bytes_without_erased_words_stay_as_they_are():
    data = letters()
    assert update_bytes.erase(data, {B: [(0, 99)]}) == data
    assert update_bytes.erase(data, {A: [(90, 99)]}) == data


@pytest.mark.parametrize(
    ("words", "start", "end", "left"),
    [
        ("hello", 0, 5, ""),
        ("hello", 0, 2, "llo"),
        ("hello", 1, 3, "hlo"),
        ("hello", 3, 5, "hel"),
        ("a🎉b", 2, 3, "ab"),
        ("a🎉b", 1, 2, "ab"),
        ("āčē", 1, 2, "āē"),
    ],
)
def test_erased_words_are_gone_and_the_rest_stays_in_place(words, start, end, left):
    data = letters(words=words)
    first = next(update_bytes.read(data).words()).clock
    erased = update_bytes.erase(data, {A: [(first + start, first + end)]})
    assert text_of(erased).count(left) >= 1
    assert text_of(erased) == text_of(data).replace(words, left)
    before, after = Doc(), Doc()
    before.apply_update(data)
    after.apply_update(erased)
    assert update_bytes.read_vector(before.get_state()) == update_bytes.read_vector(
        after.get_state()
    )


def test_what_others_wrote_in_between_erased_words_stays_in_its_place():
    data = letters(words="secret")
    first = next(update_bytes.read(data).words()).clock
    inside = update(
        [(B, 0, [string("X", origin=(A, first + 2), right=(A, first + 3))])],
    )
    erased = update_bytes.erase(data, {A: [(first + 1, first + 5)]})
    assert text_of(data, inside) == text_of(data).replace("secret", "secXret")
    assert text_of(erased, inside) == text_of(data).replace("secret", "sXt")
    assert b"ecre" not in erased


def test_who_still_has_erased_words_cannot_bring_them_back():
    data = letters(words="secret")
    first = next(update_bytes.read(data).words()).clock
    erased = update_bytes.erase(data, {A: [(first, first + 6)]})
    server, old = Doc(), Doc()
    server.apply_update(erased)
    old.apply_update(data)
    server.apply_update(old.get_update())
    assert b"secret" not in server.get_update()
    old.apply_update(server.get_update())
    assert "secret" not in str(old.get("prosemirror", type=XmlFragment))


def test_all_kinds_of_content_that_a_text_has_are_read():
    doc = new_doc(client_id=A)
    with doc.transaction():
        element = XmlElement("heading", {"level": 2.5, "id": "x", "list": ["a", {"b": None}]})
        doc.get("prosemirror", type=XmlFragment).children.append(element)
        text = XmlText()
        element.children.append(text)
        text.insert(0, "bold", {"strong": {}})
        del text[0:2]
    data = doc.get_update()
    content = update_bytes.read(data)
    assert update_bytes.erase(data, {A: [(900, 901)]}) == data
    assert content.deletes == {} or A in content.deletes
    assert (
        sum(piece.length for piece in content.sections[0][2])
        == update_bytes.read_vector(doc.get_state())[A]
    )


def test_content_that_no_text_of_ours_has_is_refused():
    doc = Doc()
    doc["t"] = text = Text()
    text.insert_embed(0, {"x": 1})
    with pytest.raises(BadUpdate):
        update_bytes.read(doc.get_update())
