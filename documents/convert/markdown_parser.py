"""The Markdown dialect of documents: CommonMark with tables, strike-through and tables in tags.

A table that pipes cannot express (merged cells, several blocks in a cell) is written as lines of HTML
tags with the content of each cell indented by two columns between them; a rule here reads that back.
Other HTML stays text, except the few inline tags that `markdown_reader` knows.
"""

import re
from dataclasses import dataclass, field
from functools import cache

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from cocreation.kernel.errors import Invalid, TooLarge
from documents.schema import MAX_DEPTH

# About 1,000 pages. Hostile Markdown costs up to 40 µs of work a character.
MAX_MARKDOWN_CHARS = 2_000_000
CELL_INDENT = 2

_CELL_OPEN = re.compile(r'^<(t[hd])((?: (?:colspan|rowspan)="[0-9]{1,4}")*)>$')
_SPAN = re.compile(r'(colspan|rowspan)="([0-9]+)"')
# What a pipe table allows; a wider line is not a table that anybody wrote.
_MAX_TABLE_LINES = 100_000


class _Parser(MarkdownIt):
    """markdown-it that leaves addresses as they are; which ones are allowed is the reader's business."""

    def normalizeLink(self, url: str) -> str:
        return url

    def normalizeLinkText(self, link: str) -> str:
        return link

    def validateLink(self, url: str) -> bool:
        return True


@cache
def parser() -> MarkdownIt:
    """Return the one parser; it keeps no state between calls."""
    markdown = _Parser("commonmark", {"html": True, "maxNesting": MAX_DEPTH})
    markdown.enable(["table", "strikethrough"]).disable("html_block")
    markdown.block.ruler.before("table", "table_in_tags", _table_in_tags)
    return markdown


def parse(source: str) -> list[Token]:
    """Return the tokens of `source`. Raises TooLarge, and Invalid("too_deep") instead of dropping text."""
    if len(source) > MAX_MARKDOWN_CHARS:
        raise TooLarge(_("This Markdown text is too long."))
    tokens = parser().parse(source)
    # markdown-it silently leaves out what lies deeper
    if any(token.nesting == 1 and token.level >= MAX_DEPTH - 1 for token in tokens):
        raise Invalid(
            _("The text is nested too deeply: at most %(levels)s levels are possible.")
            % {"levels": MAX_DEPTH},
            "too_deep",
        )
    return tokens


@dataclass
class _Cell:
    tag: str
    attrs: dict[str, str | int | float]
    first: int
    last: int = 0


@dataclass
class _Scan:
    """The lines of one table in tags, read without looking into the cells."""

    rows: list[list[_Cell]] = field(default_factory=list)
    place: str = "table"

    def take(self, text: str | None, line: int) -> bool:
        """Take one line (None: it belongs to a cell's content); False when it does not fit."""
        if self.place == "cell":
            return self._in_cell(text, line)
        if text is None:
            return False
        if self.place == "table":
            return self._between_rows(text)
        return self._in_row(text, line)

    def _in_cell(self, text: str | None, line: int) -> bool:
        cell = self.rows[-1][-1]
        if text == f"</{cell.tag}>":
            cell.last = line
            self.place = "row"
            return True
        return text is None

    def _between_rows(self, text: str) -> bool:
        if text == "<tr>":
            self.rows.append([])
            self.place = "row"
            return True
        self.place = "done"
        return text == "</table>"

    def _in_row(self, text: str, line: int) -> bool:
        if text == "</tr>":
            self.place = "table"
            return True
        match = _CELL_OPEN.match(text)
        if match:
            attrs = {name: max(1, int(value)) for name, value in _SPAN.findall(match[2])}
            self.rows[-1].append(_Cell(match[1], dict(attrs), line + 1))
            self.place = "cell"
        return match is not None


def _line_text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _scan_table(state: StateBlock, start: int, end: int) -> tuple[_Scan, int] | None:
    if state.sCount[start] != state.blkIndent or _line_text(state, start) != "<table>":
        return None
    scan = _Scan()
    for line in range(start + 1, min(end, start + _MAX_TABLE_LINES)):
        if state.isEmpty(line):
            continue
        indent = state.sCount[line] - state.blkIndent
        if indent < 0 or 0 < indent < CELL_INDENT:
            return None
        if not scan.take(None if indent else _line_text(state, line), line):
            return None
        if scan.place == "done":
            return scan, line + 1
    return None


def _table_in_tags(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    found = _scan_table(state, start, end)
    if found is None:
        return False
    if silent:
        return True
    scan, state_line = found
    state.push("table_open", "table", 1)
    for row in scan.rows:
        state.push("tr_open", "tr", 1)
        for cell in row:
            _read_cell(state, cell)
        state.push("tr_close", "tr", -1)
    state.push("table_close", "table", -1)
    state.line = state_line
    return True


def _read_cell(state: StateBlock, cell: _Cell) -> None:
    opening = state.push("cell_open", cell.tag, 1)
    opening.attrs = cell.attrs
    line_max, parent, tight = state.lineMax, state.parentType, state.tight
    state.lineMax = cell.last
    state.parentType = "root"
    state.blkIndent += CELL_INDENT
    state.md.block.tokenize(state, cell.first, cell.last)
    state.blkIndent -= CELL_INDENT
    state.lineMax, state.parentType, state.tight = line_max, parent, tight
    state.push("cell_close", cell.tag, -1)
