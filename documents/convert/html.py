"""Canonical JSON to clean semantic HTML, for reading without JavaScript and for printing.

Nothing from the document reaches the result unescaped, only the tags and attributes written here do, so
the result is safe by construction; `TAGS` and `ATTRIBUTES` say what it can contain (a test runs every
result through nh3 with them and expects no change).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import NamedTuple

from documents import schema
from documents.schema import ATOM, BLOCK_ID, Json
from documents.utf16 import utf16_length

LINK_REL = "nofollow noopener ugc"
_BLOCK_TAGS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "table")
_OTHER_TAGS = ("blockquote", "ul", "li", "thead", "tbody", "tr", "br", "strong", "em", "s")
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    **{tag: frozenset({"id", "data-block"}) for tag in _BLOCK_TAGS},
    "div": frozenset({"class", "tabindex"}),
    "code": frozenset({"class"}),
    "ol": frozenset({"start"}),
    "th": frozenset({"scope", "colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
    "img": frozenset({"src", "alt", "title", "loading"}),
    "a": frozenset({"href", "title", "rel"}),
    "mark": frozenset({"class", "data-thread"}),
}
TAGS = frozenset({*_OTHER_TAGS, *ATTRIBUTES})

_MARK_TAGS = {"strong": "strong", "em": "em", "strike": "s", "code": "code"}
_LANGUAGE = re.compile(r"[A-Za-z0-9+#.\-]+")


class Highlight(NamedTuple):
    """A range of one block to mark, in UTF-16 units; `thread_number` becomes `data-thread`."""

    block_id: str
    start: int
    end: int
    css_class: str
    thread_number: int


def json_to_html(
    doc_json: Json,
    *,
    image_url: Callable[[str], str],
    highlights: Iterable[Highlight | tuple[str, int, int, str, int]] = (),
) -> str:
    """Return the document as HTML without a surrounding element.

    Each identified block has `id="b-<block id>"` and `data-block="<block id>"`. `image_url` turns a
    picture's id into its address. Highlights may overlap each other and any formatting; a range
    beyond the block's end is cut. Raises Invalid("too_deep").
    """
    by_block: dict[str, list[Highlight]] = {}
    for highlight in highlights:
        made = Highlight(*highlight)
        by_block.setdefault(made.block_id, []).append(made)
    writer = _Writer(image_url, by_block)
    return writer.blocks(schema.normalise(doc_json).get("content", []))


def _attribute(name: str, value: str | int) -> str:
    return f' {name}="{escape(str(value))}"'


def _identity(node: Json) -> str:
    block_id = node["attrs"].get(BLOCK_ID)
    if not block_id:
        return ""
    return _attribute("id", f"b-{block_id}") + _attribute("data-block", block_id)


@dataclass(frozen=True)
class _Piece:
    """Part of a block between two borders: escaped HTML, and the elements around it, outermost first."""

    html: str
    wraps: tuple[tuple[str, str], ...] = ()


@dataclass
class _Writer:
    image_url: Callable[[str], str]
    highlights: dict[str, list[Highlight]] = field(default_factory=dict)

    def blocks(self, nodes: list[Json]) -> str:
        return "\n".join(self._block(node) for node in nodes)

    def _block(self, node: Json) -> str:
        writer = _BLOCKS.get(node["type"])
        if writer:
            return writer(self, node)
        # a node that this version does not know: what is in it
        return self.blocks([c for c in node.get("content", []) if c["type"] != "text"])

    def paragraph(self, node: Json) -> str:
        # an empty line is empty in the editor too, not gone
        return f"<p{_identity(node)}>{self._inline(node) or '<br>'}</p>"

    def heading(self, node: Json) -> str:
        tag = f"h{min(6, max(1, node['attrs']['level']))}"
        return f"<{tag}{_identity(node)}>{self._inline(node)}</{tag}>"

    def blockquote(self, node: Json) -> str:
        return f"<blockquote>\n{self.blocks(node.get('content', []))}\n</blockquote>"

    def code_block(self, node: Json) -> str:
        language = _LANGUAGE.match(node["attrs"]["params"] or "")
        css_class = _attribute("class", f"language-{language[0]}") if language else ""
        # a line break right after <pre> would be swallowed by the browser
        text = self._inline(node)
        first = "\n" if text.startswith("\n") else ""
        return f"<pre{_identity(node)}><code{css_class}>{first}{text}</code></pre>"

    def rule(self, node: Json) -> str:
        return f"<hr{_identity(node)}>"

    def list_block(self, node: Json) -> str:
        tag, start = "ul", ""
        if node["type"] == "ordered_list":
            tag = "ol"
            order = node["attrs"]["order"]
            start = _attribute("start", order) if order != 1 else ""
        items = "\n".join(
            f"<li>{self.blocks(item.get('content', []))}</li>" for item in node.get("content", [])
        )
        return f"<{tag}{start}>\n{items}\n</{tag}>"

    # --- tables ---

    def table(self, node: Json) -> str:
        rows = [row.get("content", []) for row in node.get("content", [])]
        head = 0
        while head < len(rows) and _is_header_row(rows[head]):
            head += 1
        if head == len(rows):
            # a table of headers only: its first row is the head
            head = min(1, head)
        parts = []
        if head:
            parts.append(f"<thead>\n{self._rows(rows[:head], 'col')}\n</thead>")
        if rows[head:]:
            parts.append(f"<tbody>\n{self._rows(rows[head:], 'row')}\n</tbody>")
        # Wide tables scroll by themselves, with the keyboard too; the editor makes the same frame.
        inner = f"<table{_identity(node)}>\n" + "\n".join(parts) + "\n</table>"
        return f'<div class="table-scroll" tabindex="0">{inner}</div>'

    def _rows(self, rows: list[list[Json]], scope: str) -> str:
        return "\n".join(
            "<tr>" + "".join(self._cell(cell, scope) for cell in row) + "</tr>" for row in rows
        )

    def _cell(self, cell: Json, scope: str) -> str:
        attrs = cell["attrs"]
        tag = "th" if cell["type"] == "table_header" else "td"
        span = "colspan" if scope == "col" else "rowspan"
        described = ""
        if tag == "th":
            described = _attribute("scope", scope + ("group" if attrs[span] > 1 else ""))
        spans = "".join(
            _attribute(name, attrs[name]) for name in ("colspan", "rowspan") if attrs[name] > 1
        )
        return f"<{tag}{described}{spans}>{self.blocks(cell.get('content', []))}</{tag}>"

    # --- inline ---

    def _inline(self, node: Json) -> str:
        found = self.highlights.get(node["attrs"].get(BLOCK_ID) or "", [])
        nodes = node.get("content", [])
        if not found:
            return _nested([_Piece(self._leaf(child), _wraps(child, [])) for child in nodes])
        return _nested(self._cut(nodes, found))

    def _leaf(self, node: Json) -> str:
        if node["type"] == "text":
            return escape(node["text"])
        if node["type"] == "hard_break":
            return "<br>"
        if node["type"] != "image":
            return ""
        attrs = node["attrs"]
        title = _attribute("title", attrs["title"]) if attrs["title"] else ""
        source = _attribute("src", self.image_url(attrs["image"]))
        return f'<img{source}{_attribute("alt", attrs["alt"])}{title} loading="lazy">'

    def _cut(self, nodes: list[Json], highlights: list[Highlight]) -> list[_Piece]:
        """Cut the inline nodes at the borders of the highlights."""
        ordered = sorted(highlights, key=lambda h: (h.start, -h.end, h.thread_number))
        borders = {border for h in ordered for border in (h.start, h.end)}
        pieces = []
        position = 0
        for node in nodes:
            text = node["text"] if node["type"] == "text" else ATOM
            length = utf16_length(text)
            inner = sorted(b for b in borders if position < b < position + length)
            for start, end in pairwise([position, *inner, position + length]):
                part = node
                if node["type"] == "text":
                    part = {**node, "text": _units(text, start - position, end - position)}
                active = [h for h in ordered if h.start <= start and end <= h.end]
                pieces.append(_Piece(self._leaf(part), _wraps(part, active)))
            position += length
        return pieces


def _units(text: str, start: int, end: int) -> str:
    """Cut by UTF-16 units; a border inside a pair gives the whole character to the left part."""
    raw = text.encode("utf-16-le")
    if start and _is_low_surrogate(raw, start):
        start += 1
    if _is_low_surrogate(raw, end):
        end += 1
    return raw[2 * start : 2 * end].decode("utf-16-le")


def _is_low_surrogate(raw: bytes, unit: int) -> bool:
    high_byte = raw[2 * unit + 1 : 2 * unit + 2]
    return bool(high_byte) and 0xDC <= high_byte[0] <= 0xDF


def _wraps(node: Json, active: list[Highlight]) -> tuple[tuple[str, str], ...]:
    """Return (opening, closing) of all elements around a piece. Links stay whole: they are outermost."""
    links, others = [], []
    for mark in node.get("marks", []):
        if mark["type"] == "link":
            links.append((_link(mark["attrs"]), "</a>"))
        elif tag := _MARK_TAGS.get(mark["type"]):
            others.append((f"<{tag}>", f"</{tag}>"))
    marked = [
        (
            f"<mark{_attribute('class', h.css_class)}{_attribute('data-thread', h.thread_number)}>",
            "</mark>",
        )
        for h in active
    ]
    return (*links, *marked, *others)


def _link(attrs: Json) -> str:
    if not schema.is_allowed_href(attrs["href"]):
        return "<a>"
    title = _attribute("title", attrs["title"]) if attrs["title"] else ""
    return f"<a{_attribute('href', attrs['href'])}{title}{_attribute('rel', LINK_REL)}>"


def _nested(pieces: list[_Piece]) -> str:
    """Join the pieces; elements that neighbours share are written once around both."""
    out: list[str] = []
    opened: list[tuple[str, str]] = []
    for piece in [*pieces, _Piece("")]:
        shared = 0
        while shared < min(len(opened), len(piece.wraps)) and opened[shared] == piece.wraps[shared]:
            shared += 1
        while len(opened) > shared:
            out.append(opened.pop()[1])
        for wrap in piece.wraps[shared:]:
            out.append(wrap[0])
            opened.append(wrap)
        out.append(piece.html)
    return "".join(out)


def _is_header_row(row: list[Json]) -> bool:
    return bool(row) and all(cell["type"] == "table_header" for cell in row)


_BLOCKS: dict[str, Callable[[_Writer, Json], str]] = {
    "paragraph": _Writer.paragraph,
    "heading": _Writer.heading,
    "blockquote": _Writer.blockquote,
    "code_block": _Writer.code_block,
    "horizontal_rule": _Writer.rule,
    "bullet_list": _Writer.list_block,
    "ordered_list": _Writer.list_block,
    "table": _Writer.table,
}
