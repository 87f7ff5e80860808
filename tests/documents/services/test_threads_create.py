"""Beginning threads: where they are anchored, who is told, what is refused."""

import pytest

from cocreation.kernel.errors import Forbidden, Invalid, NotFound, SignInNeeded, TooMany
from documents.models import Comment
from documents.selectors.documents import document_get_for
from documents.services import threads
from processes.models import Role, Visibility
from tests.factories import documents as make
from tests.factories.processes import person

pytestmark = pytest.mark.django_db


def test_thread_keeps_its_passage_in_ukrainian_behind_an_emoji():
    document = make.document(text="Слово 👩‍🏫 дорога до школи")
    author = make.member(document.process, Role.COMMENTER)
    thread = threads.thread_create(
        actor=author, document=document, anchor=make.anchor_on(document, "дорога"), body="Чому?"
    )
    assert (thread.quote, thread.prefix, thread.suffix) == ("дорога", "Слово 👩‍🏫 ", " до школи")
    assert thread.number == 1


def test_threads_are_numbered_within_their_document():
    document = make.document()
    assert [make.thread(document).number for _ in range(3)] == [1, 2, 3]
    assert make.thread(make.document()).number == 1


def test_quote_is_taken_from_our_own_text_so_it_cannot_be_forged():
    document = make.document(text="The bus stops here.")
    block = make.block_with(document, "bus")
    thread = threads.thread_create(
        actor=make.member(document.process, Role.COMMENTER),
        document=document,
        anchor={"block_id": block.id, "start": 0, "end": 9, "quote": "Something nobody wrote"},
        body="Look what they write!",
    )
    assert thread.quote == "The bus stops here."


def test_comment_on_a_block_that_is_gone_is_kept_for_the_whole_document():
    document = make.document()
    thread = threads.thread_create(
        actor=make.member(document.process, Role.COMMENTER),
        document=document,
        anchor={"block_id": "gone-block", "start": 0, "end": 3, "quote": "words that are gone"},
        body="Still worth keeping",
    )
    assert (thread.block_id, thread.quote) == ("", "")


@pytest.mark.parametrize(
    "anchor",
    [
        {"block_id": 7},
        {"start": -1},
        {"start": 5, "end": 2},
        {"start": True},
        {"relative_start": "<script>"},
        {"generation": "no uuid"},
        ["a list"],
    ],
)
def test_anchor_of_a_wrong_kind_is_refused_with_a_code(anchor):
    document = make.document()
    with pytest.raises(Invalid) as caught:
        threads.thread_create(
            actor=make.member(document.process, Role.COMMENTER),
            document=document,
            anchor=anchor,
            body="x",
        )
    assert caught.value.code == "anchor"


@pytest.mark.parametrize(("body", "code"), [("  \n", "empty"), ("x" * 10_001, "too_long")])
def test_body_must_say_something_and_not_too_much(body, code):
    document = make.document()
    with pytest.raises(Invalid) as caught:
        make.thread(document, body=body)
    assert caught.value.code == code
    assert "body" in caught.value.fields
    assert not Comment.objects.exists()


def test_commenting_very_often_is_slowed_down(monkeypatch):
    monkeypatch.setattr(threads, "COMMENTS_PER_HOUR", 2)
    document = make.document()
    author = make.member(document.process, Role.COMMENTER)
    for _ in range(2):
        make.thread(document, actor=author)
    with pytest.raises(TooMany):
        make.thread(document, actor=author)


def test_mentioned_people_are_told_once_and_coordinators_learn_of_it(
    django_capture_on_commit_callbacks,
):
    document = make.document()
    author = make.member(document.process, Role.COMMENTER)
    writer = make.member(document.process, Role.COAUTHOR)
    thread = threads.thread_create(
        actor=author,
        document=document,
        anchor=None,
        body=f"@{writer.display_name} what do you think?",
    )
    assert list(thread.comments.get().mentions.all()) == [writer]
    assert writer.notifications.get().kind == "comment.mentioned"
    coordinator = document.created_by
    assert coordinator.notifications.get().kind == "thread.created"
    assert not author.notifications.exists()


# --- who may ---


def test_observer_may_read_but_not_comment():
    document = make.document(visibility=Visibility.PRIVATE)
    observer = make.member(document.process, Role.OBSERVER)
    assert document_get_for(observer, document.pk, need="document_read")
    with pytest.raises(Forbidden):
        document_get_for(observer, document.pk, need="thread_create")


def test_stranger_does_not_learn_that_a_private_document_exists():
    document = make.document(visibility=Visibility.PRIVATE)
    with pytest.raises(NotFound):
        document_get_for(person(), document.pk, need="thread_create")


def test_anonymous_reader_of_an_open_process_is_asked_to_sign_in_to_comment():
    from django.contrib.auth.models import AnonymousUser

    document = make.document(visibility=Visibility.OPEN_TO_COMMENT)
    assert document_get_for(AnonymousUser(), document.pk, need="document_read")
    with pytest.raises(SignInNeeded) as caught:
        document_get_for(AnonymousUser(), document.pk, need="thread_create")
    assert caught.value.code == "sign_in"


def test_signed_in_visitor_of_an_open_process_may_comment_but_not_write():
    document = make.document(visibility=Visibility.OPEN_TO_COMMENT)
    visitor = person()
    assert document_get_for(visitor, document.pk, need="thread_create")
    with pytest.raises(Forbidden):
        document_get_for(visitor, document.pk, need="document_write")


def test_address_that_is_no_id_is_not_found():
    with pytest.raises(NotFound):
        document_get_for(person(), "not-a-uuid", need="document_read")
