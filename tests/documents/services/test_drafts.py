"""Write first, sign in afterwards: the words are kept and published by one click in the mail."""

import re

import pytest
from django.core import mail

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Forbidden, Invalid, TooMany
from community.models import User
from documents.models import Thread
from documents.services import drafts
from tests.factories import documents as make
from tests.factories.processes import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return make.document(text="The bus runs every hour.")


def write(document, **fields):
    options = {
        "anchor": make.anchor_on(document, "every hour"),
        "body": "Too rare.",
        "email": "Citizen@Example.org",
    }
    return drafts.draft_create(document=document, language="en", **{**options, **fields})


def test_mail_carries_the_link_and_the_words(document, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        draft = write(document)
    letter = mail.outbox[0]
    assert letter.to == ["citizen@example.org"]
    assert "Too rare." in letter.body
    assert re.search(r"http://\S+/accounts/link/\S+", letter.body)
    assert draft.quote == "every hour"
    assert not Thread.objects.exists()


def test_confirmed_draft_becomes_a_thread_at_its_passage_once(document):
    draft = write(document)
    author = person(email="citizen@example.org")
    comment = drafts.draft_publish(actor=author, draft=draft)
    assert (comment.thread.quote, comment.body, comment.author) == (
        "every hour",
        "Too rare.",
        author,
    )
    assert drafts.draft_publish(actor=author, draft=draft) == comment
    assert Thread.objects.count() == 1


def test_reply_can_be_written_before_signing_in_too(document):
    thread = make.thread(document)
    draft = write(document, thread=thread, anchor=None)
    comment = drafts.draft_publish(actor=person(email="citizen@example.org"), draft=draft)
    assert comment.thread == thread


def test_nobody_else_can_publish_a_draft(document):
    draft = write(document)
    with pytest.raises(Forbidden):
        drafts.draft_publish(actor=person(), draft=draft)


def test_draft_of_last_month_is_not_published(document):
    draft = write(document)
    draft.expires_at = clock.now()
    draft.save()
    with pytest.raises(Conflict):
        drafts.draft_publish(actor=person(email="citizen@example.org"), draft=draft)


def test_address_that_is_none_is_refused_and_names_the_field(document):
    with pytest.raises(Invalid) as caught:
        write(document, email="not an address")
    assert "email" in caught.value.fields


def test_one_address_does_not_get_dozens_of_mails(document):
    for _ in range(drafts.DRAFTS_PER_HOUR):
        write(document)
    with pytest.raises(TooMany):
        write(document)


def test_no_account_is_made_by_writing_alone(document):
    write(document)
    assert not User.objects.filter(email="citizen@example.org").exists()
