"""Erased words are nowhere any more; everything else stays as it was, with who wrote it."""

import pytest
from django.core.management import CommandError, call_command
from pycrdt import Doc, XmlFragment

from cocreation.kernel.errors import Conflict, Forbidden, Invalid
from community.models import Activity, Notification
from documents.models import (
    Document,
    DocumentClient,
    DocumentHead,
    DocumentSnapshot,
    DocumentUpdate,
    Thread,
    Version,
)
from documents.selectors import documents as document_selectors
from documents.selectors import texts
from documents.selectors import updates as selectors
from documents.selectors.verification import verify_document
from documents.services import updates
from documents.services.edits import words_replace
from documents.services.generations import documents_restored
from documents.services.redaction import ERASED, author_redact, passage_redact
from documents.services.threads import thread_create
from documents.services.updates import NewRow
from documents.services.versions import version_create
from processes.models import Role
from tests.factories import documents as factories
from tests.factories.processes import person
from tests.realtime.gate.handmade import paragraph, string, update

pytestmark = pytest.mark.django_db
SECRET = "+371 20000000"
A, B = 500, 600


@pytest.fixture
def document(db):
    return factories.document(text=f"Call {SECRET} today.\n\nAnother paragraph.")


def block_of(document, words=SECRET):
    return factories.block_with(document, words).id


def redact(document, **options):
    options = {"block_id": None, "quote": SECRET, "reason": "a private number", **options}
    options["block_id"] = options["block_id"] or block_of(document)
    return passage_redact(actor=document.created_by, document=document, **options)


def text_of(document):
    loaded = selectors.document_load(document.pk)
    return str(loaded.get("prosemirror", type=XmlFragment))


def everything_stored(document):
    """All bytes and words that are kept about a document."""
    rows = [bytes(row.data) for row in DocumentUpdate.objects.filter(document=document)]
    states = [bytes(row.state) for row in DocumentSnapshot.objects.filter(document=document)]
    versions = [bytes(v.state) + repr(v.content).encode() for v in document.versions.all()]
    others = [
        repr(list(model.objects.values())).encode() for model in (Thread, Notification, Activity)
    ]
    return b"".join(rows + states + versions + others)


def append(document, user, *datas, clients=()):
    head = DocumentHead.objects.get(document=document)
    return updates.append(
        document_id=document.pk,
        generation=document.generation,
        base_sequence=head.sequence,
        rows=[NewRow(data, user.pk) for data in datas],
        clients=dict.fromkeys(clients, user.pk),
    )


def test_a_passage_is_erased_from_rows_snapshots_versions_and_quotes(document):
    block = factories.block_with(document, SECRET)
    at = block.text.index(SECRET)
    updates.snapshot_make(document_id=document.pk)
    version_create(actor=document.created_by, document=document)
    thread_create(
        actor=factories.member(document.process, Role.COMMENTER),
        document=document,
        anchor={"block_id": block.id, "start": at, "end": at + len(SECRET), "quote": SECRET},
        body="Should this be here?",
    )
    assert SECRET.encode() in everything_stored(document)
    assert redact(document).rows == 1
    assert SECRET.encode() not in everything_stored(document)
    assert SECRET[:6].encode() not in everything_stored(document)
    assert "Call  today." in text_of(document)
    assert Thread.objects.get().quote == ERASED
    assert "Call  today." in repr(Version.objects.get().content)
    assert verify_document(document.pk).is_sound


def test_authorship_and_numbers_of_rows_stay(document):
    before = list(DocumentUpdate.objects.values_list("sequence", "user_id", "kind", "created_at"))
    redact(document)
    after = list(DocumentUpdate.objects.values_list("sequence", "user_id", "kind", "created_at"))
    assert before == after


def test_words_typed_letter_by_letter_and_cut_before_are_erased_too(document):
    user = factories.member(document.process, Role.COAUTHOR)
    block_id = block_of(document)
    append(document, user, update([paragraph(A, words="x")]), clients=[A])
    for number, letter in enumerate(SECRET):
        append(document, user, update([(A, 3 + number, [string(letter, origin=(A, 2 + number))])]))
    append(document, user, update([], deletes=[(A, [(3, len(SECRET))])]))
    before = text_of(document)
    assert redact(document, block_id=block_id).elsewhere == 0
    words = "".join(
        piece.words
        for row in DocumentUpdate.objects.filter(document=document).order_by("sequence")
        for piece in _pieces(row)
    )
    assert SECRET not in words
    assert text_of(document) == before.replace(SECRET, "")


def _pieces(row):
    from documents import update_bytes

    return update_bytes.read(bytes(row.data)).words()


def test_the_same_words_that_stand_elsewhere_are_counted_and_left(document):
    user = factories.member(document.process, Role.COAUTHOR)
    block_id = block_of(document)
    append(document, user, update([paragraph(A, words=SECRET)]), clients=[A])
    assert redact(document, block_id=block_id).elsewhere == 1
    assert text_of(document).count(SECRET) == 1


