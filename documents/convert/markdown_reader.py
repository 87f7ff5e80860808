"""Markdown to canonical JSON. Every word of the source is in the result; what the schema cannot hold
(foreign pictures, forbidden addresses, unknown HTML) stays as plain text.
"""

import re
from uuid import UUID

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from documents import schema
from documents.convert.markdown_parser import parse
from documents.schema import Json

IMAGE_SCHEME = "koprade-image:"
# A line with this alone is an empty paragraph, which Markdown does not know.
EMPTY_PARAGRAPH = "<br/>"

_BLOCKS = {
    "paragraph": "paragraph",
    "blockquote": "blockquote",
    "bullet_list": "bullet_list",
    "ordered_list": "ordered_list",
    "list_item": "list_item",
    "heading": "heading",
    "table": "table",
    "tr": "table_row",
    "th": "table_header",
    "td": "table_cell",
    "cell": "table_cell",
}
_NEVER_EMPTY = ("list_item", "blockquote", "table_cell", "table_header")
_MARKS = {"strong": "strong", "em": "em", "s": "strike"}
_HTML_MARKS = {
    "strong": "strong",
    "b": "strong",
    "em": "em",
    "i": "em",
    "s": "strike",
    "del": "strike",
    "strike": "strike",
    "code": "code",
}
_HTML_TAG = re.compile(r"<(/?)([a-z]+)>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
# Longest info string of a code block, as in schema.json.
_PARAMS_MAX_CHARS = 60


def read_document(source: str) -> Json:
    """Return the canonical JSON, without block ids. Raises TooLarge, Invalid("too_deep")."""
    root: Json = {"type": "doc", "content": []}
    stack = [root]
    for token in parse(source):
        kind = token.type.rpartition("_")[0] or token.type
        if token.nesting == 1:
            _open(token, kind, stack)
        elif token.nesting == -1:
            _close(kind, stack)
        elif token.type == "inline":
            stack[-1]["content"].extend(read_inline(token.children or []))
        elif token.type in ("fence", "code_block"):
            stack[-1]["content"].append(_code_block(token))
        elif token.type == "hr":
            stack[-1]["content"].append({"type": "horizontal_rule"})
    return schema.normalise(root)


# --- blocks -----------------------------------------------------------------------------------


def _open(token: Token, kind: str, stack: list[Json]) -> None:
    if kind not in _BLOCKS:
        return
    parent = stack[-1]
    node: Json = {"type": _BLOCKS[kind], "content": []}
    if kind == "heading":
        node["attrs"] = {"level": int(token.tag[1])}
    elif kind == "bullet_list":
        node["attrs"] = {"tight": True}
    elif kind == "ordered_list":
        start = token.attrGet("start")
        order = 1 if start is None else min(int(start), 1_000_000)
        node["attrs"] = {"tight": True, "order": order}
    elif kind == "cell":
        node["type"] = "table_header" if token.tag == "th" else "table_cell"
        node["attrs"] = _spans(token)
    elif kind == "paragraph" and not token.hidden and parent["type"] == "list_item":
        stack[-2]["attrs"]["tight"] = False
    parent["content"].append(node)
    stack.append(node)
    if kind in ("th", "td"):
        paragraph: Json = {"type": "paragraph", "content": []}
        node["content"].append(paragraph)
        stack.append(paragraph)


def _spans(token: Token) -> Json:
    return {
        "colspan": min(100, int(token.attrGet("colspan") or 1)),
        "rowspan": min(1000, int(token.attrGet("rowspan") or 1)),
    }


def _close(kind: str, stack: list[Json]) -> None:
    if kind not in _BLOCKS:
        return
    if kind in ("th", "td"):
        stack.pop()
    node = stack.pop()
    content = node["content"]
    if node["type"] in _NEVER_EMPTY and not content:
        content.append({"type": "paragraph"})
    elif node["type"] == "table" and not content:
        content.append({"type": "table_row"})


def _code_block(token: Token) -> Json:
    text = token.content.removesuffix("\n")
    node: Json = {
        "type": "code_block",
        "attrs": {"params": unescapeAll(token.info.strip(" \t"))[:_PARAMS_MAX_CHARS]},
    }
    if text:
        node["content"] = [{"type": "text", "text": text}]
    return node


# --- inline -----------------------------------------------------------------------------------


def read_inline(tokens: list[Token]) -> list[Json]:
    """Return the inline nodes of one paragraph's tokens, not yet normalised."""
    if len(tokens) == 1 and tokens[0].content == EMPTY_PARAGRAPH:
        return []
    return _InlineReader(tokens).read()


class _InlineReader:
    """One pass over the tokens of a paragraph, with the marks that are open."""

    def __init__(self, tokens: list[Token]):
        self.tokens = tokens
        self.nodes: list[Json] = []
        self.marks: list[Json] = []
        # per open link: where its content starts in `nodes`, its address
        self.links: list[tuple[int, str]] = []
        self.html_pairs = _html_pairs(tokens)

    def read(self) -> list[Json]:
        for index, token in enumerate(self.tokens):
            if token.nesting == 1:
                self._open(token)
            elif token.nesting == -1:
                self._close(token)
            else:
                self._leaf(index, token)
        return self.nodes

    def _text(self, text: str, *extra: Json) -> None:
        if text:
            self.nodes.append({"type": "text", "text": text, "marks": [*self.marks, *extra]})

    def _open(self, token: Token) -> None:
        if token.type == "link_open":
            self._open_link(str(token.attrGet("href") or ""), str(token.attrGet("title") or ""))
        else:
            self.marks.append({"type": _MARKS[token.type.removesuffix("_open")]})

    def _close(self, token: Token) -> None:
        if token.type == "link_close":
            self._close_link()
        else:
            self._drop_mark(_MARKS[token.type.removesuffix("_close")])

    def _drop_mark(self, name: str) -> None:
        for index in range(len(self.marks) - 1, -1, -1):
            if self.marks[index]["type"] == name:
                del self.marks[index]
                return

    def _open_link(self, href: str, title: str) -> None:
        self.links.append((len(self.nodes), href))
        if schema.is_allowed_href(href):
            self.marks.append({"type": "link", "attrs": {"href": href, "title": title[:300]}})

    def _close_link(self) -> None:
        start, href = self.links.pop()
        has_words = any(node["type"] == "text" for node in self.nodes[start:])
        if schema.is_allowed_href(href):
            if not has_words:
                # nothing to tap on: the address itself
                self._text(href)
            self._drop_mark("link")
        elif href and not href.startswith("#"):
            self._text(f" ({href})" if has_words else href)

    def _leaf(self, index: int, token: Token) -> None:
        if token.type == "code_inline":
            self._text(token.content, {"type": "code"})
        elif token.type == "hardbreak":
            self.nodes.append({"type": "hard_break"})
        elif token.type == "softbreak":
            self._text(" ")
        elif token.type == "image":
            self._image(token)
        elif token.type == "html_inline":
            self._html(index, token.content)
        else:
            self._text(token.content)

    def _image(self, token: Token) -> None:
        source = str(token.attrGet("src") or "")
        alt = _label_text(token.children or [])
        title = str(token.attrGet("title") or "")
        image_id = _image_id(source)
        if image_id:
            attrs = {"image": image_id, "alt": alt[:1000], "title": title[:300]}
            self.nodes.append({"type": "image", "attrs": attrs})
            return
        # a picture elsewhere is not loaded: a link says where it is
        if any(mark["type"] == "link" for mark in self.marks):
            self._text(alt or source)
            return
        self._open_link(source, title)
        self._text(alt)
        self._close_link()

    def _html(self, index: int, content: str) -> None:
        if _LINE_BREAK.fullmatch(content):
            self.nodes.append({"type": "hard_break"})
        elif index in self.html_pairs:
            closing, tag = _HTML_TAG.fullmatch(content).groups()
            name = _HTML_MARKS[tag.lower()]
            if closing:
                self._drop_mark(name)
            else:
                self.marks.append({"type": name})
        else:
            self._text(content)


def _html_pairs(tokens: list[Token]) -> set[int]:
    """Return the indexes of known tags that have a partner; others stay text."""
    pairs: set[int] = set()
    open_tags: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        match = _HTML_TAG.fullmatch(token.content) if token.type == "html_inline" else None
        tag = match[2].lower() if match else ""
        if tag not in _HTML_MARKS:
            continue
        if not match[1]:
            open_tags.setdefault(tag, []).append(index)
        elif open_tags.get(tag):
            pairs |= {open_tags[tag].pop(), index}
    return pairs


def _image_id(source: str) -> str | None:
    if not source.startswith(IMAGE_SCHEME):
        return None
    try:
        return str(UUID(source.removeprefix(IMAGE_SCHEME)))
    except ValueError:
        return None


def _label_text(tokens: list[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image":
            parts.append(_label_text(token.children or []))
        else:
            parts.append(token.content)
    return "".join(parts)
