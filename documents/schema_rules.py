"""What `schema.json` declares, compiled: content expressions, attribute checks, marks.

Only `documents.schema` imports this; everybody else uses that module.
"""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

Json = dict[str, Any]

# How deep nodes may lie in each other. Word stops at 9 list levels (18 nodes); Python's own stack
# must outlast the deepest document in every conversion.
MAX_DEPTH = 100

_TOKEN = re.compile(r"\s*(?:(\w+)|([()|*+?]))")
_UUID = re.compile(r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_SCHEME = re.compile(r"^\s*([A-Za-z][A-Za-z0-9+.-]*):")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# An address longer than this is refused even where the attribute states no limit.
_URL_MAX_CHARS = 2000


@dataclass(frozen=True)
class AttributeRule:
    """One attribute: its type, default and limits."""

    name: str
    type: str
    required: bool
    default: Any = None
    min: int | None = None
    max: int | None = None
    max_length: int | None = None

    def problem(self, value: Any, url_schemes: frozenset[str]) -> tuple[str, str] | None:
        """Return (code, message) of what is wrong with the value, or None."""
        if value is None and not self.required and self.default is None:
            return None
        check = _CHECKS[self.type]
        if not check(value):
            return "attr_type", f"{self.name}: expected {self.type}"
        if self.type == "integer" and not self._in_range(value):
            return "attr_limit", f"{self.name}: {value} is not between {self.min} and {self.max}"
        if isinstance(value, str):
            return self._string_problem(value, url_schemes)
        return None

    def _in_range(self, value: int) -> bool:
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)

    def _string_problem(self, value: str, url_schemes: frozenset[str]) -> tuple[str, str] | None:
        if self.max_length is not None and len(value) > self.max_length:
            return "attr_limit", f"{self.name}: longer than {self.max_length} characters"
        if self.type == "url" and not is_allowed_url(value, url_schemes):
            return "url_scheme", f"{self.name}: this kind of address is not allowed"
        return None


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_CHECKS = {
    "integer": _is_integer,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "url": lambda value: isinstance(value, str),
    "uuid": lambda value: isinstance(value, str) and bool(_UUID.match(value)),
    "integers": lambda value: isinstance(value, list) and all(map(_is_integer, value)),
}


def is_allowed_url(href: str, url_schemes: frozenset[str]) -> bool:
    """Say whether a link may point there. Relative addresses may not: exports have no base."""
    match = _SCHEME.match(href)
    return (
        match is not None
        and match[1].lower() in url_schemes
        and len(href) <= _URL_MAX_CHARS
        and not _CONTROL.search(href)
    )


@dataclass(frozen=True)
class NodeRule:
    """One node type."""

    name: str
    content: re.Pattern[str] | None
    allowed_marks: frozenset[str]
    inline: bool
    holds_inline: bool
    identified: bool
    code: bool
    attributes: dict[str, AttributeRule] = field(default_factory=dict)


@dataclass(frozen=True)
class MarkRule:
    """One mark; `rank` is its place in the schema, which is the order marks are stored in."""

    name: str
    rank: int
    exclusive: bool
    attributes: dict[str, AttributeRule] = field(default_factory=dict)


class Declaration:
    """The whole schema, ready to check documents with."""

    def __init__(self, source: dict[str, Any]):
        self.source = source
        self.version: int = source["version"]
        self.root: str = source["root"]
        self.url_schemes = frozenset(source["url_schemes"])
        self.block_id_attr: str = source["block_id"]["attr"]
        self.block_id_pattern = re.compile(source["block_id"]["pattern"])
        self._letters = {name: chr(0xE000 + i) for i, name in enumerate(source["nodes"])}
        self.marks = {
            name: MarkRule(name, rank, rule.get("excludes") == "_", _attributes(rule))
            for rank, (name, rule) in enumerate(source["marks"].items())
        }
        self.nodes = {name: self._node(name, rule) for name, rule in source["nodes"].items()}

    def _node(self, name: str, rule: dict[str, Any]) -> NodeRule:
        expression = rule.get("content")
        if "marks" in rule and rule["marks"] != "_":
            allowed = frozenset(rule["marks"].split())
        else:
            allowed = frozenset(self.marks)
        return NodeRule(
            name=name,
            content=self._compile(expression) if expression else None,
            allowed_marks=allowed,
            inline=rule.get("inline", False),
            holds_inline=bool(expression) and self._holds_inline(expression),
            identified=rule.get("identified", False),
            code=rule.get("code", False),
            attributes=_attributes(rule),
        )

    @cached_property
    def _groups(self) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = {}
        for name, rule in self.source["nodes"].items():
            for group in rule.get("group", "").split():
                groups.setdefault(group, []).append(name)
        return groups

    def _names(self, word: str) -> list[str]:
        return [word] if word in self._letters else self._groups[word]

    def _holds_inline(self, expression: str) -> bool:
        words = (word for word, _ in _TOKEN.findall(expression) if word)
        return any(
            self.source["nodes"][name].get("inline") for word in words for name in self._names(word)
        )

    def _compile(self, expression: str) -> re.Pattern[str]:
        """Turn ProseMirror's content expression into a regular expression over type letters."""
        parts = []
        for word, sign in _TOKEN.findall(expression):
            if word:
                parts.append("[" + "".join(self._letters[name] for name in self._names(word)) + "]")
            else:
                parts.append("(?:" if sign == "(" else sign)
        return re.compile("".join(parts))

    def content_fits(self, rule: NodeRule, child_types: list[str]) -> bool:
        """Say whether children of these types, in this order, may stand in a node of this rule."""
        if rule.content is None:
            return not child_types
        letters = "".join(self._letters.get(name, "\0") for name in child_types)
        return rule.content.fullmatch(letters) is not None


def _attributes(rule: dict[str, Any]) -> dict[str, AttributeRule]:
    return {
        name: AttributeRule(
            name=name,
            type=spec["type"],
            required="default" not in spec,
            default=spec.get("default"),
            min=spec.get("min"),
            max=spec.get("max"),
            max_length=spec.get("max_length"),
        )
        for name, spec in rule.get("attrs", {}).items()
    }


def load_declaration() -> Declaration:
    """Read `schema.json` that lies beside this module."""
    path = Path(__file__).with_name("schema.json")
    return Declaration(json.loads(path.read_text(encoding="utf-8")))


DECLARATION = load_declaration()
BLOCK_ID: str = DECLARATION.block_id_attr
