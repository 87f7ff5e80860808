"""Whose words a text is made of: read from the text, in any script, adding up to all of it."""

import datetime

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from cocreation.kernel import clock
from documents.authorship import Owners, is_word, words_by_owner
from documents.models import AuthorCount, AuthorDay, DocumentHead, TextCount
from documents.services.authorship import authors_count, authors_sweep
from documents.services.updates import NewRow, append
from tests.factories import documents as factories
from tests.factories.processes import person

ANNA, IVAN = 500, 600
WHO = {ANNA: "anna", IVAN: "ivan"}


def replica(client):
    doc = Doc(client_id=client)
    doc.get("prosemirror", type=XmlFragment)
    return doc


def new_text(client=ANNA):
    doc = replica(client)
    element, text = XmlElement("paragraph"), XmlText()
    doc.get("prosemirror", type=XmlFragment).children.append(element)
    element.children.append(text)
    return doc


def the_text(doc):
    return doc.get("prosemirror", type=XmlFragment).children[0].children[0]


def taken_over(doc, client):
    other = replica(client)
    other.apply_update(doc.get_update())
    return other


def counted(doc, owners=WHO):
    return dict(words_by_owner(doc.get_update(), Owners(owners)))


def test_words_are_counted_for_who_wrote_most_of_each_in_every_script():
    doc = new_text()
    the_text(doc).insert(0, "Ceļš uz skolu 👩‍🏫🌿 їжак — ")
    other = taken_over(doc, IVAN)
    end = len("Ceļš uz skolu 👩‍🏫🌿 їжак — ".encode())
    the_text(other).insert(end, "пам’ятає Žurku")
    the_text(other).insert(len("Ceļš".encode()), "s")
    the_text(other).format(0, 3, {"strong": {}})
    # "Ceļšs" stays Anna's; blanks, a dash and pictures are no words.
    assert counted(other) == {"anna": 4, "ivan": 2}
    del the_text(other)[0 : len("Ceļšs uz ".encode())]
    assert counted(other) == {"anna": 2, "ivan": 2}
    assert counted(other, {IVAN: "ivan"}) == {None: 2, "ivan": 2}


PIECES = st.sampled_from(["ā", "їж", "🌿", " ", "word ", "👩‍🏫 ", "-", "ņem ", "\u00a0", "e\u0301"])
EDITS = st.lists(
    st.tuples(st.sampled_from([ANNA, IVAN]), st.integers(0, 60), st.integers(0, 3), PIECES),
    max_size=12,
)


@settings(max_examples=20, deadline=None)
@given(EDITS)
def test_counts_add_up_to_the_words_of_the_text(edits):
    docs = {ANNA: new_text()}
    docs[IVAN] = taken_over(docs[ANNA], IVAN)
    for client, at, gone, piece in edits:
        text = the_text(docs[client])
        plain = "".join(chunk for chunk, _marks in text.diff())
        at = min(at, len(plain))
        start = len(plain[:at].encode())
        if gone and (last := len(plain[: at + gone].encode())) > start:
            del text[start:last]
        text.insert(start, piece, {"em": {}} if gone == 1 else {})
        for other in docs.values():
            other.apply_update(docs[client].get_update())
    state = docs[ANNA].get_update()
    plain = "".join(chunk for chunk, _marks in the_text(docs[ANNA]).diff())
    counts = words_by_owner(state, Owners(WHO))
    assert counts.total() == sum(map(is_word, plain.split()))
    assert None not in counts


@pytest.fixture
def later(monkeypatch):
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment + later.by)
    later.by = datetime.timedelta()
    return later


def wrote(document, client, user, words):
    head = DocumentHead.objects.get(document=document)
    doc = new_text(client)
    the_text(doc).insert(0, words)
    append(
        document_id=document.pk,
        generation=document.generation,
        base_sequence=head.sequence,
        rows=[NewRow(doc.get_update(), user.pk, connection_id=document.pk)],
        clients={client: user.pk},
    )


def stored(document):
    rows = AuthorCount.objects.filter(document=document)
    return dict(rows.values_list("user__name", "words"))


@pytest.mark.django_db
def test_a_text_is_counted_at_most_every_ten_minutes_and_only_after_changes(later):
    document = factories.document(text="First words here.")
    writer = person("Writer")
    with pytest.raises(ObjectDoesNotExist):
        _ = document.count
    assert authors_count(document_id=document.pk) == 3
    assert stored(document) == {None: 3}
    wrote(document, ANNA, writer, "a new пам’ятка")
    # By REST the server writes on somebody's behalf.
    factories.edit(document, "First words", "First sentences")
    assert authors_count(document_id=document.pk) is None
    assert authors_sweep() == 0
    later.by = datetime.timedelta(minutes=10)
    assert authors_sweep() == 1
    assert authors_count(document_id=document.pk) == 6
    assert stored(document) == {"Writer": 3, "Coordinator": 1, None: 2}
    assert AuthorDay.objects.filter(document=document).count() == 2
    assert authors_count(document_id=document.pk) is None
    # Once more with nothing changed, and however long ago.
    later.by = datetime.timedelta(minutes=20)
    assert authors_sweep() == 0
    assert TextCount.objects.get(document=document).words == 6
    writer.delete()
    assert sum(row.words for row in AuthorCount.objects.filter(user=None)) == 5
