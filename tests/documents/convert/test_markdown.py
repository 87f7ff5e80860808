"""Markdown there and back: no word, mark or structure may be lost."""

import time
from uuid import UUID

import pytest
from hypothesis import given, settings

from cocreation.kernel.errors import Invalid, TooLarge
from documents import schema
from documents.convert import markdown
from documents.convert.markdown import json_to_markdown, markdown_to_json
from documents.convert.markdown_inline import _visible
from tests.documents.convert import strategies

IMAGE = "0194f3a2-0000-7000-8000-000000000001"


def doc(*content):
    return schema.normalise({"type": "doc", "content": list(content)})


def text(words, *marks):
    return {
        "type": "text",
        "text": words,
        "marks": [{"type": mark} if isinstance(mark, str) else mark for mark in marks],
    }


def paragraph(*content):
    nodes = [{"type": "text", "text": c} if isinstance(c, str) else c for c in content]
    return {"type": "paragraph", "content": nodes}


def link(href, title=""):
    return {"type": "link", "attrs": {"href": href, "title": title}}


def item(*content):
    return {"type": "list_item", "content": list(content)}


def bullets(*items, tight=True):
    return {"type": "bullet_list", "attrs": {"tight": tight}, "content": list(items)}


def table(*rows):
    return {
        "type": "table",
        "content": [{"type": "table_row", "content": list(row)} for row in rows],
    }


def cell(*content, **attrs):
    return {"type": "table_cell", "attrs": attrs, "content": list(content)}


def header(*content, **attrs):
    return {"type": "table_header", "attrs": attrs, "content": list(content)}


BREAK = {"type": "hard_break"}


def comparable(node):
    """What Markdown can hold: without tightness of lists and marks that spaces do not show."""
    result = {key: value for key, value in node.items() if key != "content"}
    if "attrs" in node:
        result["attrs"] = {key: value for key, value in node["attrs"].items() if key != "tight"}
    content = node.get("content", [])
    if any(child["type"] == "text" for child in content) and node["type"] != "code_block":
        content = _visible(content)
    return {**result, "content": [comparable(child) for child in content]}


@settings(max_examples=100, deadline=None)
@given(strategies.documents)
def test_every_document_survives_the_way_through_markdown(document):
    written = json_to_markdown(document)
    back = markdown_to_json(written)
    assert schema.validate(back) == []
    assert comparable(back) == comparable(document), written
    assert schema.plain_text(back) == schema.plain_text(document)


@settings(max_examples=60, deadline=None)
@given(strategies.texts)
def test_any_markdown_gives_a_valid_document(source):
    document = markdown_to_json(source)
    assert schema.validate(document) == []
    assert comparable(markdown_to_json(json_to_markdown(document))) == comparable(document)


