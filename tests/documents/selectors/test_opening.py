"""What opening a text reads does not grow with how often it was changed."""

import pytest

from documents.models import DocumentHead, DocumentUpdate
from documents.selectors import updates as selectors
from documents.services import updates
from documents.services.updates import NewRow
from tests.factories import documents as factories
from tests.realtime.gate.handmade import paragraph, string, update

pytestmark = pytest.mark.django_db
ROWS = 1_500
A = 500


def append(document, datas, clients=()):
    head = DocumentHead.objects.get(document=document)
    return updates.append(
        document_id=document.pk,
        generation=document.generation,
        base_sequence=head.sequence,
        rows=[NewRow(data, document.created_by_id) for data in datas],
        clients=dict.fromkeys(clients, document.created_by_id),
    )


def test_a_text_with_many_changes_reads_as_much_as_its_twin_with_one(
    db, settings, django_assert_num_queries
):
    settings.DOCUMENT_SNAPSHOT_EVERY_ROWS = 500
    many, one = factories.document(text="x"), factories.document(text="x")
    append(many, [update([paragraph(A, words="a")])], clients=[A])
    for start in range(0, ROWS, 100):
        letters = range(start, start + 100)
        appended = append(
            many, [update([(A, 3 + n, [string("a", origin=(A, 2 + n))])]) for n in letters]
        )
        if appended.is_snapshot_due:
            updates.snapshot_make(document_id=many.pk)
    append(one, [update([paragraph(A, words="a" * (ROWS + 1))])], clients=[A])
    updates.snapshot_make(document_id=one.pk)
    with django_assert_num_queries(4):
        long = selectors.text_load(many.pk)
    short = selectors.text_load(one.pk)
    assert DocumentUpdate.objects.filter(document=many).count() == ROWS + 2
    # At most what came since the last snapshot, however long the log is.
    assert len(long.rows) < 500
    assert len(long.clients) == len(short.clients)
    tail = sum(len(row.data) for row in long.rows)
    assert len(long.snapshot) + tail < 2 * len(short.snapshot) + 500 * 40
