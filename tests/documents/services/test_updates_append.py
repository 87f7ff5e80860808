"""The log: gapless, bound, whole; read back from snapshots; damage is noticed."""

import threading
import uuid
import zlib

import pytest
from django.db import connection
from pycrdt import XmlFragment

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, NotFound
from documents.models import (
    DocumentClient,
    DocumentHead,
    DocumentSnapshot,
    DocumentUpdate,
    UpdateKind,
)
from documents.selectors import updates as selectors
from documents.services import updates
from documents.services.updates import NewRow
from tests.factories import documents as factories
from tests.factories.processes import person
from tests.realtime.gate.handmade import paragraph, string, update

pytestmark = pytest.mark.django_db
A, B = 500, 600


def words(client=A, text="hello"):
    return update([paragraph(client, words=text)])


def more(client=A, clock=7, text="!"):
    return update([(client, clock, [string(text, origin=(client, clock - 1))])])


@pytest.fixture
def document(db):
    return factories.document(text="Begin.")


def append(document, *datas, user=None, base=None, clients=None, **options):
    head = DocumentHead.objects.get(document=document)
    return updates.append(
        document_id=document.pk,
        generation=options.pop("generation", document.generation),
        base_sequence=head.sequence if base is None else base,
        rows=[NewRow(data, user and user.pk) for data in datas],
        clients=clients or {},
        **options,
    )


def text_of(document, **options):
    doc = selectors.document_load(document.pk, **options)
    return str(doc.get("prosemirror", type=XmlFragment))


def test_append_numbers_rows_without_gaps_and_keeps_who_wrote_them(document):
    user = person()
    first = append(document, words(), more(), user=user)
    second = append(document, more(clock=8), user=user)
    assert (first.first, first.last, second.first, second.last) == (2, 3, 4, 4)
    rows = DocumentUpdate.objects.filter(document=document, sequence__gt=1)
    assert {row.user_id for row in rows} == {user.pk}
    assert all(row.checksum == zlib.crc32(bytes(row.data)) for row in rows)
    assert DocumentHead.objects.get(document=document).sequence == 4
    assert "hello!!" in text_of(document)


def test_append_returns_the_rows_that_the_caller_had_not_seen(document):
    append(document, words(B, "others"))
    seen = []
    appended = append(document, words(), base=1, check_missed=seen.extend)
    assert [row.sequence for row in appended.missed] == [2]
    assert seen == appended.missed


def test_append_is_stopped_by_what_the_caller_finds_in_missed_rows(document):
    append(document, words(B, "others"))

    def stop(missed):
        raise Conflict("no", "overlap")

    with pytest.raises(Conflict):
        append(document, words(), base=1, check_missed=stop)
    assert DocumentUpdate.objects.filter(document=document).count() == 2


def test_append_binds_client_ids_to_the_first_who_uses_them(document):
    first, second = person(), person()
    append(document, words(), user=first, clients={A: first.pk})
    append(document, more(), user=first, clients={A: first.pk})
    with pytest.raises(Conflict) as caught:
        append(document, more(clock=8), user=second, clients={A: second.pk})
    assert (caught.value.code, caught.value.details) == ("client_taken", {"clients": [A]})
    assert DocumentClient.objects.get(document=document, client_id=A).user == first
    assert DocumentHead.objects.get(document=document).sequence == 3


def test_append_denied_for_another_generation_a_removed_and_an_unknown_document(document):
    with pytest.raises(Conflict) as caught:
        append(document, words(), generation=uuid.uuid4())
    assert caught.value.code == "generation"
    document.removed_at = document.created_at
    document.save()
    with pytest.raises(NotFound):
        append(document, words())
    assert DocumentUpdate.objects.filter(document=document).count() == 1


def test_append_takes_few_queries_however_many_rows(document, django_assert_num_queries):
    for count in (1, 30):
        head = DocumentHead.objects.get(document=document)
        with django_assert_num_queries(5):
            updates.append(
                document_id=document.pk,
                generation=document.generation,
                base_sequence=head.sequence,
                rows=[NewRow(words(A + 1000 * count + n), None) for n in range(count)],
                clients={},
            )


def test_server_update_is_under_a_client_id_that_is_nobodys(document):
    data = words()
    updates.server_update_append(
        document=document, user=None, kind=UpdateKind.RESTORE, data=data, client_id=A
    )
    assert DocumentClient.objects.get(document=document, client_id=A).user is None


def test_a_snapshot_is_asked_for_when_rows_cross_the_interval(document, settings):
    settings.DOCUMENT_SNAPSHOT_EVERY_ROWS = 3
    due = [append(document, words(A + n)).is_snapshot_due for n in range(6)]
    assert due == [False, True, False, False, True, False]


def test_snapshot_and_rows_after_it_give_the_same_text_and_rows_stay(document):
    append(document, words())
    append(document, more(text="?"))
    before = text_of(document)
    assert updates.snapshot_make(document_id=document.pk) == 3
    assert updates.snapshot_make(document_id=document.pk) is None
    append(document, more(clock=8))
    stored = selectors.text_load(document.pk)
    assert (stored.snapshot_sequence, [row.sequence for row in stored.rows]) == (3, [4])
    assert text_of(document) == before.replace("?", "?!")
    assert DocumentUpdate.objects.filter(document=document).count() == 4
    assert text_of(document, until=3) == before
    assert "?" not in text_of(document, until=2)


