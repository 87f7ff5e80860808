"""Writing the inside of one paragraph as Markdown.

Markdown's emphasis rules depend on what stands beside the signs, so no writer can be right for every
text. Each paragraph is therefore written as a person would, read back, and written more plainly when
that does not give the same words and marks: first with tags for the marks, then with every sign escaped.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from documents import schema
from documents.convert.markdown_parser import parser
from documents.convert.markdown_reader import EMPTY_PARAGRAPH, IMAGE_SCHEME, read_inline
from documents.schema import Json

Place = Literal["paragraph", "heading", "cell"]


class _Style(IntEnum):
    PRETTY = 0
    TAGS = 1
    ESCAPED = 2


_RANK = {"link": 0, "strong": 1, "em": 2, "strike": 3, "code": 4}
_SIGNS = {"strong": "**", "em": "*", "strike": "~~"}
_TAGS = {"strong": "strong", "em": "em", "strike": "s", "code": "code"}
# Marks that cannot be seen on a space: they may be lost there for the sake of readable Markdown.
_INVISIBLE_ON_SPACE = frozenset({"strong", "em", "strike"})

# Text that reads back as itself wherever it stands: starts with a letter, no sign that means anything.
_HARMLESS = re.compile(r"""[^\W\d_][^\\`*_~\[\]<>|&!#\s]*(?: +[^\\`*_~\[\]<>|&!#\s]+)*""")
_ALWAYS = re.compile(r"[\\`*\[\]]")
_ENTITY = re.compile(r"&(?=#|[A-Za-z])")
_TAG_START = re.compile(r"<(?=[A-Za-z/!?])")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TILDE = re.compile(r"~(?=~)|(?<=~)~|^~")
_PICTURE = re.compile(r"!(?=\[)")
# Signs that a following node could complete.
_OPEN_ENDED = ("!", "<", "&", "~")
_LINE_START = re.compile(r"^(?:([#+\-=>:~])|(\d{1,9})(?=[.)]))")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9:/?=._~%+,;@#$'\-]+(?:&(?!#|\w+;)[A-Za-z0-9:/?=._~%+,;@#$'\-]*)*"
)


def write_inline(nodes: list[Json], place: Place = "paragraph") -> str:
    """Return the Markdown of one block's inline nodes, which must be in canonical form.

    Empty for no nodes. In a `cell` the signs of the table itself are escaped too.
    """
    if not nodes:
        return ""
    text = _written(nodes, place)
    return text.replace("|", "\\|") if place == "cell" else text


def _written(nodes: list[Json], place: Place) -> str:
    only = nodes[0]
    unmarked = len(nodes) == 1 and only["type"] == "text" and "marks" not in only
    if unmarked and _HARMLESS.fullmatch(only["text"]):
        return only["text"]
    for style in (_Style.PRETTY, _Style.TAGS):
        text = _Writer(nodes, style, place).write()
        if _reads_back(text, nodes, place):
            return text
    return _Writer(nodes, _Style.ESCAPED, place).write()


# --- reading back -----------------------------------------------------------------------------


def _reads_back(text: str, nodes: list[Json], place: Place) -> bool:
    tokens = parser().parse(("# " if place == "heading" else "") + text)
    if [token.type for token in tokens[1:]] != ["inline", tokens[-1].type] or len(tokens) != 3:
        return False
    if tokens[0].type != ("heading_open" if place == "heading" else "paragraph_open"):
        return False
    children = tokens[1].children or []
    paragraph = {"type": "paragraph", "content": read_inline(children)}
    back = schema.normalise({"type": "doc", "content": [paragraph]})["content"][0]
    got = back.get("content", [])
    return got == nodes or _visible(got) == _visible(nodes)


