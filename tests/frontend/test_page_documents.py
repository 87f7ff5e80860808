"""Pages of documents: reading, commenting, answering, taking along; for everybody and for each role."""

import io
import json
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from community.models import SignInLink
from documents.models import CommentDraft, DocumentUpdate, Thread
from documents.services.dispositions import disposition_set
from processes.models import Role, Visibility
from tests.factories import documents as make
from tests.factories.processes import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return make.document(text="# Transport\n\nThe bus runs every hour.\n\nTickets cost two euros.")


def url(name, document, *args):
    return reverse(f"documents:{name}", args=[document.pk, *args])


def signed_in(client, user):
    client.force_login(user)
    return client


# --- reading ---


def test_anybody_reads_an_open_text_with_its_comments_without_a_script(client, document):
    make.thread(document, body="Every **half** hour, please.")
    html = client.get(url("detail", document)).content.decode()
    assert "The bus runs every hour." in html
    assert "Every <strong>half</strong> hour, please." in html
    assert 'data-can-write="false"' in html
    assert 'data-can-comment="true"' in html


def test_commented_words_are_marked_in_the_text(client, document):
    author = make.member(document.process, Role.COMMENTER)
    from documents.services.threads import thread_create

    thread_create(
        actor=author, document=document, anchor=make.anchor_on(document, "every hour"), body="Why?"
    )
    html = client.get(url("detail", document)).content.decode()
    assert ">every hour</mark>" in html


def test_private_text_is_not_there_for_others(client):
    document = make.document(visibility=Visibility.PRIVATE)
    pages = ["detail", "print", "threads", "response-table"]
    for user in (None, person()):
        if user:
            client.force_login(user)
        for name in pages:
            assert client.get(url(name, document)).status_code == 404, name


@pytest.mark.parametrize(
    ("role", "writes"),
    [
        (Role.COORDINATOR, True),
        (Role.COAUTHOR, True),
        (Role.COMMENTER, False),
        (Role.OBSERVER, False),
    ],
)
def test_the_page_says_who_may_write(client, document, role, writes):
    html = (
        signed_in(client, make.member(document.process, role))
        .get(url("detail", document))
        .content.decode()
    )
    assert f'data-can-write="{str(writes).lower()}"' in html
    assert ('id="editor-toolbar"' in html) is writes


def test_removed_text_is_there_for_who_can_restore_it_only(client, document):
    coordinator = document.created_by
    signed_in(client, coordinator).post(url("remove", document))
    assert "Restore this document" in client.get(url("detail", document)).content.decode()
    assert (
        signed_in(client, make.member(document.process, Role.COAUTHOR))
        .get(url("detail", document))
        .status_code
        == 404
    )
    signed_in(client, coordinator).post(url("restore", document))
    client.logout()
    assert client.get(url("detail", document)).status_code == 200


def test_too_long_title_is_refused_and_the_old_one_stays(client, document):
    signed_in(client, document.created_by).post(
        url("rename", document), {"title": "x" * 3000}, follow=True
    )
    document.refresh_from_db()
    assert document.title == "A plan"