def test_only_the_last_snapshots_are_kept(document):
    for number in range(4):
        append(document, words(A + number))
        updates.snapshot_make(document_id=document.pk)
    kept = DocumentSnapshot.objects.filter(document=document).values_list("sequence", flat=True)
    assert list(kept) == [5, 4]


def test_a_damaged_snapshot_is_passed_over(document):
    append(document, words())
    updates.snapshot_make(document_id=document.pk)
    DocumentSnapshot.objects.update(state=b"\0\0")
    assert selectors.text_load(document.pk).snapshot is None
    assert "hello" in text_of(document)


def test_a_snapshot_of_another_generation_is_not_used(document):
    updates.snapshot_make(document_id=document.pk)
    DocumentSnapshot.objects.update(generation=uuid.uuid4())
    assert selectors.text_load(document.pk).snapshot is None


def test_a_damaged_or_missing_row_is_noticed(document):
    append(document, words())
    append(document, more())
    DocumentUpdate.objects.filter(document=document, sequence=3).update(data=more(text="?"))
    with pytest.raises(selectors.BrokenLog):
        text_of(document)
    DocumentUpdate.objects.filter(document=document, sequence=2).delete()
    with pytest.raises(selectors.BrokenLog):
        text_of(document, until=3)


def test_an_unknown_document_is_not_found(db):
    with pytest.raises(NotFound):
        selectors.text_load(uuid.uuid4())


def test_rows_after_come_in_portions(document):
    append(document, *(words(A + n) for n in range(5)))
    assert [row.sequence for row in selectors.rows_after(document.pk, 2, limit=2)] == [3, 4]
    assert selectors.rows_after(document.pk, 6) == []


def test_room_heads_of_many_documents_take_one_query(document, django_assert_num_queries):
    others = [factories.document(text="x") for _ in range(3)]
    for ids in ([document.pk], [document.pk, *(other.pk for other in others), uuid.uuid4()]):
        with django_assert_num_queries(1):
            heads = selectors.room_heads(ids)
        assert heads[document.pk].sequence == 1
        assert heads[document.pk].generation == document.generation
        assert heads[document.pk].access_epoch == document.process.access_epoch
        assert not heads[document.pk].is_removed
    assert len(heads) == 4


@pytest.mark.parametrize("number", [1, 50])
def test_append_takes_three_statements_for_one_row_or_fifty(
    document, django_assert_num_queries, number
):
    arguments = {
        "document_id": document.pk,
        "generation": document.generation,
        "base_sequence": 1,
        "clients": {},
    }
    rows = [NewRow(b"\0\0", None) for _ in range(number)]
    # The head, what the document says, the rows; and the two ends of the savepoint that the test makes of it.
    with django_assert_num_queries(5):
        assert updates.append(rows=rows, **arguments).last == 1 + number


def test_append_of_more_rows_than_one_statement_takes_keeps_their_order(document):
    datas = [bytes([0, 0, number % 256, number // 256]) for number in range(250)]
    append(document, *datas)
    rows = DocumentUpdate.objects.filter(document=document, sequence__gt=1).order_by("sequence")
    assert [bytes(row.data) for row in rows] == datas
    assert [row.sequence for row in rows] == list(range(2, 252))


def test_the_sweep_asks_for_snapshots_that_are_overdue_and_for_those_of_texts_left_alone(
    document, settings, django_capture_on_commit_callbacks
):
    settings.DOCUMENT_SNAPSHOT_EVERY_ROWS = 20
    append(document, *(words(A + n) for n in range(4)))
    assert updates.snapshots_sweep() == 0
    DocumentHead.objects.update(text_updated_at=clock.now() - 2 * updates.QUIET)
    with django_capture_on_commit_callbacks(execute=True):
        assert updates.snapshots_sweep() == 1
    assert DocumentSnapshot.objects.get(document=document).sequence == 5
    assert updates.snapshots_sweep() == 0
    append(document, *(words(B + n) for n in range(20)))
    with django_capture_on_commit_callbacks(execute=True):
        assert updates.snapshots_sweep() == 1
    assert DocumentHead.objects.get(document=document).snapshot_sequence == 25


def test_the_sweep_leaves_a_text_alone_that_has_little_to_replay(document, settings):
    settings.DOCUMENT_SNAPSHOT_EVERY_ROWS = 20
    append(document, words())
    DocumentHead.objects.update(text_updated_at=clock.now() - 2 * updates.QUIET)
    assert updates.snapshots_sweep() == 0


@pytest.mark.django_db(transaction=True)
def test_nobody_who_writes_waits_for_a_snapshot_that_is_being_stored(document, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("one transaction writes at a time there")
    append(document, words(), clients={A: None})
    head = DocumentHead.objects.get(document=document)
    stored = threading.Event()

    def write():
        try:
            append(document, more(), base=head.sequence)
            stored.set()
        finally:
            connection.close()

    def meanwhile(name):
        if name == "snapshot.before_head":
            writing = threading.Thread(target=write)
            writing.start()
            assert stored.wait(10), "the writer waits for the snapshot, and soon each for the other"
            writing.join()

    monkeypatch.setattr(updates, "fault_point", meanwhile)
    assert updates.snapshot_make(document_id=document.pk) == head.sequence
    assert text_of(document).count("hello!") == 1
