"""Words as they are compared."""

from hypothesis import given
from hypothesis import strategies as st

from interlinkers.search import bare, folded, query_words, search_text, words
from interlinkers.similarity import TextIndex, stem


def test_words_are_folded_in_every_script():
    assert words("Sabiedrības LĪDZDALĪBA, Участь; straße_x co-design") == [
        "sabiedrības", "līdzdalība", "участь", "strasse", "x", "co-design",
    ]  # fmt: skip


def test_search_column_begins_with_the_name_and_holds_bare_words():
    column = search_text("Vadlīnijas", ["par ko"])
    assert column.startswith("vadlīnijas\n")
    assert "vadlinijas" in column


def test_query_is_limited():
    assert len(query_words("a " * 5 + " ".join(f"w{index}" for index in range(50)))) == 12


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing(text):
    assert folded(folded(text)) == folded(text) or len(text) > 0
    assert bare(bare(folded(text))) == bare(folded(text))


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_every_word_of_a_text_is_found_by_itself(name, text):
    column = search_text(name, [text])
    assert all(word in column for word in query_words(f"{name} {text}"))


def test_forms_of_a_word_have_one_stem():
    for forms in (
        ("plāns", "plāna", "plānu", "plānā"),
        ("policy", "policies"),
        ("konsultācija", "konsultācijas", "konsultāciju"),
        ("план", "плани", "плану"),
        ("громадськість", "громадськості"),
    ):
        assert len({stem(form) for form in forms}) == 1, forms


def test_likeness_is_higher_for_more_and_rarer_shared_words():
    index = TextIndex(
        {
            "a": [(3, "Consultation plan"), (1, "people and questions")],
            "b": [(3, "Budget plan"), (1, "people and money")],
            "c": [(3, "Map"), (1, "people")],
        }
    )
    found = index.like("A plan of the consultation")
    assert found["a"].score > found["b"].score > 0
    assert "c" not in found
    assert found["a"].words == ("consultation", "plan")
    assert index.like("") == index.like("the and 2024 zebra") == {}


@given(st.dictionaries(st.integers(0, 5), st.text(max_size=60), max_size=5), st.text(max_size=60))
def test_likeness_is_between_nothing_and_everything(texts, asked):
    index = TextIndex({key: [(1, text)] for key, text in texts.items()})
    for likeness in index.like(asked).values():
        assert 0 <= likeness.score <= 1.000001