@pytest.mark.parametrize(
    ("document", "written"),
    [
        (doc(paragraph("Labdien, pasaule!")), "Labdien, pasaule!\n"),
        (doc(paragraph()), ""),
        (doc(paragraph("a"), paragraph(), paragraph("b")), "a\n\n<br/>\n\nb\n"),
        (doc(paragraph("5 * 3_x = snake_case a|b")), "5 \\* 3_x = snake_case a|b\n"),
        (doc(paragraph("1. ne saraksts")), "1\\. ne saraksts\n"),
        (doc(paragraph("- ne saraksts")), "\\- ne saraksts\n"),
        (doc(paragraph("a", BREAK, "# b")), "a\\\n\\# b\n"),
        (
            doc(paragraph(text("trekns", "strong"), " un ", text("slīps", "em"))),
            "**trekns** un *slīps*\n",
        ),
        (doc(paragraph(text("ļoti ", "strong"), "labi")), "**ļoti** labi\n"),
        (
            doc(paragraph(text("a ", "em"), text("b", "strong", "em"), text(" c", "em"))),
            "*a **b** c*\n",
        ),
        (doc(paragraph(text("vā", "strong"), "rds")), "**vā**rds\n"),
        (doc(paragraph("(", text("«a»", "strong"), "b)")), "(<strong>«a»</strong>b)\n"),
        (doc(paragraph(text("x`y", "code"))), "``x`y``\n"),
        (
            doc(paragraph(text("saite", link("https://example.org/ā?b=1&c=2", 'T "q"')))),
            '[saite](<https://example.org/ā?b=1\\&c=2> "T \\"q\\"")\n',
        ),
        (
            doc(
                paragraph(
                    {"type": "image", "attrs": {"image": IMAGE, "alt": "Karte", "title": "T"}}
                )
            ),
            f'![Karte](koprade-image:{IMAGE} "T")\n',
        ),
        (
            doc({"type": "heading", "attrs": {"level": 2}, "content": [text("Virsraksts #")]}),
            "## Virsraksts \\#\n",
        ),
        (
            doc({"type": "code_block", "attrs": {"params": "py"}, "content": [text("a\n```\n")]}),
            "````py\na\n```\n\n````\n",
        ),
        (
            doc(
                bullets(item(paragraph("a"), bullets(item(paragraph("b"))))),
                bullets(item(paragraph("c"))),
            ),
            "- a\n  - b\n\n* c\n",
        ),
        (
            doc(
                table(
                    [header(paragraph("A|B")), header(paragraph("C"))],
                    [cell(paragraph("1", BREAK, "2")), cell(paragraph())],
                )
            ),
            "| A\\|B | C |\n| --- | --- |\n| 1<br>2 |  |\n",
        ),
        (
            doc(table([cell(paragraph("a"), paragraph("b"), colspan=2)])),
            '<table>\n<tr>\n<td colspan="2">\n\n  a\n\n  b\n\n</td>\n</tr>\n</table>\n',
        ),
    ],
)
def test_markdown_looks_as_a_person_would_write_it(document, written):
    assert json_to_markdown(document) == written
    assert comparable(markdown_to_json(written)) == comparable(document)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("[a](javascript:alert(1))", "a (javascript:alert(1))"),
        ("[a](/relative)", "a (/relative)"),
        ("[a](#there)", "a"),
        ("<div onclick='x'>a</div>", "<div onclick='x'>a</div>"),
        ("a <script>alert(1)</script> b", "a <script>alert(1)</script> b"),
        ("<strong>never closed", "<strong>never closed"),
        ("a </em> b", "a </em> b"),
        ("<!-- a -->", "<!-- a -->"),
        ("![alt](relative.png)", "alt (relative.png)"),
        ("![](https://example.org/x.png)", "https://example.org/x.png"),
        ("![*a* b](koprade-image:nonsense)", "a b (koprade-image:nonsense)"),
        ("[![pic](https://example.org/x.png)](https://example.org/)", "pic"),
        ("<table>\n<tr>\n<td>\nx\n</td>", "<table> <tr> <td> x </td>"),
    ],
)
def test_what_the_schema_cannot_hold_stays_as_words(source, words):
    document = markdown_to_json(source)
    assert schema.validate(document) == []
    assert schema.plain_text(document) == words


def test_picture_as_link_keeps_the_address():
    document = markdown_to_json(f"[![pic](koprade-image:{IMAGE})](https://example.org/)")
    image, address = document["content"][0]["content"]
    assert UUID(image["attrs"]["image"]) == UUID(IMAGE)
    assert address["marks"][0]["attrs"]["href"] == address["text"] == "https://example.org/"


def test_foreign_picture_becomes_a_link():
    document = markdown_to_json("![A map](https://example.org/map.png)")
    (node,) = document["content"][0]["content"]
    assert node == text("A map", link("https://example.org/map.png"))


def test_item_that_begins_with_another_block_is_read_as_it_is():
    document = markdown_to_json("- # Virsraksts\n- > citāts\n- - iekšā\n-")
    assert schema.validate(document) == []
    assert schema.plain_text(document).split() == ["Virsraksts", "citāts", "iekšā"]
    begins = [item["content"][0]["type"] for item in document["content"][0]["content"]]
    assert begins == ["heading", "blockquote", "bullet_list", "paragraph"]