def test_co_author_cannot_rename(client, document):
    answer = signed_in(client, make.member(document.process, Role.COAUTHOR)).post(
        url("rename", document), {"title": "Mine"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(("shared", "kept"), [({}, "true"), ({"shared": "on"}, "false")])
def test_on_a_shared_computer_no_text_is_kept(client, document, shared, kept):
    user = make.member(document.process, Role.COAUTHOR)
    user.set_password("long enough words")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    data = {"login": user.email, "password": "long enough words", **shared}
    assert client.post("/accounts/login/", data).status_code == 302
    assert f'data-keep-offline="{kept}"' in client.get(url("detail", document)).content.decode()
    assert client.session.get_expire_at_browser_close() is (kept == "false")


# --- commenting ---


def test_comment_from_the_editor_answers_with_its_card(client, document):
    signed_in(client, make.member(document.process, Role.COMMENTER))
    data = {"body": "Why?", "anchor": json.dumps(make.anchor_on(document, "every hour"))}
    answer = client.post(url("threads", document), data, headers={"HX-Request": "true"})
    assert answer.status_code == 201
    assert answer.content.decode().strip().startswith("<article")
    assert 'data-number="1"' in answer.content.decode()


def test_comment_without_a_script_leads_back_to_its_place(client, document):
    signed_in(client, make.member(document.process, Role.COMMENTER))
    answer = client.post(url("threads", document), {"body": "Why?"})
    assert answer.status_code == 302
    assert answer.url.endswith("#thread-1")


@pytest.mark.parametrize(
    "data", [{"body": ""}, {"body": "x", "anchor": "{broken"}, {"body": "x", "anchor": "[1]"}]
)
def test_comment_that_cannot_be_taken_says_why_and_nothing_is_stored(client, document, data):
    signed_in(client, make.member(document.process, Role.COMMENTER))
    answer = client.post(url("threads", document), data, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not Thread.objects.exists()


def test_words_sent_in_vain_without_a_script_come_back(client, document):
    answer = client.post(
        url("threads", document), {"body": "My long thoughts", "email": "no address"}
    )
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "My long thoughts" in html
    assert "no address" in html


def test_citizen_writes_first_and_confirms_by_mail(
    client, document, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            url("threads", document),
            {
                "body": "Every half hour!",
                "email": "citizen@example.org",
                "anchor": json.dumps(make.anchor_on(document, "every hour")),
            },
            headers={"HX-Request": "true"},
        )
    assert answer.status_code == 202
    assert not Thread.objects.exists()
    path = (
        "/"
        + next(word for word in mail.outbox[0].body.split() if "/accounts/link/" in word).split(
            "/", 3
        )[3]
    )
    assert client.get(path).status_code == 200
    assert not Thread.objects.exists(), "a mail scanner that opens the link must not publish"
    answer = client.post(path, follow=True)
    thread = Thread.objects.get()
    assert thread.quote == "every hour"
    assert thread.created_by.email == "citizen@example.org"
    assert answer.redirect_chain[-1][0].endswith("#thread-1")


def test_nobody_publishes_the_draft_of_somebody_else(client, document):
    client.post(url("threads", document), {"body": "x", "email": "citizen@example.org"})
    draft = CommentDraft.objects.get()
    answer = signed_in(client, person()).get(url("draft-publish", document, draft.pk))
    assert answer.status_code == 403
    assert not Thread.objects.exists()


def test_open_comments_are_not_a_way_into_a_closed_process(client):
    document = make.document(visibility=Visibility.PUBLIC)
    answer = client.post(url("threads", document), {"body": "x", "email": "citizen@example.org"})
    assert answer.status_code == 403
    assert not SignInLink.objects.exists()


def test_people_of_the_process_are_offered_after_an_at_sign(client, document):
    writer = make.member(document.process, Role.COAUTHOR)
    signed_in(client, document.created_by)
    answer = client.get(url("people", document), {"q": writer.display_name[:4].upper()})
    assert answer.json() == {"people": [{"name": writer.display_name}]}
    assert client.get(url("people", document), {"q": "nobody here"}).json() == {"people": []}


def test_who_takes_part_is_not_told_to_who_may_not_comment(client):
    document = make.document(visibility=Visibility.PUBLIC)
    assert signed_in(client, person()).get(url("people", document)).status_code == 403
    client.logout()
    assert client.get(url("people", document)).status_code == 302


def test_reply_settle_and_take_up_again(client, document):
    thread = make.thread(document)
    signed_in(client, document.created_by)
    partial = {"HX-Request": "true"}
    reply = client.post(
        reverse("threads:comment-create", args=[thread.pk]), {"body": "Because."}, headers=partial
    )
    assert "Because." in reply.content.decode()
    settled = client.post(reverse("threads:resolve", args=[thread.pk]), headers=partial)
    assert 'data-status="resolved"' in settled.content.decode()
    again = client.post(reverse("threads:reopen", args=[thread.pk]), headers=partial)
    assert 'data-status="open"' in again.content.decode()


def test_reply_that_is_too_long_keeps_the_words(client, document):
    thread = make.thread(document)
    signed_in(client, document.created_by)
    answer = client.post(
        reverse("threads:comment-create", args=[thread.pk]),
        {"body": "y" * 10_001},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert "y" * 10_001 in answer.content.decode()


def test_only_the_author_changes_a_comment(client, document):
    thread = make.thread(document)
    comment = thread.comments.get()
    change = reverse("threads:comment-update", args=[comment.pk])
    assert (
        signed_in(client, document.created_by).post(change, {"body": "I never said"}).status_code
        == 403
    )
    assert (
        signed_in(client, thread.created_by).post(change, {"body": "What I mean"}).status_code
        == 302
    )
    comment.refresh_from_db()
    assert comment.body == "What I mean"
    assert comment.edited_at


def test_removed_comment_keeps_its_place_and_not_its_words(client, document):
    thread = make.thread(document, body="Something rude")
    comment = thread.comments.get()
    signed_in(client, document.created_by).post(
        reverse("threads:comment-remove", args=[comment.pk])
    )
    client.logout()
    html = client.get(url("detail", document)).content.decode()
    assert "Something rude" not in html
    assert "This comment was removed." in html


# --- answering ---


def test_coordinator_answers_from_the_queue(client, document):
    thread = make.thread(document)
    signed_in(client, document.created_by)
    page = client.get(url("queue", document))
    assert page.status_code == 200
    answer = client.post(
        reverse("threads:disposition", args=[thread.pk]),
        {"outcome": "not_taken", "reason": "No money.", "next": "answering"},
    )
    assert answer.url == url("queue", document)
    assert "Everything is answered" in client.get(url("queue", document)).content.decode()


def test_answer_without_a_reason_comes_back_with_the_choice(client, document):
    thread = make.thread(document)
    signed_in(client, document.created_by)
    answer = client.post(
        reverse("threads:disposition", args=[thread.pk]),
        {"outcome": "not_taken", "reason": "", "next": "answering"},
    )
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'value="not_taken" required checked' in html
    assert "field-error" in html


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COAUTHOR, Role.COMMENTER])
def test_nobody_else_answers_officially(client, document, role):
    thread = make.thread(document)
    signed_in(client, make.member(document.process, role))
    assert client.get(url("queue", document)).status_code == 403
    data = {"outcome": "not_taken", "reason": "Because I say so."}
    assert client.post(reverse("threads:disposition", args=[thread.pk]), data).status_code == 403


def test_commenter_sees_which_words_changed(client, document):
    from documents.services.threads import thread_create

    author = make.member(document.process, Role.COMMENTER)
    thread = thread_create(
        actor=author, document=document, anchor=make.anchor_on(document, "every hour"), body="Rare."
    )
    make.edit(document, "every hour", "every 30 minutes")
    disposition_set(
        actor=document.created_by,
        thread=thread,
        outcome="taken_in_full",
        reason="You are right.",
        change=make.anchor_on(document, "every 30 minutes"),
    )
    html = signed_in(client, author).get(url("detail", document)).content.decode()
    assert '<del class="words">hour</del>' in html
    assert '<ins class="words">30 minutes</ins>' in html
    assert "1 of 1 answered" in html


# --- taking along ---


def test_word_file_has_every_word(client, document):
    answer = client.get(url("export", document, "docx"))
    assert "attachment" in answer["Content-Disposition"]
    words = zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    for part in ("Transport", "every hour", "two euros"):
        assert part in words


def test_markdown_file_has_a_readable_name_in_any_script(client):
    document = make.document(title="План громади 2027")
    answer = client.get(url("export", document, "md"))
    assert "%D0%9F%D0%BB%D0%B0%D0%BD" in answer["Content-Disposition"]


def test_response_table_as_page_csv_and_word(client, document):
    thread = make.thread(document, body="=HYPERLINK(1)")
    disposition_set(
        actor=document.created_by, thread=thread, outcome="answered", reason="So it is."
    )
    assert "So it is." in client.get(url("response-table", document)).content.decode()
    csv = client.get(url("response-table", document), {"format": "csv"}).content.decode("utf-8-sig")
    assert "So it is." in csv
    assert "'=HYPERLINK(1)" in csv, "no cell is a formula"
    docx = client.get(url("response-table", document), {"format": "docx"}).content
    assert "So it is." in zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml").decode()


@pytest.mark.parametrize("count", [1, 50])
def test_document_page_costs_the_same_for_one_comment_and_for_fifty(
    client, document, count, django_assert_max_num_queries
):
    author = make.member(document.process, Role.COMMENTER)
    for _ in range(count):
        make.thread(document, actor=author)
    signed_in(client, author)
    with django_assert_max_num_queries(24):
        client.get(url("detail", document))


def test_a_damaged_text_is_not_shown_as_if_it_were_whole(client, document):
    cache.clear()
    DocumentUpdate.objects.filter(document=document).update(data=b"\7\7")
    answer = client.get(url("detail", document))
    assert answer.status_code == 503
    assert "damaged in the store" in answer.content.decode()
