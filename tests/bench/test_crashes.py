"""What counts as lost after a crash, from documents made by hand."""

from bench import typing
from bench.crashes import Writer, compare

ID = 4_242_424


def doc_with(letters):
    return typing.applied(list(typing.letters(ID, letters)))


def writer(seen, receipts):
    return Writer(ID, typed=10, seen=seen, receipts=receipts)


def test_nothing_is_lost_when_the_text_has_all_that_was_seen_and_confirmed():
    found = compare([writer(seen=6, receipts=7)], doc_with(6))

    assert (found["seen"], found["confirmed"]) == (6, 6)
    assert (found["lost"], found["lost_confirmed"]) == (0, 0)


def test_letters_that_somebody_had_seen_and_that_are_gone_are_counted():
    assert compare([writer(seen=9, receipts=0)], doc_with(6))["lost"] == 3


def test_letters_with_a_receipt_that_are_gone_are_counted():
    assert compare([writer(seen=0, receipts=9)], doc_with(6))["lost_confirmed"] == 2


def test_a_writer_of_whom_nothing_is_left_lost_everything():
    found = compare([Writer(1_000, typed=5, seen=5, receipts=6)], doc_with(5))

    assert (found["lost"], found["lost_confirmed"]) == (5, 5)


def test_letters_that_are_deleted_although_their_clocks_are_there_are_lost():
    doc = doc_with(6)
    fragment = doc.get(typing.ROOT_NAME, type=typing.XmlFragment)
    with doc.transaction():
        del fragment.children[0]

    assert compare([writer(seen=6, receipts=7)], doc)["lost"] == 6


def test_typing_makes_one_update_per_letter_and_the_twin_says_the_same():
    updates = list(typing.letters(ID, 30))

    assert len(updates) == 30
    twin = typing.applied([typing.whole_text(updates)])
    assert typing.shown(twin) == typing.shown(typing.applied(updates))
    assert typing.clocks(twin) == {ID: 32}