def _visible(nodes: list[Json]) -> list[Json]:
    """Return the nodes without marks that cannot be seen because they are on spaces."""
    pieces: list[Json] = []
    for node in nodes:
        if node["type"] != "text" or "marks" not in node:
            pieces.append(node)
            continue
        kept = [mark for mark in node["marks"] if mark["type"] not in _INVISIBLE_ON_SPACE]
        for piece in re.findall(r"\s+|\S+", node["text"]):
            marks = kept if piece.isspace() else node["marks"]
            pieces.append({"type": "text", "text": piece, "marks": marks})
    paragraph = {"type": "paragraph", "content": pieces}
    return schema.normalise({"type": "doc", "content": [paragraph]})["content"][0]["content"]


# --- writing ----------------------------------------------------------------------------------


@dataclass
class _Open:
    mark: Json
    closing: str


class _Writer:
    """Writes one paragraph in one style."""

    def __init__(self, nodes: list[Json], style: _Style, place: Place):
        self.nodes = nodes
        self.style = style
        self.place = place
        self.out: list[str] = []
        self.open: list[_Open] = []
        self.at_line_start = True
        self.reach = _reach(nodes)

    def write(self) -> str:
        for index, node in enumerate(self.nodes):
            self._close_to(self._kept(node))
            if node["type"] == "text":
                self._text(index, node)
            elif node["type"] == "image":
                self.out.append(_image(node["attrs"]))
                self.at_line_start = False
            elif node["type"] == "hard_break":
                self._hard_break(index)
        self._close_to(0)
        return "".join(self.out)

    def _kept(self, node: Json) -> int:
        """Count how many of the open marks go on in this node."""
        marks = node.get("marks", [])
        for index, item in enumerate(self.open):
            if item.mark not in marks:
                return index
        return len(self.open)

    def _close_to(self, count: int) -> None:
        while len(self.open) > count:
            item = self.open.pop()
            spaces = ""
            if self.style == _Style.PRETTY and item.mark["type"] in _SIGNS:
                # signs must not follow a space
                spaces = self._take_trailing_spaces()
            self.out.append(item.closing + spaces)

    def _take_trailing_spaces(self) -> str:
        last = self.out[-1]
        stripped = last.rstrip(" ")
        self.out[-1] = stripped
        return last[len(stripped) :]

    def _text(self, index: int, node: Json) -> None:
        text = node["text"]
        present = [item.mark for item in self.open]
        opening = [mark for mark in node.get("marks", []) if mark not in present]
        is_code = any(mark["type"] == "code" for mark in opening)
        if is_code and self.style != _Style.ESCAPED:
            self.out.append(_code_span(text))
            self.at_line_start = False
            return
        lead = ""
        if self.style == _Style.PRETTY and opening and not self._edge_before(index):
            lead = text[: len(text) - len(text.lstrip(" "))]
        self.out.append(lead)
        # what goes on longest is opened first
        opening.sort(key=lambda mark: (-self.reach[index][mark["type"]], _RANK[mark["type"]]))
        for mark in opening:
            self._open_mark(mark)
        self.out.append(self._escaped(index, text[len(lead) :]))
        self.at_line_start = False

    def _open_mark(self, mark: Json) -> None:
        name = mark["type"]
        if name == "link":
            self.out.append("[")
            self.open.append(_Open(mark, _link_end(mark["attrs"])))
        elif self.style == _Style.PRETTY:
            self.out.append(_SIGNS[name])
            self.open.append(_Open(mark, _SIGNS[name]))
        else:
            self.out.append(f"<{_TAGS[name]}>")
            self.open.append(_Open(mark, f"</{_TAGS[name]}>"))

    def _edge_before(self, index: int) -> bool:
        return index == 0 or self.nodes[index - 1]["type"] == "hard_break"

    def _edge_after(self, index: int) -> bool:
        return index + 1 == len(self.nodes) or self.nodes[index + 1]["type"] == "hard_break"

    def _escaped(self, index: int, text: str) -> str:
        start = end = ""
        if self._edge_before(index):
            core = text.lstrip()
            start, text = _entities(text[: len(text) - len(core)]), core
        if self._edge_after(index):
            core = text.rstrip()
            text, end = core, _entities(text[len(core) :])
        if self.style == _Style.ESCAPED:
            body = _PUNCTUATION.sub(lambda m: "\\" + m[0], text)
        else:
            body = _lightly_escaped(text, at_line_start=self.at_line_start)
            if text.endswith(_OPEN_ENDED) and not end and not self._edge_after(index):
                body = body.removesuffix("\\" + text[-1]).removesuffix(text[-1]) + "\\" + text[-1]
        return start + re.sub(r"[\n\r]", lambda m: f"&#{ord(m[0])};", body) + end

    def _hard_break(self, index: int) -> None:
        alone = self._edge_before(index) or self._edge_after(index)
        if self.place == "paragraph" and not alone and self.style != _Style.ESCAPED:
            self.out.append("\\\n")
            self.at_line_start = True
        else:
            self.out.append("<br>")


