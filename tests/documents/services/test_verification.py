"""`verify_documents` finds each kind of damage, tells where, and goes on with the other documents."""

import json
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from documents.models import DocumentClient, DocumentHead, DocumentSnapshot, DocumentUpdate
from documents.selectors import updates as selectors
from documents.selectors.verification import CHUNK_ROWS, verify_document
from documents.services import updates
from documents.services.updates import NewRow
from tests.factories import documents as factories
from tests.factories.processes import person
from tests.realtime.gate.handmade import attribute, element, paragraph, string, update

pytestmark = pytest.mark.django_db
A, B = 500, 600


def add(document, *datas, user, clients=(A,)):
    head = DocumentHead.objects.get(document=document)
    updates.append(
        document_id=document.pk,
        generation=document.generation,
        base_sequence=head.sequence,
        rows=[NewRow(data, user.pk) for data in datas],
        clients=dict.fromkeys(clients, user.pk),
    )


@pytest.fixture
def document(db):
    """Ten rows of one person, a snapshot at the fourth."""
    document = factories.document(text="Begin.")
    user = person()
    first = update([paragraph(A, words="hello")])
    more = [update([(A, 7 + n, [string("!", origin=(A, 6 + n))])]) for n in range(8)]
    add(document, first, *more[:2], user=user)
    updates.snapshot_make(document_id=document.pk)
    add(document, *more[2:], user=user)
    return document


def rows_of(document, **conditions):
    return DocumentUpdate.objects.filter(document=document, **conditions)


def codes(document):
    return {(fault.code, fault.sequence) for fault in verify_document(document.pk).faults}


def run(*arguments):
    out = StringIO()
    code = 0
    try:
        call_command("verify_documents", *arguments, stdout=out, stderr=StringIO())
    except SystemExit as end:
        code = end.code
    return code, out.getvalue()


def test_a_sound_document_has_no_faults(document):
    found = verify_document(document.pk)
    assert (found.is_sound, found.rows, found.faults) == (True, 10, [])
    assert run() == (0, "1 documents, 0 damaged\n")


def test_a_missing_row_is_found(document):
    rows_of(document, sequence=6).delete()
    assert codes(document) == {("gap", 7)}


def test_changed_bytes_are_found(document):
    rows_of(document, sequence=6).update(data=update([(A, 10, [string("?", origin=(A, 9))])]))
    assert codes(document) == {("checksum", 6)}


def test_bytes_that_are_no_update_are_found(document):
    rows_of(document, sequence=6).update(data=b"\7\7", checksum=selectors.checksum(b"\7\7"))
    assert codes(document) == {("unreadable", 6)}


@pytest.mark.parametrize("sequence", [9, 11])
def test_a_head_that_does_not_agree_is_found(document, sequence):
    DocumentHead.objects.filter(document=document).update(sequence=sequence)
    found = codes(document)
    # Rows beyond the head look like ones that are being written; the head behind is found by the next append.
    assert found == ({("head", None)} if sequence == 11 else {("beyond_head", None)})


def test_a_document_without_a_head_is_found(document):
    DocumentHead.objects.filter(document=document).delete()
    assert codes(document) == {("no_head", None)}


def test_a_client_id_that_is_nobodys_is_found(document):
    DocumentClient.objects.filter(document=document, client_id=A).delete()
    assert codes(document) == {("unbound", number) for number in range(2, 11)}


def test_a_client_id_of_another_person_is_found(document):
    rows_of(document, sequence=5).update(user=person())
    assert codes(document) == {("foreign", 5)}


def test_a_snapshot_with_changed_bytes_is_found(document):
    DocumentSnapshot.objects.update(state=b"\0\0")
    assert codes(document) == {("snapshot", 4)}


def test_a_snapshot_that_is_of_another_text_is_found(document):
    state = update([paragraph(B, words="other")])
    DocumentSnapshot.objects.update(state=state, checksum=selectors.checksum(state))
    assert codes(document) == {("snapshot", 4)}


def test_a_snapshot_of_a_row_that_is_not_there_is_found(document):
    DocumentSnapshot.objects.update(sequence=99)
    assert codes(document) == {("snapshot", 99)}


def test_what_no_text_may_hold_is_found(document):
    data = update(
        [(B, 0, [element("script"), attribute("src", "x", parent=b"\0" + b"\xd8\x04" + b"\0")])]
    )
    add(document, data, user=person(), clients=[B])
    assert ("schema", None) in codes(document)


def test_damage_in_one_document_does_not_hide_the_others(document):
    other = factories.document(text="Another.")
    rows_of(document, sequence=6).delete()
    code, told = run("--json")
    lines = {line["document"]: line for line in map(json.loads, told.splitlines())}
    assert code == 1
    assert lines[str(other.pk)]["is_sound"]
    assert lines[str(document.pk)]["faults"][0]["code"] == "gap"
    assert run("--document", str(other.pk))[0] == 0


def test_a_snapshot_is_repaired_only_when_asked(document):
    DocumentSnapshot.objects.update(state=b"\0\0")
    assert run()[0] == 1
    assert DocumentSnapshot.objects.get().sequence == 4
    code, told = run("--repair-snapshots")
    assert (code, "1 snapshots thrown away" in told) == (1, True)
    assert DocumentSnapshot.objects.get().sequence == 10
    assert DocumentHead.objects.get(document=document).snapshot_sequence == 10
    assert run() == (0, "1 documents, 0 damaged\n")


def test_rows_are_never_repaired(document):
    rows_of(document, sequence=6).delete()
    assert run("--repair-snapshots")[0] == 1
    assert not rows_of(document, sequence=6).exists()


def test_an_unknown_document_is_an_error(db):
    with pytest.raises(CommandError):
        run("--document", str(uuid.uuid4()))


def test_rows_are_read_in_portions(document, django_assert_max_num_queries):
    user = person()
    count = CHUNK_ROWS * 2
    add(
        document,
        *(update([(A, 15 + n, [string("!", origin=(A, 14 + n))])]) for n in range(count)),
        user=user,
        clients=(),
    )
    rows_of(document, sequence__gt=10).update(user=rows_of(document, sequence=5).get().user)
    seen = []
    with django_assert_max_num_queries(12):
        found = verify_document(document.pk, progress=seen.append)
    assert found.is_sound
    assert seen == [CHUNK_ROWS, CHUNK_ROWS * 2]
