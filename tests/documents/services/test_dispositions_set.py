"""The official answer: what it keeps, whom it tells, who may give it."""

import pytest
from django.core import mail

from cocreation.kernel.errors import Forbidden, Invalid
from documents.models import Outcome, ThreadStatus
from documents.selectors import answers, threads
from documents.services.dispositions import disposition_set
from documents.services.threads import thread_create
from processes.models import Role
from tests.factories import documents as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return make.document(text="The bus runs every hour.\n\nTickets cost two euros.")


@pytest.fixture
def asked(document):
    """A citizen asked for more buses."""
    citizen = make.member(document.process, Role.COMMENTER)
    return thread_create(
        actor=citizen,
        document=document,
        anchor=make.anchor_on(document, "every hour"),
        body="Too rare for people with shifts.",
    )


def answer(thread, **fields):
    options = {"outcome": Outcome.TAKEN_IN_FULL, "reason": "You are right.", "change": None}
    return disposition_set(actor=thread.document.created_by, thread=thread, **{**options, **fields})


def test_answer_points_to_the_words_that_changed_and_to_what_stood_there(document, asked):
    make.edit(document, "every hour", "every 30 minutes")
    disposition = answer(asked, change=make.anchor_on(document, "every 30 minutes"))
    change = disposition.changes[0]
    assert change["quote"] == "every 30 minutes"
    assert change["before"] == "The bus runs every hour."
    assert change["after"] == "The bus runs every 30 minutes."
    assert disposition.version.number == 1
    assert disposition.version.content["content"][0]["content"][0]["text"] == change["after"]
    asked.refresh_from_db()
    assert asked.status == ThreadStatus.RESOLVED


def test_changed_words_are_shown_word_by_word(document, asked):
    make.edit(document, "every hour", "every 30 minutes")
    answer(asked, change=make.anchor_on(document, "every 30 minutes"))
    row = answers.response_table(document)[0]
    parts = row.changes[0]["diff"]
    assert "".join(text for op, text in parts if op != "insert") == "The bus runs every hour."
    assert "".join(text for op, text in parts if op != "delete") == "The bus runs every 30 minutes."


def test_two_answers_to_one_text_share_a_version(document, asked):
    other = make.thread(document)
    anchor = make.anchor_on(document, "two euros")
    first, second = answer(asked, change=anchor), answer(other, change=anchor)
    assert first.version == second.version


def test_commenter_is_told_in_the_application_and_by_mail(
    document, asked, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer(asked, outcome=Outcome.NOT_TAKEN, reason="No money this year.")
    note = asked.created_by.notifications.get()
    assert note.kind == "thread.answered"
    assert note.url.endswith("#thread-1")
    letter = next(letter for letter in mail.outbox if letter.to == [asked.created_by.email])
    assert "No money this year." in letter.body
    assert "not taken" in letter.body


def test_answer_can_be_changed_and_the_change_is_told_again(document, asked):
    answer(asked, outcome=Outcome.NOT_TAKEN)
    answer(asked, outcome=Outcome.TAKEN_IN_PART)
    assert threads.answer_counts(document) == (1, 1)
    assert asked.created_by.notifications.count() == 2


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 10_001}, "reason"),
    ],
)
def test_incomplete_answer_names_the_field_and_changes_nothing(document, asked, fields, missing):
    with pytest.raises(Invalid) as caught:
        answer(asked, **fields)
    assert missing in caught.value.fields
    assert threads.answer_counts(document) == (0, 1)


def test_words_that_are_not_in_the_text_cannot_answer(document, asked):
    with pytest.raises(Invalid) as caught:
        answer(asked, change={"block_id": "nowhere1", "quote": "We did everything you asked"})
    assert "change" in caught.value.fields
    assert threads.answer_counts(document) == (0, 1)


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COAUTHOR, Role.COMMENTER, Role.OBSERVER])
def test_only_a_coordinator_answers_officially(document, asked, role):
    user = make.member(document.process, role)
    with pytest.raises(Forbidden):
        threads.thread_get_for(user, asked.pk, need="thread_dispose")


def test_coordinator_may_answer(document, asked):
    assert threads.thread_get_for(document.created_by, asked.pk, need="thread_dispose") == asked
