"""Pandoc's inlines to canonical inline nodes. What the schema lacks becomes words and a note."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from documents import schema
from documents.convert.import_report import ReportBuilder
from documents.schema import Json

Inline = dict[str, Any]
Blocks = list[Any]
# Takes the file name of a picture, gives its new id, or None when it cannot be shown.
ImageId = Callable[[str], str | None]

_MARKS = {"Emph": "em", "Strong": "strong", "Strikeout": "strike"}
_LOST_FORMATTING = {"Underline", "SmallCaps"}
_SUPERSCRIPTS = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
_DEPTH_MAX = 200


@dataclass
class InlineReader:
    """Reads inlines; collects the footnotes it meets, which stand at the end of the document."""

    report: ReportBuilder
    image_id: ImageId
    notes: list[Blocks] = field(default_factory=list)

    def read(self, inlines: list[Inline]) -> list[Json]:
        """Return the inline nodes, not yet normalised."""
        nodes: list[Json] = []
        self._all(inlines, (), nodes, 0)
        for node in nodes:
            if node["type"] == "text":
                node["text"] = "".join(node["text"])
        return nodes

    def _all(
        self, inlines: list[Inline], marks: tuple[Json, ...], nodes: list[Json], depth: int
    ) -> None:
        if depth > _DEPTH_MAX:
            add_text(nodes, plain(inlines), marks)
            return
        for inline in inlines:
            kind, content = inline["t"], inline.get("c")
            if kind in _MARKS:
                self._all(content, (*marks, {"type": _MARKS[kind]}), nodes, depth + 1)
            elif kind in _LOST_FORMATTING:
                self.report.add("formatting", plain(content))
                self._all(content, marks, nodes, depth + 1)
            elif kind in _HANDLERS:
                _HANDLERS[kind](self, content, marks, nodes, depth + 1)
            elif kind in _LEAVES:
                add_text(nodes, _LEAVES[kind], marks)
            elif kind == "LineBreak":
                nodes.append({"type": "hard_break"})

    def read_string(self, content, marks, nodes, _depth) -> None:
        add_text(nodes, content, marks)

    def read_quoted(self, content, marks, nodes, depth) -> None:
        opening, closing = "‘’" if content[0]["t"] == "SingleQuote" else "“”"
        add_text(nodes, opening, marks)
        self._all(content[1], marks, nodes, depth)
        add_text(nodes, closing, marks)

    def read_content_of(self, content, marks, nodes, depth) -> None:
        self._all(content[1], marks, nodes, depth)

    def read_code(self, content, marks, nodes, _depth) -> None:
        add_text(nodes, content[1], (*marks, {"type": "code"}))

    def read_raw(self, content, marks, nodes, _depth) -> None:
        add_text(nodes, content[1], marks)

    def read_math(self, content, marks, nodes, _depth) -> None:
        self.report.add("equations", content[1])
        add_text(nodes, content[1], (*marks, {"type": "code"}))

    def _script(self, table: dict, content, marks, nodes, depth) -> None:
        words = plain(content)
        if words and all(ord(char) in table for char in words):
            add_text(nodes, words.translate(table), marks)
            return
        self.report.add("superscript", words)
        self._all(content, marks, nodes, depth)

    def read_superscript(self, content, marks, nodes, depth) -> None:
        self._script(_SUPERSCRIPTS, content, marks, nodes, depth)

    def read_subscript(self, content, marks, nodes, depth) -> None:
        self._script(_SUBSCRIPTS, content, marks, nodes, depth)

    def read_note(self, content, marks, nodes, _depth) -> None:
        self.notes.append(content)
        add_text(nodes, f"[{len(self.notes)}]", marks)

    def read_link(self, content, marks, nodes, depth) -> None:
        _attr, label, (href, title) = content
        if schema.is_allowed_href(href):
            attrs = {"href": href, "title": title[:300]}
            marks = (*(m for m in marks if m["type"] != "link"), {"type": "link", "attrs": attrs})
            self._all(label, marks, nodes, depth)
            return
        self._all(label, marks, nodes, depth)
        # a link inside the document leads nowhere here; any other address is kept in words
        self.report.add("links", plain(label))
        if href and not href.startswith("#"):
            add_text(nodes, f" ({href})", marks)

    def read_image(self, content, marks, nodes, _depth) -> None:
        _attr, label, (name, title) = content
        alt = plain(label)
        image_id = self.image_id(name)
        if image_id:
            attrs = {"image": image_id, "alt": alt[:1000], "title": title[:300]}
            nodes.append({"type": "image", "attrs": attrs})
        elif alt or title:
            add_text(nodes, f"[{alt or title}]", marks)

    def read_span(self, content, marks, nodes, depth) -> None:
        (_id, classes, _pairs), inner = content
        if "deletion" in classes:
            self.report.add("tracked_changes", plain(inner))
        elif "comment-start" in classes:
            self.report.add("comments", plain(inner))
        elif not {"comment-end", "paragraph-insertion", "paragraph-deletion"} & set(classes):
            if "insertion" in classes:
                self.report.add("tracked_changes", plain(inner))
            elif "mark" in classes:
                self.report.add("colours", plain(inner))
            self._all(inner, marks, nodes, depth)


_LEAVES = {"Space": " ", "SoftBreak": " "}
_HANDLERS: dict[str, Callable[..., None]] = {
    "Str": InlineReader.read_string,
    "Quoted": InlineReader.read_quoted,
    "Cite": InlineReader.read_content_of,
    "Code": InlineReader.read_code,
    "RawInline": InlineReader.read_raw,
    "Math": InlineReader.read_math,
    "Superscript": InlineReader.read_superscript,
    "Subscript": InlineReader.read_subscript,
    "Note": InlineReader.read_note,
    "Link": InlineReader.read_link,
    "Image": InlineReader.read_image,
    "Span": InlineReader.read_span,
}


def add_text(nodes: list[Json], words: str, marks: tuple[Json, ...]) -> None:
    """Append words. Pandoc gives each word apart: a text's pieces are collected, `read` joins them."""
    last = nodes[-1] if nodes else None
    if last and last["type"] == "text" and last["marks"] == marks:
        last["text"].append(words)
    else:
        nodes.append({"type": "text", "text": [words], "marks": marks})


def plain(content: Any) -> str:
    """Return the words of any piece of pandoc's tree (without notes' numbers and addresses)."""
    parts: list[str] = []
    stack = [content]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            parts.append(_plain_leaf(item, stack))
    return "".join(parts).strip()


def _plain_leaf(item: Inline, stack: list[Any]) -> str:
    kind, content = item.get("t"), item.get("c")
    if kind == "Str":
        return content
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind in ("Code", "CodeBlock", "RawInline", "RawBlock", "Math"):
        return content[1]
    if isinstance(content, list):
        stack.append(content)
    # blocks beside each other are separate words
    return " " if kind in ("Para", "Plain", "Header") else ""
