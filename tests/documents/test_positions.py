"""Anchors of comments: found exactly, found elsewhere, or honestly not found."""

import random
import time

import pytest

from documents import schema
from documents.positions import PositionIndex, Resolved, resolve
from documents.utf16 import utf16_from_index, utf16_length

LV = "Pašvaldība iesaista iedzīvotājus lēmumu pieņemšanā un atbild uz katru priekšlikumu."
UK = "Громада 🇺🇦 бере участь у рішеннях, і кожна пропозиція отримує відповідь."
EMOJI = "😀😀 viens 👩‍👩‍👧 divi 😀 trīs"


def document(**texts):
    content = [
        {
            "type": "paragraph",
            "attrs": {"id": block_id},
            "content": [{"type": "text", "text": text}] if text else [],
        }
        for block_id, text in texts.items()
    ]
    return schema.normalise({"type": "doc", "content": content})


def selector(block_id, text, quote, *, at=0, context=16):
    index = text.index(quote, at)
    end = index + len(quote)
    return {
        "block_id": block_id,
        "start": utf16_from_index(text, index),
        "end": utf16_from_index(text, end),
        "quote": quote,
        "prefix": text[max(0, index - context) : index],
        "suffix": text[end : end + context],
    }


def found_words(text, place):
    units = text.encode("utf-16-le")
    return units[2 * place.start : 2 * place.end].decode("utf-16-le")


@pytest.mark.parametrize(
    ("text", "quote"),
    [(LV, "iedzīvotājus"), (UK, "рішеннях"), (EMOJI, "divi"), (EMOJI, "👩‍👩‍👧"), (UK, "🇺🇦 бере")],
)
def test_unchanged_passage_is_exact(text, quote):
    place = resolve(document(block_a=text), selector("block_a", text, quote))
    assert place.state == "exact"
    assert found_words(text, place) == quote


@pytest.mark.parametrize(
    ("text", "quote"), [(LV, "iedzīvotājus"), (UK, "рішеннях"), (EMOJI, "divi")]
)
def test_passage_moves_with_text_written_before_it(text, quote):
    changed = "🇱🇻 Vispirms: " + text
    place = resolve(document(block_a=changed), selector("block_a", text, quote))
    assert place.state == "moved"
    assert found_words(changed, place) == quote


def test_neighbours_decide_between_equal_words_in_a_block():
    text = "viens vārds un otrs vārds un trešais vārds"
    wanted = selector("block_a", text, "vārds", at=text.index("otrs"))
    changed = "vārds vārds " + text
    place = resolve(document(block_a=changed), wanted)
    assert place.start == changed.index("otrs vārds") + len("otrs ")


def test_nearest_wins_when_neighbours_do_not_decide():
    changed = "aa bb aa bb aa"
    wanted = {"block_id": "block_a", "start": 7, "end": 9, "quote": "aa"}
    assert resolve(document(block_a=changed), wanted).start == 6


def test_passage_follows_its_words_into_another_block():
    wanted = selector("block_a", LV, "lēmumu pieņemšanā")
    place = resolve(document(block_b="Cits teksts.", block_c=UK + " " + LV), wanted)
    assert (place.state, place.block_id) == ("moved", "block_c")
    assert found_words(UK + " " + LV, place) == "lēmumu pieņemšanā"


def test_passage_is_orphaned_when_two_places_are_equally_good():
    wanted = {"block_id": "gone_1", "start": 0, "end": 10, "quote": "kopīgi darbi šeit"}
    two = document(block_a="kopīgi darbi šeit", block_b="kopīgi darbi šeit")
    assert resolve(two, wanted).state == "orphaned"


def test_short_quote_elsewhere_needs_known_neighbours():
    text = "šis ir lēmums"
    stranger = document(block_b="Tas ir viss.")
    known = document(block_b="Un šis ir lēmums jau.")
    assert resolve(stranger, selector("block_a", text, "ir")).state == "orphaned"
    assert resolve(known, selector("block_a", text, "ir")).state == "moved"


def test_deleted_words_are_orphaned_and_keep_their_block_id():
    place = resolve(document(block_a="Pavisam citi vārdi."), selector("block_a", LV, "lēmumu"))
    assert place == Resolved("block_a", 0, 0, "orphaned")


def test_comment_on_a_block_holds_on_to_the_block():
    assert resolve(document(block_a="abc"), {"block_id": "block_a"}) == Resolved(
        "block_a", 0, 0, "exact"
    )
    assert resolve(document(block_a="abc"), {"block_id": "gone_1"}).state == "orphaned"
    assert resolve(document(block_a=""), {"block_id": "block_a", "start": 3, "end": 9}) == Resolved(
        "block_a", 0, 0, "exact"
    )


def test_whole_document_has_no_place():
    assert resolve(document(block_a="abc"), {}).state == "orphaned"


def test_range_that_cuts_an_emoji_falls_back_to_the_quote():
    wanted = {"block_id": "block_a", "start": 1, "end": 3, "quote": "viens"}
    place = resolve(document(block_a=EMOJI), wanted)
    assert (place.state, found_words(EMOJI, place)) == ("moved", "viens")


def test_pictures_count_as_one_character():
    image = {"type": "image", "attrs": {"image": "0" * 8 + "-0000-0000-0000-" + "0" * 12}}
    paragraph = {
        "type": "paragraph",
        "attrs": {"id": "block_a"},
        "content": [{"type": "text", "text": "ā"}, image, {"type": "text", "text": "pēc"}],
    }
    doc = schema.normalise({"type": "doc", "content": [paragraph]})
    wanted = {"block_id": "block_a", "start": 2, "end": 5, "quote": "pēc"}
    assert resolve(doc, wanted).state == "exact"


def test_quote_that_is_everywhere_is_orphaned_quickly():
    doc = document(**{f"block_{i:05}": "a" * 200 for i in range(2000)})
    wanted = {"block_id": "gone_1", "start": 0, "end": 1, "quote": "a"}
    assert resolve(doc, wanted).state == "orphaned"


def test_hundreds_of_threads_in_thousands_of_blocks_take_no_time():
    random_words = random.Random(5)
    words = LV.split() + UK.split()
    texts = {
        f"block_{i:05}": " ".join(random_words.choices(words, k=60)) + f" №{i}" for i in range(5000)
    }
    doc = document(**texts)
    wanted = []
    for number, (block_id, text) in enumerate(list(texts.items())[:500]):
        start = text.index(" ") + 1
        made = selector(block_id, text, text[start : start + 40], at=start)
        # a third moved within the block, a third lost their block
        wanted.append(
            made
            if number % 3 == 0
            else {**made, "start": 0, "end": 1}
            if number % 3 == 1
            else {**made, "block_id": "gone_1"}
        )
    started = time.process_time()
    index = PositionIndex(doc)
    states = [index.resolve(one).state for one in wanted]
    assert time.process_time() - started < 5
    assert states.count("orphaned") < 5
    assert utf16_length("a") == 1