def numbers(*items):
    return {"type": "ordered_list", "attrs": {"order": 1, "tight": True}, "content": list(items)}


RULE = {"type": "horizontal_rule"}


@pytest.mark.parametrize(
    ("document", "written"),
    [
        (doc(bullets(item(bullets(item(paragraph("a")))))), "- - a\n"),
        (doc(numbers(item(bullets(item(paragraph("a")))), item(paragraph("b")))), "1. - a\n2. b\n"),
        (
            doc(bullets(item(bullets(item(paragraph("a")), item(paragraph("b"))), paragraph("c")))),
            "- - a\n  - b\n\n  c\n",
        ),
        # three signs in a row would be a rule
        (doc(bullets(item(bullets(item(bullets(item(paragraph()))))))), "- - - <br/>\n"),
        (doc(bullets(item(bullets(item(bullets(item(RULE))))))), "- - - ___\n"),
        (doc(bullets(item(RULE), item(paragraph("a")))), "- ___\n- a\n"),
        (doc(bullets(item(paragraph(), bullets(item(paragraph("a")))))), "- <br/>\n  - a\n"),
        (doc(paragraph("a"), bullets(item(bullets(item(paragraph()))))), "a\n\n- - <br/>\n"),
    ],
)
def test_item_that_begins_with_a_list_or_a_rule_survives(document, written):
    assert json_to_markdown(document) == written
    assert comparable(markdown_to_json(written)) == comparable(document)


def test_known_tags_of_other_writers_become_marks():
    document = markdown_to_json("<b>a</b> <I>b</I> <del>c</del>")
    marks = [
        node["marks"][0]["type"] for node in document["content"][0]["content"] if "marks" in node
    ]
    assert marks == ["strong", "em", "strike"]


def test_loose_and_tight_lists_are_told_apart():
    tight, loose = (
        markdown_to_json("- a\n- b")["content"][0],
        markdown_to_json("- a\n\n- b")["content"][0],
    )
    assert (tight["attrs"]["tight"], loose["attrs"]["tight"]) == (True, False)
    assert json_to_markdown(doc(loose)) == "- a\n\n- b\n"


@pytest.mark.parametrize(
    "source",
    [
        "> " * 5000 + "a",
        "".join("  " * i + "- a\n" for i in range(300)),
        "- " * 3000 + "a",
        "1. " * 500 + "a",
    ],
    ids=["quotes", "lists", "dashes", "numbers"],
)
def test_too_deep_markdown_is_refused_with_a_clear_code(source):
    with pytest.raises(Invalid) as caught:
        markdown_to_json(source)
    assert caught.value.code == "too_deep"


def test_too_deep_document_is_refused_when_written():
    node = paragraph("a")
    for _level in range(schema.MAX_DEPTH + 1):
        node = {"type": "blockquote", "content": [node]}
    with pytest.raises(Invalid):
        json_to_markdown({"type": "doc", "content": [node]})


def test_too_long_markdown_is_refused():
    with pytest.raises(TooLarge):
        markdown_to_json("a" * (markdown.MAX_MARKDOWN_CHARS + 1))


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "![",
        "*a_ ",
        "`",
        "<a ",
        "[a](",
        "\\",
        "&",
        "~~a",
        "**a",
        "](",
        "| a ",
        "\n>",
        "<table>\n",
        "- a\n\n",
    ],
)
def test_hostile_repetitions_are_read_in_time(unit):
    started = time.process_time()
    markdown_to_json(unit * (20_000 // len(unit)))
    assert time.process_time() - started < 5


def test_big_document_converts_in_seconds():
    words = "Pašvaldība iesaista iedzīvotājus lēmumu pieņemšanā un atbild uz katru priekšlikumu. "
    block = paragraph(
        words * 2, text("svarīgi", "strong"), " un ", text("šeit", link("https://example.org/"))
    )
    document = doc(*[block] * 3000)
    started = time.process_time()
    assert markdown_to_json(json_to_markdown(document)) == document
    assert time.process_time() - started < 30
