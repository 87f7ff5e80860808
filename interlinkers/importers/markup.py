"""Other people's HTML and half-HTML as Markdown, so that the catalogue holds one kind of text.

`html_to_markdown` for descriptions (HTML or plain text), `markdown_without_html` for instructions (Markdown with
tags between). Everything is rendered later by `kernel.markdown`, which sanitises again: this is about reading well.
"""

import html
import re
from html.parser import HTMLParser

import nh3

# Cleaned first, so that the converter sees balanced, known tags only; scripts and styles go with their content.
TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][\w-]*(\s[^<>]*)?/?>|<!--|&(#\d+|#x[\da-f]+|[a-z]{2,8});")
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "del": "~~", "s": "~~", "code": "`"}
HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
# While a line is written these stand for the beginning and end of a mark, and for a line break.
OPEN, CLOSE, BREAK = "\x01", "\x02", "\x03"
MARK = r"\*\*|\*|~~|`"
# Deeper lists than anybody reads; also keeps hostile nesting cheap.
LIST_MAX_DEPTH = 8


def html_to_markdown(source: str) -> str:
    """Return HTML or plain text as Markdown. Words are kept, unknown tags and all attributes but links are not."""
    if not LOOKS_LIKE_HTML.search(source):
        return plain_to_markdown(source)
    writer = _Writer()
    writer.feed(nh3.clean(source, tags=TAGS, attributes={"a": {"href"}}, link_rel=None))
    writer.close()
    return writer.markdown()


def plain_to_markdown(source: str) -> str:
    """Return plain text as Markdown that shows the same lines: a single line end becomes a hard break."""
    paragraphs = re.split(r"\n\s*\n", source.strip())
    return "\n\n".join(
        "  \n".join(line.strip() for line in paragraph.split("\n") if line.strip())
        for paragraph in paragraphs
        if paragraph.strip()
    )


