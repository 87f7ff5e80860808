"""Word in: every word is kept, what changed its form is reported, hostile files are refused."""

import io
import os
import struct
import zipfile
from pathlib import Path

import docx
import pytest
from PIL import Image

from cocreation.kernel.errors import Invalid, TooLarge
from documents import schema
from documents.convert import docx_package
from documents.convert.docx_package import open_package, paragraphs
from documents.convert.import_report import words
from documents.convert.pandoc import import_docx
from documents.convert.pandoc_process import API_VERSION, ast_to_file


def word_file(build):
    document = docx.Document()
    build(document)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def simple_file(text="Labdien"):
    return word_file(lambda document: document.add_paragraph(text))


def pandoc_file(*blocks):
    return ast_to_file(
        {"pandoc-api-version": API_VERSION, "meta": {}, "blocks": list(blocks)}, "docx"
    )


def string(text):
    return {"t": "Str", "c": text}


def para(*inlines):
    return {"t": "Para", "c": [string(i) if isinstance(i, str) else i for i in inlines]}


def span(classes, text, **pairs):
    return {"t": "Span", "c": [["", classes, [list(p) for p in pairs.items()]], [string(text)]]}


def edited(data, changes, *, extra=()):
    """Return the archive with parts replaced by functions of their text, and parts added."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename in changes:
                content = changes[info.filename](content.decode()).encode()
            target.writestr(info.filename, content)
        for name, content in extra:
            target.writestr(name, content)
    return result.getvalue()


def in_body(xml):
    return {"word/document.xml": lambda text: text.replace("<w:sectPr", xml + "<w:sectPr", 1)}


def report(result):
    return {note.code: note for note in result.report}


def text_of(result):
    return schema.plain_text(result.json)


def test_ordinary_document_comes_in_whole():
    def build(document):
        document.add_heading("Rīcības plāns", 1)
        document.add_paragraph("Ievads ar ").add_run("treknu").bold = True
        document.add_paragraph("pirmais", style="List Bullet")
        document.add_paragraph("otrais", style="List Number")
        table = document.add_table(2, 2)
        for number, cell in enumerate(table._cells):
            cell.text = f"šūna {number}"

    result = import_docx(word_file(build))
    assert schema.validate(result.json) == []
    assert [node["type"] for node in result.json["content"]] == [
        "heading",
        "paragraph",
        "bullet_list",
        "ordered_list",
        "table",
    ]
    assert text_of(result).split("\n") == [
        "Rīcības plāns", "Ievads ar treknu", "pirmais", "otrais", "šūna 0", "šūna 1", "šūna 2", "šūna 3",
    ]  # fmt: skip
    assert result.json["content"][1]["content"][1]["marks"] == [{"type": "strong"}]


def test_title_is_returned_and_subtitle_stays_in_the_text():
    def build(document):
        document.add_paragraph("Nosaukums", style="Title")
        document.add_paragraph("Apakšvirsraksts", style="Subtitle")
        document.add_paragraph("Teksts")

    result = import_docx(word_file(build))
    assert result.title == "Nosaukums"
    assert text_of(result) == "Apakšvirsraksts\nTeksts"


def test_picture_comes_along_once_however_often_it_is_shown():
    data = io.BytesIO()
    Image.new("RGB", (12, 8), "blue").save(data, "PNG")

    def build(document):
        document.add_picture(io.BytesIO(data.getvalue()))
        document.add_picture(io.BytesIO(data.getvalue()))

    result = import_docx(word_file(build))
    (image,) = result.images
    assert (image.content_type, image.data) == ("image/png", data.getvalue())
    assert image.name.endswith(".png")
    shown = [n["attrs"]["image"] for n, _path in schema.walk(result.json) if n["type"] == "image"]
    assert shown == [image.id, image.id]


def test_picture_of_a_foreign_kind_is_converted():
    data = io.BytesIO()
    Image.new("RGB", (12, 8), "blue").save(data, "BMP")
    result = import_docx(
        word_file(lambda document: document.add_picture(io.BytesIO(data.getvalue())))
    )
    assert result.images[0].content_type == "image/png"


def test_broken_picture_is_reported():
    data = io.BytesIO()
    Image.new("RGB", (12, 8), "blue").save(data, "PNG")
    good = word_file(lambda document: document.add_picture(io.BytesIO(data.getvalue())))
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(result, "w") as target:
        for info in source.infolist():
            broken = info.filename.startswith("word/media/")
            target.writestr(info.filename, b"broken" if broken else source.read(info))
    imported = import_docx(result.getvalue())
    assert imported.images == []
    assert report(imported)["images_kind"].count == 1


def test_footnotes_stand_at_the_end_with_their_number():
    note = {"t": "Note", "c": [para("Piezīmes vārdi")]}
    result = import_docx(pandoc_file(para("Teksts", note, " tālāk"), para("beigas")))
    assert text_of(result).split("\n")[0] == "Teksts[1] tālāk"
    assert text_of(result).endswith("Piezīmes vārdi")
    assert result.json["content"][-1]["type"] == "ordered_list"
    assert (report(result)["footnotes"].count, report(result)["footnotes"].sample) == (
        1,
        "Piezīmes vārdi",
    )


def test_tracked_changes_are_accepted_and_counted():
    result = import_docx(
        pandoc_file(
            para(
                "Termiņš ir ",
                span(["deletion"], "desmit", author="A", date="2024-01-01T00:00:00Z"),
                span(["insertion"], "divdesmit", author="A", date="2024-01-01T00:00:00Z"),
                " dienas",
            )
        )
    )
    assert text_of(result) == "Termiņš ir divdesmit dienas"
    assert report(result)["tracked_changes"].count == 2
    assert "desmit" in report(result)["tracked_changes"].sample


def test_comments_of_word_are_in_the_report_not_in_the_text():
    def build(document):
        paragraph = document.add_paragraph("Teksts ar piezīmi")
        document.add_comment(paragraph.runs, text="Vai tā tiešām ir?", author="Eksperts")

    result = import_docx(word_file(build))
    assert text_of(result) == "Teksts ar piezīmi"
    assert report(result)["comments"].sample == "Vai tā tiešām ir?"


def test_formatting_that_the_editor_lacks_is_counted_and_its_words_kept():
    def build(document):
        paragraph = document.add_paragraph()
        paragraph.add_run("pasvītrots ").underline = True
        run = paragraph.add_run("sarkans ")
        run.font.color.rgb = docx.shared.RGBColor(255, 0, 0)
        paragraph.add_run("mazie ").font.small_caps = True
        paragraph.add_run("m")
        paragraph.add_run("2").font.superscript = True
        paragraph.add_run("ab").font.subscript = True

    result = import_docx(word_file(build))
    assert text_of(result) == "pasvītrots sarkans mazie m²ab"
    assert report(result)["formatting"].count == 2
    assert report(result)["colours"].count == 1
    assert report(result)["superscript"].sample == "ab"


def test_equation_is_kept_as_text():
    math = {"t": "Math", "c": [{"t": "InlineMath"}, "x^2 + y"]}
    result = import_docx(pandoc_file(para("Ja ", math)))
    assert "x^{2} + y" in text_of(result)
    assert report(result)["equations"].count == 1


def test_letters_as_list_numbers_are_reported():
    numbers = [
        [1, {"t": "LowerAlpha"}, {"t": "OneParen"}],
        [[{"t": "Plain", "c": [string("a punkts")]}]],
    ]
    result = import_docx(pandoc_file({"t": "OrderedList", "c": numbers}))
    assert report(result)["list_numbering"].count == 1
    assert text_of(result) == "a punkts"


def test_header_and_footer_words_are_reported_but_page_numbers_are_not():
    def build(document):
        document.add_paragraph("Teksts")
        document.sections[0].header.paragraphs[0].text = "Projekts 2. redakcija"
        document.sections[0].footer.paragraphs[0].text = "12"

    note = report(import_docx(word_file(build)))["headers_footers"]
    assert (note.count, note.sample) == (1, "Projekts 2. redakcija")


def test_merged_cells_stay_merged():
    def build(document):
        table = document.add_table(3, 3)
        for number, cell in enumerate(table._cells):
            cell.text = f"v{number}"
        table.cell(0, 0).merge(table.cell(0, 1))
        table.cell(1, 0).merge(table.cell(2, 0))

    result = import_docx(word_file(build))
    spans = [
        (n["attrs"]["colspan"], n["attrs"]["rowspan"])
        for n, _path in schema.walk(result.json)
        if n["type"].startswith("table_") and "attrs" in n
    ]
    assert (2, 1) in spans
    assert (1, 2) in spans
    assert set(words(text_of(result))) >= {f"v{number}" for number in range(9)}


TEXT_BOX = (
    '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
    "<w:p><w:r><w:t>Rāmja vārdi</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)


def test_words_in_text_boxes_are_kept():
    result = import_docx(edited(simple_file(), in_body(TEXT_BOX)))
    assert "Rāmja vārdi" in text_of(result)


def test_words_that_pandoc_drops_are_appended_and_reported():
    # an element that no reader knows, with a paragraph inside
    unknown = "<w:customThing><w:p><w:r><w:t>Pazaudēti vārdi</w:t></w:r></w:p></w:customThing>"
    result = import_docx(edited(simple_file("Sākums"), in_body(unknown)))
    assert text_of(result).startswith("Sākums")
    assert text_of(result).endswith("Pazaudēti vārdi")
    assert report(result)["unplaced_text"].sample == "Pazaudēti vārdi"


def test_link_inside_the_document_keeps_its_words():
    link = {"t": "Link", "c": [["", [], []], [string("sk. 3. nodaļu")], ["#nodala", ""]]}
    result = import_docx(pandoc_file(para("Ievads, ", link)))
    assert text_of(result) == "Ievads, sk. 3. nodaļu"


def test_forbidden_address_stays_as_words():
    link = {"t": "Link", "c": [["", [], []], [string("klikšķini")], ["javascript:alert(1)", ""]]}
    result = import_docx(pandoc_file(para(link)))
    assert schema.validate(result.json) == []
    assert "klikšķini" in text_of(result)


def test_empty_document_comes_in_as_one_empty_paragraph():
    result = import_docx(word_file(lambda document: None))
    assert result.json == schema.normalise({"type": "doc"})


def test_main_part_may_have_another_name():
    renamed = io.BytesIO()
    original = io.BytesIO(simple_file("Cits nosaukums"))
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(renamed, "w") as target:
        for info in source.infolist():
            content = source.read(info).replace(b"/document.xml", b"/document2.xml")
            name = info.filename.replace("document.xml", "document2.xml")
            target.writestr(name, content)
    assert text_of(import_docx(renamed.getvalue())) == "Cits nosaukums"


# --- real files ---------------------------------------------------------------------------------

INTERLINK = Path(
    os.environ.get(
        "KOPRADE_INTERLINK_DATA", Path(__file__).parents[3].parent / "shared" / "interlink-data"
    )
)
REAL_FILES = sorted(INTERLINK.glob("**/*.docx")) if INTERLINK.is_dir() else []


@pytest.mark.skipif(not REAL_FILES, reason="the INTERLINK data is not here")
@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.parent.name)
def test_real_files_lose_no_word(path):
    data = path.read_bytes()
    result = import_docx(data)
    assert schema.validate(result.json) == []
    source = []
    package = open_package(data)
    for name in (package.main, "word/footnotes.xml", "word/endnotes.xml"):
        if (root := package.xml(name)) is not None:
            source += paragraphs(root)
    kept = words(result.title + "\n" + text_of(result))
    assert len(kept) > 50
    for word in set(words("\n".join(source))):
        assert kept.count(word) >= words("\n".join(source)).count(word), word


# --- hostile files ------------------------------------------------------------------------------


def refused(data):
    with pytest.raises(Invalid) as caught:
        import_docx(data)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"PK\x03\x04" + b"\0" * 100,
        os.urandom(1000),
        simple_file()[:-200],
        simple_file()[:500],
    ],
    ids=["empty", "text", "head", "random", "cut", "short"],
)
def test_what_is_no_word_file_is_refused(data):
    assert refused(data) == "not_docx"


def test_zip_without_a_document_is_refused():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("hello.txt", "hi")
    assert refused(data.getvalue()) == "not_docx"


def test_old_word_file_gets_its_own_message():
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512) == "old_word"


def test_zip_bomb_is_refused_before_it_is_unpacked():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 60_000_000)
    assert len(data.getvalue()) < 100_000
    assert refused(data.getvalue()) == "zip_bomb"


def test_archive_of_very_many_parts_is_refused():
    extra = [(f"word/part{number}.xml", b"") for number in range(docx_package.MAX_ENTRIES + 1)]
    assert refused(edited(simple_file(), {}, extra=extra)) == "zip_bomb"


def test_archive_that_lies_about_its_sizes_is_not_believed():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 60_000_000)
    lying = bytearray(data.getvalue())
    size = struct.pack("<I", 60_000_000)
    while (at := lying.find(size)) >= 0:
        lying[at : at + 4] = struct.pack("<I", 1000)
    assert refused(bytes(lying)) == "not_docx"


def test_too_large_part_is_refused(monkeypatch):
    monkeypatch.setattr(docx_package, "MAX_TEXT_PART_BYTES", 100)
    with pytest.raises(TooLarge):
        import_docx(simple_file())


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/passwd", "word/../../x.xml", "word\\x.xml", "C:/x.xml"]
)
def test_unsafe_names_are_refused(name):
    data = edited(simple_file(), {}, extra=[("PLACEHOLDERNAME", b"x")])
    # zipfile itself cleans names when it writes
    padded = name.encode().ljust(len("PLACEHOLDERNAME"), b"_")[:15]
    if len(name) > 15:
        padded = name[:15].encode()
    assert refused(data.replace(b"PLACEHOLDERNAME", padded)) == "unsafe_path"


def test_encrypted_parts_are_refused():
    data = bytearray(simple_file())
    central = data.find(b"PK\x01\x02")
    data[central + 8] |= 1
    assert refused(bytes(data)) == "encrypted"


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


def test_document_type_declarations_are_refused():
    changes = {"word/document.xml": lambda text: BOMB + text.partition("?>")[2]}
    assert refused(edited(simple_file(), changes)) == "unsafe_xml"


def test_declaration_hidden_in_another_encoding_is_refused():
    data = edited(simple_file(), {}, extra=[("word/extra.xml", BOMB.encode("utf-16"))])
    assert refused(data) == "unsafe_xml"


def test_broken_xml_is_a_clear_error():
    changes = {"word/document.xml": lambda text: text[:-50]}
    assert refused(edited(simple_file(), changes)) == "conversion_failed"


def test_two_parts_of_one_name_are_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        data = edited(simple_file(), {}, extra=[("word/document.xml", b"<x/>")])
    assert refused(data) == "not_docx"


def test_tables_nested_without_end_are_refused():
    depth = 200
    table = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    assert refused(edited(simple_file(), in_body(table))) == "too_deep"
