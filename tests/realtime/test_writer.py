"""The writer: an answer means that it is committed, whatever else fails; nothing makes it stop."""

import uuid

import pytest
from django.db import OperationalError, connections

from cocreation.kernel.errors import Conflict
from documents.models import DocumentHead, DocumentUpdate
from documents.services.updates import Appended, NewRow
from realtime import conf
from realtime.writer import WriteJob, Writer
from tests.realtime.conftest import A, World, first_words

pytestmark = pytest.mark.django_db(transaction=True)


class Job(WriteJob):
    """A batch for a document whose answer can be looked at."""

    result = None

    def answer(self, result):
        self.result = result


def job(document, generation=None):
    return Job(
        {
            "document_id": document.pk,
            "generation": generation or document.generation,
            "base_sequence": DocumentHead.objects.get(document=document).sequence,
            "rows": [NewRow(first_words(A), None)],
            "clients": {},
        }
    )


@pytest.fixture
def writer(settings):
    settings.REALTIME_RETRY_MIN_SECONDS = 0.01
    return Writer(conf.load(), lambda is_trouble: None)


def test_no_batch_is_called_stored_whose_transaction_django_gave_up_silently(
    world, writer, monkeypatch
):
    good, refused = sorted((world.document, World().document), key=lambda each: each.pk)
    jobs = [job(good), job(refused, generation=uuid.uuid4())]
    before = DocumentUpdate.objects.filter(document=good).count()
    real, calls = connections["default"].savepoint_rollback, []

    def rollback(sid):
        calls.append(sid)
        if len(calls) == 1:
            raise OperationalError("the connection was lost just now")
        real(sid)

    monkeypatch.setattr(connections["default"], "savepoint_rollback", rollback)
    assert writer._store(jobs)
    assert isinstance(jobs[0].result, Appended)
    assert isinstance(jobs[1].result, Conflict)
    assert DocumentUpdate.objects.filter(document=good).count() == before + 1
    assert writer.figures.failures == 1


def test_a_fault_of_ours_is_answered_and_the_writer_goes_on(world, writer, monkeypatch):
    jobs = [job(world.document)]
    monkeypatch.setattr(writer, "_transaction", lambda jobs: 1 / 0)
    assert writer._store(jobs)
    assert isinstance(jobs[0].result, ZeroDivisionError)