class _Writer(HTMLParser):
    """Writes Markdown for balanced, cleaned HTML: blocks are collected as paragraphs with a line prefix."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[bool, str]] = []  # (is a list item, text)
        self.line = ""
        self.lists: list[int | None] = []
        self.first_of_item = ""
        self.heading = ""
        self.quotes = 0
        self.links: list[str] = []
        self.row: list[str] | None = None
        self.preformatted = False

    # --- blocks
    def _flush(self) -> None:
        text = self.line if self.preformatted else _tidy(self.line)
        self.line = ""
        if not text.strip():
            return
        depth = min(len(self.lists), LIST_MAX_DEPTH)
        indent = "    " * max(0, depth - 1)
        if self.preformatted:
            lines = [f"    {line}" for line in text.strip("\n").split("\n")]
            marker = ""
        else:
            lines = _escape_start(text).split(BREAK)
            marker = self.first_of_item or ("    " if depth else "")
        prefix = "> " * self.quotes + indent
        rest = " " * len(marker)
        marked = [prefix + (marker if i == 0 else rest) + line for i, line in enumerate(lines)]
        end = "\n" if self.preformatted else "\\\n"
        if self.heading:
            marked = [f"{prefix}{self.heading} {' '.join(lines)}"]
        self.blocks.append((bool(self.first_of_item), end.join(marked)))
        self.first_of_item = ""

    def handle_starttag(self, tag, attrs):
        if tag in MARKS:
            self.line += OPEN + MARKS[tag]
        elif tag == "br":
            self.line += BREAK
        elif tag == "a":
            address = dict(attrs).get("href") or ""
            safe = re.match(r"^(https?://|mailto:)[^\s<>]+$", address)
            self.links.append(f"](<{address}>)" if safe else "")
            self.line += "[" if safe else ""
        elif tag in ("td", "th"):
            self.line = ""
        else:
            self._start_block(tag)

    def _start_block(self, tag: str) -> None:
        self._flush()
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            number = self.lists[-1] if self.lists else None
            if number is not None:
                self.lists[-1] = number + 1
            self.first_of_item = "-   " if number is None else f"{number + 1}.".ljust(4)
        elif tag in HEADINGS:
            self.heading = HEADINGS[tag]
        elif tag == "blockquote":
            self.quotes = min(self.quotes + 1, LIST_MAX_DEPTH)
        elif tag == "tr":
            self.row = []
        elif tag == "pre":
            self.preformatted = True
        elif tag == "hr":
            self.blocks.append((False, "---"))

    def handle_endtag(self, tag):
        if tag in MARKS:
            self.line += MARKS[tag] + CLOSE
        elif tag == "a":
            self.line += self.links.pop() if self.links else ""
        elif tag in ("td", "th"):
            if self.row is not None:
                self.row.append(_tidy(self.line).replace(BREAK, " "))
                self.line = ""
        else:
            self._end_block(tag)

    def _end_block(self, tag: str) -> None:
        self._flush()
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag in HEADINGS:
            self.heading = ""
        elif tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag == "pre":
            self.preformatted = False
        elif tag == "tr" and self.row:
            # Rows stay readable as lines; a table of somebody's layout seldom is one of data.
            cells = " — ".join(cell for cell in self.row if cell)
            self.blocks.append((False, "> " * self.quotes + cells))
            self.row = None

    def handle_data(self, data):
        self.line += data if self.preformatted else _escape(data)

    def markdown(self) -> str:
        """Return everything written so far."""
        self._flush()
        text, was_item = "", False
        for is_item, block in self.blocks:
            text += ("\n" if is_item and was_item else "\n\n") + block
            was_item = is_item
        return re.sub(f"[{OPEN}{CLOSE}{BREAK}]", "", text).strip("\n")


def _escape(text: str) -> str:
    text = re.sub(f"[{OPEN}{CLOSE}{BREAK}]", "", text)
    text = re.sub(r"([\\`*\[\]<])", r"\\\1", text)
    return re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)


def _escape_start(text: str) -> str:
    """Keep a paragraph that begins like a heading, list or quote a paragraph."""
    text = re.sub(r"^(#{1,6}|[-+>])(?=\s|$)", r"\\\1", text)
    return re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", text)


def _tidy(line: str) -> str:
    """Collapse white space, put it outside of marks, drop empty marks and breaks at the edges."""
    text = re.sub(r"\s+", " ", line)
    text = re.sub(f"{OPEN}({MARK}) ", rf" {OPEN}\1", text)
    text = re.sub(f" ({MARK}){CLOSE}", rf"\1{CLOSE} ", text)
    text = re.sub(f"{OPEN}({MARK}) ?\\1{CLOSE}", " ", text)
    text = re.sub(f" ?{BREAK}[ {BREAK}]*", BREAK, text)
    return re.sub(r" +", " ", text).strip(f" {BREAK}")


# --- Markdown with tags between --------------------------------------------------------------------------------
# What is opened and never closed reaches to the end: each of these matches wherever it begins, so that no text,
# however hostile, makes them look at it more than once.
CODE = re.compile(r"(^```.*?(?:^```|\Z)|^~~~.*?(?:^~~~|\Z)|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
REPLACEMENTS = [
    (re.compile(r"<!--.*?(-->|\Z)", re.DOTALL), ""),
    (re.compile(r"<(script|style|iframe|object)\b.*?(</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE), ""),
    (re.compile(r"<br\s*/?>[ \t]*\n?", re.IGNORECASE), "\n\n"),
    (
        re.compile(r"<(?:b|strong)\s*>[ \t]*(\S(?:[^<\n]*\S)?)[ \t]*</(?:b|strong)\s*>", re.I),
        r"**\1**",
    ),
    (re.compile(r"<(?:i|em)\s*>[ \t]*(\S(?:[^<\n]*\S)?)[ \t]*</(?:i|em)\s*>", re.I), r"*\1*"),
    (
        re.compile(
            r"<a\s[^<>]*?href\s*=\s*[\"']?(https?://[^\s\"'<>]+)[^<>]*>([^<]*)</a\s*>", re.I
        ),
        r"[\2](<\1>)",
    ),
    (re.compile(r"<img\s[^<>]*?alt\s*=\s*\"([^\"<>]*)\"[^<>]*>", re.IGNORECASE), r"\1"),
    (re.compile(r"<li(\s[^<>]*)?>\s*", re.IGNORECASE), "\n- "),
    (re.compile(r"<h([1-6])(\s[^<>]*)?>\s*", re.IGNORECASE), "\n\n### "),
    (re.compile(r"</?(p|div|ul|ol|table|tr|h[1-6]|center|section)(\s[^<>]*)?/?>", re.I), "\n\n"),
    (re.compile(r"</?[a-zA-Z][\w-]*(\s[^<>]*)?/?>"), ""),
]


def markdown_without_html(source: str) -> str:
    """Return Markdown with the HTML in it turned into Markdown or dropped; code and `<https://…>` stay as they are."""
    parts = CODE.split(source)
    for index in range(0, len(parts), 2):
        for pattern, replacement in REPLACEMENTS:
            parts[index] = pattern.sub(replacement, parts[index])
    text = "".join(parts)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def first_words(text: str, limit: int = 300) -> str:
    """Return the first sentences of a plain text, at most `limit` characters, cut at a word when there is none."""
    text = re.sub(r"\s+", " ", html.unescape(text)).strip()
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    end = max(head.rfind(mark) for mark in (". ", "! ", "? "))
    if end > limit // 4:
        return head[: end + 1]
    return f"{head[: head.rfind(' ') if ' ' in head else limit - 1].rstrip(' ,;:')}…"
