"""Checking a document against the schema. Used through `documents.schema`."""

from dataclasses import dataclass
from typing import Any

from documents.schema_rules import (
    BLOCK_ID,
    DECLARATION,
    MAX_DEPTH,
    Json,
    MarkRule,
    NodeRule,
    is_allowed_url,
)

# Problems that honest people can produce by editing at the same time (two delete the last two
# paragraphs of a quote; one sets bold, another code). Browsers heal them; they are no reason to
# refuse an update.
HEALED_CODES = frozenset({"content", "mark_conflict", "block_id_missing", "block_id_duplicate"})


@dataclass(frozen=True)
class SchemaProblem:
    """One place where a document does not follow the schema. `path` is like `content.3.attrs`."""

    path: str
    code: str
    message: str


def validate(doc_json: Any, *, require_ids: bool = False) -> list[SchemaProblem]:
    """Return everything in which `doc_json` breaks the schema; an empty list means valid.

    `require_ids` also reports identified blocks without an id or with one seen before.
    """
    if not isinstance(doc_json, dict) or doc_json.get("type") != "doc":
        return [SchemaProblem("", "unknown_node", "the outermost node must be a doc")]
    problems: list[SchemaProblem] = []
    seen_ids: set[str] = set()
    stack: list[tuple[Any, str, int]] = [(doc_json, "", 0)]
    while stack:
        node, path, depth = stack.pop()
        if depth > MAX_DEPTH:
            problems.append(SchemaProblem(path, "too_deep", "too many levels"))
            continue
        rule = _node_rule(node, path, problems)
        if rule is None:
            continue
        _check_attributes(rule, node, path, problems)
        if rule.identified and require_ids:
            _check_id(node, path, seen_ids, problems)
        children = _children(node, path, problems)
        _check_children(rule, children, path, problems)
        stack.extend(
            (child, _join(path, "content", index), depth + 1)
            for index, child in reversed(list(enumerate(children)))
        )
    return problems


def _join(path: str, *parts: str | int) -> str:
    return ".".join([*([path] if path else []), *map(str, parts)])


def _node_rule(node: Any, path: str, problems: list[SchemaProblem]) -> NodeRule | None:
    name = node.get("type") if isinstance(node, dict) else None
    rule = DECLARATION.nodes.get(name) if isinstance(name, str) else None
    if rule is None:
        problems.append(SchemaProblem(path, "unknown_node", f"unknown node {str(name)[:40]!r}"))
        return None
    if name == "text" and not (isinstance(node.get("text"), str) and node["text"]):
        problems.append(SchemaProblem(path, "empty_text", "a text node needs text"))
        return None
    return rule


def _children(node: Json, path: str, problems: list[SchemaProblem]) -> list[Any]:
    children = node.get("content", [])
    if isinstance(children, list):
        return children
    problems.append(SchemaProblem(_join(path, "content"), "content", "content must be a list"))
    return []


def _check_children(
    rule: NodeRule, children: list[Any], path: str, problems: list[SchemaProblem]
) -> None:
    types = [child.get("type") if isinstance(child, dict) else None for child in children]
    known = [name for name in types if isinstance(name, str) and name in DECLARATION.nodes]
    # unknown children are reported for themselves
    if len(known) == len(types) and not DECLARATION.content_fits(rule, known):
        problems.append(SchemaProblem(path, "content", f"this is not allowed inside {rule.name}"))
    for index, child in enumerate(children):
        marks = child.get("marks") if isinstance(child, dict) else None
        if marks:
            _check_marks(rule, marks, _join(path, "content", index, "marks"), problems)


def _check_marks(parent: NodeRule, marks: Any, path: str, problems: list[SchemaProblem]) -> None:
    if not isinstance(marks, list):
        problems.append(SchemaProblem(path, "unknown_mark", "marks must be a list"))
        return
    names = []
    for index, mark in enumerate(marks):
        name = mark.get("type") if isinstance(mark, dict) else None
        rule = DECLARATION.marks.get(name) if isinstance(name, str) else None
        place = _join(path, index)
        if rule is None:
            problems.append(
                SchemaProblem(place, "unknown_mark", f"unknown mark {str(name)[:40]!r}")
            )
            continue
        names.append(rule.name)
        if rule.name not in parent.allowed_marks:
            message = f"{rule.name} is not allowed inside {parent.name}"
            problems.append(SchemaProblem(place, "mark_not_allowed", message))
        _check_attributes(rule, mark, place, problems)
    if len(set(names)) < len(names):
        problems.append(SchemaProblem(path, "mark_duplicate", "the same mark twice"))
    if len(names) > 1 and any(DECLARATION.marks[name].exclusive for name in names):
        problems.append(SchemaProblem(path, "mark_conflict", "these marks exclude each other"))


def _check_attributes(
    rule: NodeRule | MarkRule, holder: Json, path: str, problems: list[SchemaProblem]
) -> None:
    attrs = holder.get("attrs") or {}
    place = _join(path, "attrs")
    if not isinstance(attrs, dict):
        problems.append(SchemaProblem(place, "attr_type", "attrs must be an object"))
        return
    for name, attribute in rule.attributes.items():
        if name not in attrs:
            if attribute.required:
                problems.append(SchemaProblem(place, "attr_missing", f"{name} is missing"))
        elif wrong := attribute.problem(attrs[name], DECLARATION.url_schemes):
            problems.append(SchemaProblem(place, *wrong))
    identified = isinstance(rule, NodeRule) and rule.identified
    for name in attrs.keys() - rule.attributes.keys():
        if not (identified and name == BLOCK_ID):
            problems.append(SchemaProblem(place, "attr_unknown", f"unknown {str(name)[:40]!r}"))
        elif attrs[name] is not None and not is_block_id(attrs[name]):
            problems.append(SchemaProblem(place, "attr_type", "this is no block id"))


def _check_id(node: Json, path: str, seen_ids: set[str], problems: list[SchemaProblem]) -> None:
    attrs = node.get("attrs")
    block_id = attrs.get(BLOCK_ID) if isinstance(attrs, dict) else None
    if block_id is None:
        problems.append(SchemaProblem(path, "block_id_missing", "this block has no id"))
    elif isinstance(block_id, str):
        if block_id in seen_ids:
            problems.append(SchemaProblem(path, "block_id_duplicate", "this block id occurs twice"))
        seen_ids.add(block_id)


def is_block_id(value: Any) -> bool:
    """Say whether the value can be the id of a block."""
    return isinstance(value, str) and bool(DECLARATION.block_id_pattern.match(value))


def is_allowed_href(href: str) -> bool:
    """Say whether a link in a document may point there."""
    return is_allowed_url(href, DECLARATION.url_schemes)