def test_an_old_copy_cannot_bring_erased_words_back_and_forgets_them(document):
    old = Doc()
    old.apply_update(selectors.document_load(document.pk).get_update())
    generation = document.generation
    redact(document)
    server = selectors.document_load(document.pk)
    server.apply_update(old.get_update())
    assert SECRET.encode() not in server.get_update()
    old.apply_update(server.get_update())
    assert SECRET not in str(old.get("prosemirror", type=XmlFragment))
    assert Document.objects.get(pk=document.pk).generation != generation
    with pytest.raises(Conflict) as caught:
        append(document, document.created_by, update([paragraph(B, words="late")]), clients=[B])
    assert caught.value.code == "generation"


def test_all_that_one_person_typed_is_erased_and_the_rest_stays(document):
    gone, stays = (factories.member(document.process, Role.COAUTHOR) for _ in range(2))
    append(document, gone, update([paragraph(A, words="mine and only mine")]), clients=[A])
    append(document, stays, update([(B, 0, [string("theirs", origin=(A, 5))])]), clients=[B])
    author_redact(actor=None, document=document, author_id=gone.pk, reason="asked to be forgotten")
    assert "theirs" in text_of(document)
    assert SECRET in text_of(document)
    assert b"mine" not in everything_stored(document)
    assert DocumentClient.objects.get(client_id=A).user == gone
    with pytest.raises(Conflict):
        author_redact(actor=None, document=document, author_id=person().pk, reason="asked")


def test_the_log_of_activity_says_why_and_not_what(document):
    redact(document)
    line = Activity.objects.get(verb="document.redacted")
    assert (line.details, line.actor) == ({"reason": "a private number"}, document.created_by)
    assert SECRET not in repr(list(Activity.objects.values()))


@pytest.mark.parametrize("reason", ["", "   ", f"because {SECRET} is private", "x" * 501])
def test_without_a_reason_or_with_the_words_in_it_nothing_is_erased(document, reason):
    with pytest.raises(Invalid):
        redact(document, reason=reason)
    assert SECRET in text_of(document)


def test_words_that_are_not_there_or_there_twice_are_refused(document):
    with pytest.raises(Conflict):
        redact(document, quote="not there")
    with pytest.raises(Conflict):
        redact(document, block_id="nowhere")
    with pytest.raises(Conflict):
        redact(document, quote=SECRET, start=0, end=3)
    with pytest.raises(Invalid):
        redact(document, quote="0")
    assert redact(document, quote="", start=5, end=5 + len(SECRET)).rows == 1
    assert SECRET not in text_of(document)


def test_only_coordinators_may_erase(document):
    leader = factories.member(document.process, Role.FACILITATOR)
    with pytest.raises(Forbidden):
        document_selectors.document_get_for(leader, document.pk, need="document_redact")
    head = factories.member(document.process, Role.COORDINATOR)
    assert document_selectors.document_get_for(head, document.pk, need="document_redact")


def test_the_command_asks_and_erases(document, monkeypatch, capsys):
    # With "=": an id may begin with a hyphen.
    arguments = [str(document.pk), f"--block={block_of(document)}", f"--quote={SECRET}"]
    monkeypatch.setattr("builtins.input", lambda question: "no")
    with pytest.raises(CommandError):
        call_command("redact_document", *arguments, "--reason", "private")
    assert SECRET in text_of(document)
    call_command("redact_document", *arguments, "--reason", "private", "--yes")
    assert SECRET not in text_of(document)
    with pytest.raises(CommandError):
        call_command("redact_document", *arguments, "--reason", "private", "--yes")


def test_edits_go_on_after_erasing(document):
    redact(document)
    document.refresh_from_db()
    words_replace(
        actor=document.created_by,
        document=document,
        block_id=block_of(document, "Call"),
        old="today",
        new="now",
    )
    assert "Call  now." in text_of(document)
    assert texts.document_content(document)[1] == 2
    assert verify_document(document.pk).is_sound


def test_a_restored_backup_gives_every_document_a_new_generation(document):
    other = factories.document(text="Other.")
    updates.snapshot_make(document_id=document.pk)
    before = dict(Document.objects.values_list("pk", "generation"))
    assert documents_restored(document_ids=[document.pk]) == 1
    after = dict(Document.objects.values_list("pk", "generation"))
    assert after[document.pk] != before[document.pk]
    assert after[other.pk] == before[other.pk]
    call_command("documents_restored", "--all")
    assert Document.objects.get(pk=other.pk).generation != before[other.pk]
    assert SECRET in text_of(document)
    with pytest.raises(CommandError):
        call_command("documents_restored", "--document", str(person().pk))
