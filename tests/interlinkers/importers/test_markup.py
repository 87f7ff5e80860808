"""Other people's HTML as Markdown."""

import pytest

from cocreation.kernel.markdown import render_markdown
from interlinkers.importers.markup import first_words, html_to_markdown, markdown_without_html


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("Before<ul><li>a</li><li>b</ul>after", "Before\n\n-   a\n-   b\n\nafter"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1.  a\n    -   b\n2.  c"),
        ("<b> bold </b>word", "**bold** word"),
        ("<b></b><i> </i>word", "word"),
        ("a<br><br/>b<br>", "a\\\nb"),
        ('<a href="https://a.example/x_y">x_y</a>', "[x_y](<https://a.example/x_y>)"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ("<p>1. not a list</p>", "1\\. not a list"),
        ("<p># no heading, *no stars*</p>", "\\# no heading, \\*no stars\\*"),
        ("<h2>Title <b>x</b></h2>", "## Title **x**"),
        ("<blockquote>said</blockquote>", "> said"),
        ("<p>a<script>alert(1)</script>b</p>", "ab"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a — b"),
        ("R&amp;D &lt; 5", "R&D \\< 5"),
        ("plain\nlines\n\nparagraph", "plain  \nlines\n\nparagraph"),
        ("3 < 5 and 6 > 5", "3 < 5 and 6 > 5"),
    ],
)
def test_html_becomes_markdown(source, markdown):
    assert html_to_markdown(source) == markdown


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("1. <b>Do</b>\nnow", "1. **Do**\nnow"),
        ("`<b>` stays", "`<b>` stays"),
        ("```\n<p>\n```", "```\n<p>\n```"),
        ("a<br>b", "a\n\nb"),
        ("<https://a.example>", "<https://a.example>"),
        ("<script>x</script>a<!-- b -->", "a"),
        ('<a href="https://a.example">b</a>', "[b](<https://a.example>)"),
        ("<ul><li>a</li></ul>", "- a"),
    ],
)
def test_html_in_markdown_becomes_markdown(source, markdown):
    assert markdown_without_html(source) == markdown


def test_list_in_html_is_shown_as_a_list():
    shown = render_markdown(html_to_markdown("<p>With:</p><ul><li>one</li><li>two</li></ul>"))
    assert shown == "<p>With:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"


def test_hostile_nesting_is_quick_and_shallow():
    markdown = html_to_markdown("<ul><li>" * 5000 + "x")
    assert markdown.endswith("x")
    assert len(markdown) < 100


def test_summary_ends_with_a_sentence_or_a_word():
    assert first_words("One sentence. Another sentence.", 20) == "One sentence."
    assert first_words("A very long sentence without an end", 20) == "A very long…"
    assert first_words("short") == "short"
