"""Canonical JSON to Markdown: the blocks. `markdown_inline` writes what is inside them."""

import re
from collections.abc import Callable

from documents import schema
from documents.convert.markdown_inline import EMPTY_PARAGRAPH, write_inline
from documents.convert.markdown_parser import CELL_INDENT
from documents.schema import Json

_LISTS = ("bullet_list", "ordered_list")


def write_document(doc_json: Json) -> str:
    """Return the Markdown of a document. Raises Invalid("too_deep")."""
    content = schema.normalise(doc_json).get("content", [])
    if len(content) == 1 and _is_empty_paragraph(content[0]):
        return ""
    return _blocks(content) + "\n"


def _is_empty_paragraph(node: Json) -> bool:
    return node["type"] == "paragraph" and not node.get("content")


def _blocks(nodes: list[Json], *, tight: bool = False) -> str:
    parts: list[str] = []
    previous: Json | None = None
    alternate = False
    for node in nodes:
        # two lists in a row need different signs, or they become one
        same_list = previous is not None and previous["type"] == node["type"]
        alternate = same_list and node["type"] in _LISTS and not alternate
        if previous is not None:
            parts.append("\n" if tight and _may_follow(previous, node) else "\n\n")
        parts.append(_block(node, alternate=alternate))
        previous = node
    return "".join(parts)


def _may_follow(previous: Json, node: Json) -> bool:
    """Say whether a list may follow a paragraph without the blank line that makes a list loose."""
    if previous["type"] != "paragraph" or node["type"] not in _LISTS:
        return False
    if node["type"] == "ordered_list" and node["attrs"]["order"] != 1:
        return False
    first_item = (node.get("content") or [{}])[0]
    first = (first_item.get("content") or [{}])[0]
    return bool(first.get("content")) or len(first_item.get("content", [])) > 1


def _block(node: Json, *, alternate: bool = False) -> str:
    if node["type"] in _LISTS:
        return _list(node, alternate=alternate)
    writer = _WRITERS.get(node["type"])
    if writer:
        return writer(node)
    # a node that this version does not know: its words at least
    return _blocks([child for child in node.get("content", []) if child["type"] != "text"])


def _paragraph(node: Json) -> str:
    return write_inline(node.get("content", [])) or EMPTY_PARAGRAPH


def _heading(node: Json) -> str:
    text = write_inline(node.get("content", []), "heading")
    return "#" * node["attrs"]["level"] + (" " + text if text else "")


def _blockquote(node: Json) -> str:
    lines = _blocks(node.get("content", [])).split("\n")
    return "\n".join("> " + line if line else ">" for line in lines)


def _code_block(node: Json) -> str:
    text = schema.inline_text(node)
    params = _params(node["attrs"]["params"])
    sign = "~" if "`" in params else "`"
    longest = max((len(run) for run in re.findall(re.escape(sign) + "+", text)), default=0)
    fence = sign * max(3, longest + 1)
    body = text + "\n" if text else ""
    return f"{fence}{params}\n{body}{fence}"


def _params(params: str) -> str:
    escaped = re.sub(r"[\\&~]", lambda m: "\\" + m[0], params)
    core = escaped.strip()
    lead = escaped[: len(escaped) - len(escaped.lstrip())] if core else escaped
    tail = escaped[len(escaped.rstrip()) :] if core else ""
    inside = re.sub(r"[\n\r]", lambda m: f"&#{ord(m[0])};", core)
    return "".join([*(f"&#{ord(c)};" for c in lead), inside, *(f"&#{ord(c)};" for c in tail)])


def _rule(_node: Json) -> str:
    return "---"


def _list(node: Json, *, alternate: bool) -> str:
    tight = node["attrs"]["tight"]
    items = []
    for index, item in enumerate(node.get("content", [])):
        if node["type"] == "bullet_list":
            marker = "* " if alternate else "- "
        else:
            marker = f"{node['attrs']['order'] + index}{')' if alternate else '.'} "
        items.append(_item(item, marker, tight=tight))
    return ("\n" if tight else "\n\n").join(items)


def _item(item: Json, marker: str, *, tight: bool) -> str:
    content = item.get("content", [])
    if not content or (len(content) == 1 and _is_empty_paragraph(content[0])):
        return marker.rstrip()
    if _has_tabs_in_code(item):
        # a tab that begins at a multiple of four columns survives the indentation
        marker = marker.ljust(len(marker) + -len(marker) % 4)
    first, *others = _blocks(content, tight=tight).split("\n")
    if re.fullmatch("[-*]+", first):
        # behind the item's own sign, a rule or an empty inner item would become part of one longer rule
        first = "___" if content[0]["type"] == "horizontal_rule" else f"{first} {EMPTY_PARAGRAPH}"
    indent = " " * len(marker)
    return "\n".join([marker + first, *(indent + line if line else "" for line in others)])


def _has_tabs_in_code(item: Json) -> bool:
    return any(
        node["type"] == "code_block" and re.search(r"^ *\t", schema.inline_text(node), re.MULTILINE)
        for node, _path in schema.walk(item)
    )


# --- tables -----------------------------------------------------------------------------------


def _table(node: Json) -> str:
    rows = [row.get("content", []) for row in node.get("content", [])]
    return _pipe_table(rows) if _fits_pipes(rows) else _tag_table(rows)


def _fits_pipes(rows: list[list[Json]]) -> bool:
    """A pipe table has one header row, equal rows, and one paragraph in each cell."""
    return (
        bool(rows and rows[0])
        and all(len(row) == len(rows[0]) for row in rows)
        and all(cell["type"] == "table_header" for cell in rows[0])
        and all(cell["type"] == "table_cell" for row in rows[1:] for cell in row)
        and all(_is_simple(cell) for row in rows for cell in row)
    )


def _is_simple(cell: Json) -> bool:
    content = cell.get("content", [])
    attrs = cell["attrs"]
    return (
        attrs["colspan"] == attrs["rowspan"] == 1
        and len(content) == 1
        and content[0]["type"] == "paragraph"
    )


def _pipe_table(rows: list[list[Json]]) -> str:
    lines = [_pipe_line([_cell_text(cell) for cell in row]) for row in rows]
    lines.insert(1, _pipe_line(["---"] * len(rows[0])))
    return "\n".join(lines)


def _cell_text(cell: Json) -> str:
    return write_inline(cell["content"][0].get("content", []), "cell")


def _pipe_line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _tag_table(rows: list[list[Json]]) -> str:
    lines = ["<table>"]
    for row in rows:
        lines.append("<tr>")
        for cell in row:
            lines += _tag_cell(cell)
        lines.append("</tr>")
    return "\n".join([*lines, "</table>"])


def _tag_cell(cell: Json) -> list[str]:
    tag = "th" if cell["type"] == "table_header" else "td"
    spans = "".join(
        f' {name}="{cell["attrs"][name]}"'
        for name in ("colspan", "rowspan")
        if cell["attrs"][name] != 1
    )
    content = cell.get("content", [])
    empty = (
        len(content) == 1 and content[0]["type"] == "paragraph" and not content[0].get("content")
    )
    lines = [] if empty else _blocks(content).split("\n")
    indent = " " * CELL_INDENT
    # the blank lines let other readers see the content as Markdown too
    return [
        f"<{tag}{spans}>",
        "",
        *(indent + line if line else "" for line in lines),
        *([""] if lines else []),
        f"</{tag}>",
    ]


_WRITERS: dict[str, Callable[[Json], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "blockquote": _blockquote,
    "code_block": _code_block,
    "horizontal_rule": _rule,
    "table": _table,
}
