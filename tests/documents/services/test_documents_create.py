"""Beginning a document: from nothing, from an interlinker's text or file, from Word; and what is refused."""

import io

import docx
import pytest
from django.core.files.base import ContentFile

from cocreation.kernel.errors import Invalid, TooLarge
from documents.models import Document, DocumentUpdate, UpdateKind
from documents.schema import blocks, plain_text
from documents.selectors import texts
from documents.services.documents import document_create
from interlinkers.models import Interlinker, InterlinkerFile, InterlinkerTranslation
from interlinkers.selectors.catalogue import DOCX
from tests.factories.processes import branch, coordinator_of, process_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    process = process_row()
    coordinator_of(process)
    return branch(process)[2][0]


def create(task, **options):
    actor = task.process.roles.get().user
    return document_create(actor=actor, task=task, **{"title": "", **options})


def word_file(*paragraphs: str) -> bytes:
    source = docx.Document()
    for paragraph in paragraphs:
        source.add_paragraph(paragraph)
    data = io.BytesIO()
    source.save(data)
    return data.getvalue()


def words(document) -> str:
    return plain_text(texts.document_content(document)[0])


def interlinker(**texts_of_it) -> Interlinker:
    row = Interlinker.objects.create(source="test", external_id="x", nature="knowledge")
    InterlinkerTranslation.objects.create(
        interlinker=row, language="en", name="Plan", **texts_of_it
    )
    return row


def test_empty_document_has_one_block_with_an_id_and_a_first_row(task):
    document = create(task)
    content, sequence = texts.document_content(document)
    assert sequence == 1
    assert [block.text for block in blocks(content)] == [""]
    assert all(block.id for block in blocks(content))
    row = DocumentUpdate.objects.get(document=document)
    assert (row.kind, row.sequence) == (UpdateKind.START, 1)


def test_document_starts_from_the_text_of_an_interlinker_in_the_language_of_the_process(task):
    row = interlinker(text="# Plan\n\nFirst words")
    InterlinkerTranslation.objects.create(
        interlinker=row, language="lv", name="Plāns", text="# Plāns\n\nPirmie vārdi"
    )
    task.process.language = "lv"
    document = create(task, start={"kind": "interlinker", "interlinker": row})
    assert "Pirmie vārdi" in words(document)
    assert document.language == "lv"


def test_document_starts_from_the_word_file_of_an_interlinker_without_a_text(task):
    row = interlinker()
    data = word_file("From the file")
    file = InterlinkerFile(
        interlinker=row, role="resource", language="en", name="plan.docx", content_type=DOCX,
        size_bytes=len(data), digest="0" * 64,
    )  # fmt: skip
    file.file.save("plan.docx", ContentFile(data))
    document = create(task, start={"kind": "interlinker", "interlinker": row})
    assert "From the file" in words(document)


def test_interlinker_without_text_or_file_says_so_and_makes_nothing(task):
    with pytest.raises(Invalid) as caught:
        create(task, start={"kind": "interlinker", "interlinker": interlinker()})
    assert caught.value.code == "no_text"
    assert not Document.objects.exists()


def test_word_file_becomes_the_text_and_its_name_the_title(task):
    start = {"kind": "docx", "data": word_file("Катерина 👩‍🏫", "ceļš"), "name": "Mans plāns.docx"}
    document = create(task, start=start)
    assert "Катерина 👩‍🏫" in words(document)
    assert document.title == "Mans plāns"
    assert DocumentUpdate.objects.get(document=document).kind == UpdateKind.IMPORT


def test_report_says_what_the_word_file_lost(task):
    source = docx.Document()
    source.add_paragraph("Words")
    source.sections[0].header.paragraphs[0].text = "Confidential"
    data = io.BytesIO()
    source.save(data)
    document = create(task, start={"kind": "docx", "data": data.getvalue(), "name": "x.docx"})
    note = next(note for note in document.import_report if note["code"] == "headers_footers")
    assert "Confidential" in note["sample"]


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 100])
def test_file_that_is_no_word_file_is_refused_and_makes_nothing(task, data):
    with pytest.raises(Invalid):
        create(task, start={"kind": "docx", "data": data, "name": "x.docx"})
    assert not Document.objects.exists()


def test_file_beyond_the_limit_is_refused(task, settings):
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(TooLarge):
        create(task, start={"kind": "docx", "data": word_file("x"), "name": "x.docx"})


def test_unknown_start_is_refused(task):
    with pytest.raises(Invalid):
        create(task, start={"kind": "telepathy"})