def _reach(nodes: list[Json]) -> list[dict[str, int]]:
    """For each node and each of its marks: the index of the last node that the mark reaches."""
    result: list[dict[str, int]] = [{} for _ in nodes]
    for index in range(len(nodes) - 1, -1, -1):
        following = nodes[index + 1].get("marks", []) if index + 1 < len(nodes) else []
        for mark in nodes[index].get("marks", []):
            goes_on = mark in following
            result[index][mark["type"]] = result[index + 1][mark["type"]] if goes_on else index
    return result


def _entities(text: str) -> str:
    return "".join(f"&#{ord(char)};" for char in text)


def _lightly_escaped(text: str, *, at_line_start: bool) -> str:
    start = ""
    if at_line_start and (match := _LINE_START.match(text)):
        # "1." becomes "1\.", "-" becomes "\-"
        start = match[2] + "\\" if match[2] else "\\" + match[1]
        if match[2]:
            start += text[match.end()]
            text = text[match.end() + 1 :]
        else:
            text = text[match.end() :]
    for pattern in (_ALWAYS, _UNDERSCORE, _TILDE, _PICTURE, _TAG_START, _ENTITY):
        text = pattern.sub(lambda m: "\\" + m[0], text)
    return start + text


def _code_span(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1 if longest else 1)
    tight = text[0] != "`" and text[-1] != "`" and not (text[0] == text[-1] == " ")
    pad = "" if tight or text.isspace() else " "
    return f"{fence}{pad}{text}{pad}{fence}"


def _fully_escaped(text: str) -> str:
    escaped = _PUNCTUATION.sub(lambda m: "\\" + m[0], text)
    return re.sub(r"[\n\r\t]", lambda m: f"&#{ord(m[0])};", escaped)


def _title(text: str) -> str:
    if not text:
        return ""
    escaped = re.sub(r'[\\"&<]', lambda m: "\\" + m[0], text)
    core = escaped.strip()
    if core != escaped or re.search(r"[\n\r]", core):
        escaped = re.sub(r"\s", lambda m: f"&#{ord(m[0])};", escaped)
    return f' "{escaped}"'


def _link_end(attrs: Json) -> str:
    href = attrs["href"]
    if not _PLAIN_ADDRESS.fullmatch(href):
        inside = re.sub(r"[\\<>&]", lambda m: "\\" + m[0], href)
        href = "<" + re.sub(r"[\n\r]", lambda m: f"&#{ord(m[0])};", inside) + ">"
    return f"]({href}{_title(attrs['title'])})"


def _image(attrs: Json) -> str:
    alt = attrs["alt"]
    if not _HARMLESS.fullmatch(alt):
        core = alt.strip()
        lead, tail = alt[: len(alt) - len(alt.lstrip())], alt[len(alt.rstrip()) :]
        alt = _entities(lead) + _fully_escaped(core) + _entities(tail) if core else _entities(alt)
    return f"![{alt}]({IMAGE_SCHEME}{attrs['image']}{_title(attrs['title'])})"


__all__ = ["EMPTY_PARAGRAPH", "Place", "write_inline"]
