"""Word and OpenDocument out: every word, the pictures themselves, title and language."""

import io
import time
import zipfile

import docx
import pytest
from docx.enum.section import WD_ORIENT
from hypothesis import given, settings
from PIL import Image

from cocreation.kernel.errors import Invalid
from documents import schema
from documents.convert import pandoc_process
from documents.convert.import_report import words
from documents.convert.pandoc import import_docx, json_to_docx, json_to_odt, table_to_docx
from tests.documents.convert import strategies

IMAGE = "0194f3a2-0000-7000-8000-000000000001"


def picture(kind="PNG", size=(30, 20)):
    data = io.BytesIO()
    Image.new("RGB", size, "red").save(data, kind)
    return data.getvalue()


def no_images(_image_id):
    return None


def document(*content):
    return schema.normalise({"type": "doc", "content": list(content)})


def paragraph(*content):
    nodes = [{"type": "text", "text": c} if isinstance(c, str) else c for c in content]
    return {"type": "paragraph", "content": nodes}


def docx_of(doc, *, images=no_images):
    data = json_to_docx(doc, title="Rīcības plāns", language="lv", images=images)
    return data, docx.Document(io.BytesIO(data))


def part(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_docx_has_title_language_date_and_page():
    data, word = docx_of(document(paragraph("Teksts")))
    assert word.core_properties.title == "Rīcības plāns"
    assert word.core_properties.language == "lv"
    assert word.core_properties.created.year >= 2024
    assert [p.text for p in word.paragraphs] == ["Rīcības plāns", "Teksts"]
    assert 'w:val="lv"' in part(data, "word/styles.xml")
    section = word.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_picture_really_is_in_the_docx_once(kind):
    original = picture(kind)
    image = {"type": "image", "attrs": {"image": IMAGE, "alt": "Karte", "title": ""}}
    data, word = docx_of(document(paragraph("a ", image)), images={IMAGE: original}.get)
    assert len(word.inline_shapes) == 1
    (stored,) = [p for p in word.part.package.iter_parts() if p.partname.startswith("/word/media/")]
    if kind == "WEBP":
        assert Image.open(io.BytesIO(stored.blob)).format == "PNG"
    else:
        assert stored.blob == original
    assert "base64" not in part(data, "word/document.xml")
    assert 'descr="Karte"' in part(data, "word/document.xml")


def test_picture_is_in_the_odt():
    image = {"type": "image", "attrs": {"image": IMAGE, "alt": "Karte", "title": ""}}
    data = json_to_odt(
        document(paragraph(image)), title="T", language="lv", images={IMAGE: picture()}.get
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        names = [name for name in archive.namelist() if name.startswith("Pictures/")]
        assert archive.read(names[0]) == picture()


@pytest.mark.parametrize("data", [None, b"not a picture"])
def test_picture_that_cannot_be_read_becomes_its_description(data):
    image = {"type": "image", "attrs": {"image": IMAGE, "alt": "Pilsētas karte", "title": ""}}
    _data, word = docx_of(document(paragraph(image)), images=lambda _id: data)
    assert "Pilsētas karte" in word.paragraphs[-1].text


def test_wide_picture_fits_the_page():
    image = {"type": "image", "attrs": {"image": IMAGE, "alt": "", "title": ""}}
    _data, word = docx_of(document(paragraph(image)), images={IMAGE: picture(size=(4000, 100))}.get)
    assert word.inline_shapes[0].width.inches <= 6.3


def test_structure_survives_word():
    cells = [
        {"type": "table_header", "attrs": {"colspan": 2}, "content": [paragraph("Galva")]},
    ]
    body = [
        {"type": "table_cell", "content": [paragraph("a"), paragraph("b")]},
        {"type": "table_cell", "content": [paragraph("c")]},
    ]
    doc = document(
        {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Mērķi"}]},
        paragraph(
            "Ir ",
            {"type": "text", "text": "trekns", "marks": [{"type": "strong"}, {"type": "em"}]},
            {"type": "hard_break"},
            {
                "type": "text",
                "text": "saite",
                "marks": [{"type": "link", "attrs": {"href": "https://example.org/", "title": ""}}],
            },
        ),
        {
            "type": "ordered_list",
            "attrs": {"order": 3, "tight": True},
            "content": [{"type": "list_item", "content": [paragraph("trešais")]}],
        },
        {"type": "blockquote", "content": [paragraph("citāts")]},
        {
            "type": "table",
            "content": [
                {"type": "table_row", "content": cells},
                {"type": "table_row", "content": body},
            ],
        },
    )
    back = import_docx(docx_of(doc)[0])
    assert back.title == "Rīcības plāns"
    assert back.report == []
    assert back.json == doc


@pytest.mark.parametrize("kind", ["bullet_list", "ordered_list"])
def test_item_that_begins_with_a_list_keeps_its_number_and_its_words_in_word(kind):
    def item(*content):
        return {"type": "list_item", "content": list(content)}

    inner = {"type": kind, "attrs": {"tight": True}, "content": [item(paragraph("iekšā"))]}
    outer = [item(paragraph("pirmais")), item(inner), item(paragraph("trešais"))]
    doc = document({"type": "ordered_list", "attrs": {"tight": True}, "content": outer})
    data, word = docx_of(doc)
    numbered = [
        (p.text, p._p.pPr.numPr.ilvl.val) for p in word.paragraphs if p._p.pPr.numPr is not None
    ]
    # the second number stands on a line of its own
    assert numbered == [("pirmais", 0), ("", 0), ("iekšā", 1), ("trešais", 0)]
    assert import_docx(data).json == doc


@settings(max_examples=15, deadline=None)
@given(strategies.documents)
def test_every_word_reaches_word_and_comes_back(doc):
    data, _word = docx_of(doc, images=lambda _id: picture())
    back = import_docx(data)
    assert schema.validate(back.json) == []
    expected = words(schema.plain_text(doc))
    assert sorted(words(schema.plain_text(back.json))) == sorted(expected)


@pytest.mark.parametrize(
    "spans",
    [
        [[(1, 1)], [(1, 1)], [(2, 1)]],
        [[(1, 9), (1, 1)], [(1, 1)]],
        [[(3, 1)], [(1, 2), (1, 1)], [(1, 1), (5, 1)]],
        [[(2, 2), (1, 1)], [(1, 1), (1, 1), (1, 1)]],
    ],
    ids=["short rows", "hanging out", "ragged", "overlapping"],
)
def test_irregular_tables_keep_their_words(spans):
    rows = [
        {
            "type": "table_row",
            "content": [
                {
                    "type": "table_cell",
                    "attrs": {"colspan": colspan, "rowspan": rowspan},
                    "content": [paragraph(f"r{row}c{column}")],
                }
                for column, (colspan, rowspan) in enumerate(cells)
            ],
        }
        for row, cells in enumerate(spans)
    ]
    doc = document({"type": "table", "content": rows})
    back = import_docx(docx_of(doc)[0])
    assert back.report == []
    assert schema.plain_text(back.json).split() == schema.plain_text(doc).split()


def test_repeated_spaces_stay():
    _data, word = docx_of(document(paragraph("a   b")))
    assert word.paragraphs[-1].text == "a   b"


def test_table_for_answers_is_landscape_with_a_header_row_and_all_words():
    data = table_to_docx(
        "Izziņa", ["Nr.", "Iebildums"], [["1", "Pirmais\notrais"], ["2", ["viena", "divas"]]], "lv"
    )
    word = docx.Document(io.BytesIO(data))
    assert word.sections[0].orientation == WD_ORIENT.LANDSCAPE
    (table,) = word.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Nr.", "Iebildums"],
        ["1", "Pirmais\notrais"],
        ["2", "viena\ndivas"],
    ]
    assert "<w:tblHeader" in part(data, "word/document.xml")
    assert "<w:insideV" in part(data, "word/styles.xml")
    assert word.core_properties.title == "Izziņa"


def test_empty_answer_table_is_a_header_row():
    word = docx.Document(io.BytesIO(table_to_docx("T", ["A", "B"], [], "lv")))
    assert len(word.tables[0].rows) == 1


def test_pandoc_has_a_time_limit():
    with pytest.raises(Invalid) as caught:
        pandoc_process.run_pandoc(["-f", "markdown", "-t", "html"], b"a " * 500_000, timeout=0.05)
    assert caught.value.code == "too_complex"


def test_pandoc_reads_no_files(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    source = f"![x]({secret})\n\n```{{.include}}\n{secret}\n```\n".encode()
    output = pandoc_process.run_pandoc(
        ["-f", "markdown", "-t", "html", "--embed-resources"], source
    )
    assert b"geheim" not in output


def test_pandoc_refusal_is_a_clear_error():
    with pytest.raises(Invalid) as caught:
        pandoc_process.run_pandoc(["-f", "json", "-t", "html"], b"no json")
    assert caught.value.code == "conversion_failed"


def test_three_hundred_pages_are_written_and_read_in_seconds():
    sentence = "Pašvaldība iesaista iedzīvotājus lēmumu pieņemšanā un atbild uz priekšlikumiem. "
    doc = document(*[paragraph(sentence * 4) for _ in range(2600)])
    started = time.perf_counter()
    data = json_to_docx(doc, title="T", language="lv", images=no_images)
    back = import_docx(data)
    assert time.perf_counter() - started < 60
    assert len(back.json["content"]) == 2600
