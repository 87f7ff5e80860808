"""Hypothesis strategies: documents that follow the schema, with an alphabet chosen to hurt."""

from hypothesis import strategies as st

from documents import schema

# Markdown's own signs, spaces of all kinds, Latvian, Ukrainian, emoji (two UTF-16 units, flags, a family
# joined by U+200D), a combining accent, right-to-left letters.
NASTY = (
    list("abcxyz019 ")
    + list("   *_`~[]()<>!|&#+-=.:;\\\"'/?@{}$%^,")
    + list("āčēģīķļņšūžĀŠ")
    + list("їієґщьюяЇЄ")
    + ["🇱🇻", "👩‍👩‍👧", "😀", "e\u0301", "א", "\u00a0", "\u200b", "\t", "«", "—", "\u2028"]
    + ["&amp;", "&#32;", "<br>", "<strong>", "</em>", "<!--", "~~~", "```", "---", "1.", "- ", "# "]
    + ["**", "__", "](", "![", "http://a.b", "</td>", "<table>", "|---|", "\n"]
)
texts = st.lists(st.sampled_from(NASTY), min_size=1, max_size=10).map("".join)
hrefs = st.sampled_from(
    [
        "https://example.org/",
        "http://example.org/a(b)c?x=1&copy;=2#y",
        "mailto:a@example.org",
        "tel:+37100000000",
        "https://example.org/ā ī/*_x_*",
        'https://example.org/<a>"\\',
        "https://example.org/)",
    ]
)
titles = st.one_of(st.just(""), texts.map(lambda text: text[:40]))
uuids = st.uuids().map(str)


@st.composite
def marks(draw):
    if draw(st.integers(0, 5)) == 0:
        return [{"type": "code"}]
    chosen = []
    if draw(st.integers(0, 3)) == 0:
        chosen.append({"type": "link", "attrs": {"href": draw(hrefs), "title": draw(titles)}})
    chosen += [
        {"type": name} for name in ("strong", "em", "strike") if draw(st.integers(0, 2)) == 0
    ]
    return chosen


@st.composite
def text_nodes(draw):
    node = {"type": "text", "text": draw(texts)}
    if chosen := draw(marks()):
        node["marks"] = chosen
    return node


images = st.builds(
    lambda image, alt, title: {
        "type": "image",
        "attrs": {"image": image, "alt": alt, "title": title},
    },
    uuids,
    st.one_of(st.just(""), texts),
    titles,
)
inlines = st.lists(
    st.one_of(text_nodes(), text_nodes(), text_nodes(), images, st.just({"type": "hard_break"})),
    max_size=5,
)
paragraphs = inlines.map(lambda content: {"type": "paragraph", "content": content})
headings = st.builds(
    lambda level, content: {"type": "heading", "attrs": {"level": level}, "content": content},
    st.integers(1, 6),
    inlines,
)
code_texts = st.lists(st.sampled_from([*NASTY, "\n", "\n", "\n\n", "    "]), max_size=12).map(
    "".join
)
code_blocks = st.builds(
    lambda text, params: {
        "type": "code_block",
        "attrs": {"params": params},
        "content": [{"type": "text", "text": text}] if text else [],
    },
    code_texts,
    st.one_of(st.sampled_from(["", "python", "a b", "`x`", "c\\*&amp;"]), titles),
)
rules = st.just({"type": "horizontal_rule"})


def _list_of(children):
    items = st.builds(
        lambda first, rest: {"type": "list_item", "content": [first, *rest]},
        # two who work at the same time can leave an item that begins with something else
        st.one_of(paragraphs, paragraphs, children),
        st.lists(children, max_size=2),
    )
    content = st.lists(items, min_size=1, max_size=3)
    return st.one_of(
        st.builds(
            lambda content, tight: {
                "type": "bullet_list",
                "attrs": {"tight": tight},
                "content": content,
            },
            content,
            st.booleans(),
        ),
        st.builds(
            lambda content, tight, order: {
                "type": "ordered_list",
                "attrs": {"tight": tight, "order": order},
                "content": content,
            },
            content,
            st.booleans(),
            st.sampled_from([0, 1, 1, 2, 7, 10, 999]),
        ),
    )


@st.composite
def _tables(draw, children):
    width, height = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    plain = draw(st.booleans())
    rows = []
    for row in range(height):
        cells = []
        for _column in range(width):
            header = row == 0 if plain else draw(st.booleans())
            content = draw(
                paragraphs.map(lambda p: [p])
                if plain
                else st.lists(children, min_size=1, max_size=2)
            )
            colspan = 1 if plain else draw(st.sampled_from([1, 1, 2]))
            rowspan = 1 if plain else draw(st.sampled_from([1, 1, 2, 5]))
            cells.append(
                {
                    "type": "table_header" if header else "table_cell",
                    "attrs": {"colspan": colspan, "rowspan": rowspan},
                    "content": content,
                }
            )
        rows.append({"type": "table_row", "content": cells})
    return {"type": "table", "content": rows}


def _blocks(children):
    quotes = st.lists(children, min_size=1, max_size=3).map(
        lambda content: {"type": "blockquote", "content": content}
    )
    return st.one_of(quotes, _list_of(children), _tables(children))


blocks = st.recursive(
    st.one_of(paragraphs, paragraphs, headings, code_blocks, rules), _blocks, max_leaves=8
)
documents = st.lists(blocks, min_size=1, max_size=5).map(
    lambda content: schema.normalise({"type": "doc", "content": content})
)
