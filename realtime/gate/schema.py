"""The schema of documents as the gate needs it: which node may stand in which, which attributes and marks there are.

Compiled from the one declaration (`documents/schema.json`). How *many* children a node needs is not checked here: two
people who each delete one of the last two paragraphs of a quotation are both right, and together leave it empty.
"""

import re
from collections.abc import Callable, Mapping

# Kinds of Y types. Elements of the schema follow.
ROOT = 0
TEXT = 1
PLAIN_TEXT = 2  # text whose parent allows no marks (code blocks)
OTHER = 3  # stands in the log, but not in this schema: nothing may be added to it
FIRST_ELEMENT = 4

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_BLOCK_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAME = re.compile(r"[a-z_]+")

Check = Callable[[object], bool]


def _whole(value: object) -> bool:
    # pycrdt hands whole numbers back (and writes them) as floats.
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def _integer(rule: Mapping) -> Check:
    low, high = rule.get("min", -(2**31)), rule.get("max", 2**31)
    return lambda value: _whole(value) and low <= value <= high


def _integers(rule: Mapping) -> Check:
    return lambda value: (
        isinstance(value, list)
        and len(value) <= 200
        and all(_whole(item) and 0 <= item <= 100_000 for item in value)
    )


def _string(rule: Mapping) -> Check:
    longest = rule.get("max_length", 1000)
    return lambda value: isinstance(value, str) and len(value) <= longest


def _attribute(rule: Mapping, schemes: list[str]) -> Check:
    """Return the check of one attribute. Null always passes: it means "not there"."""
    if rule["type"] == "url":
        url = re.compile(rf"\s*({'|'.join(schemes)}):", re.IGNORECASE)
        text = _string(rule)
        check: Check = lambda value: text(value) and url.match(value) and not _CONTROL.search(value)  # noqa: E731
    else:
        check = {
            "integer": _integer,
            "integers": _integers,
            "string": _string,
            "boolean": lambda rule: lambda value: isinstance(value, bool),
            "uuid": lambda rule: (
                lambda value: isinstance(value, str) and bool(_UUID.fullmatch(value))
            ),
        }[rule["type"]](rule)
    return lambda value: value is None or bool(check(value))


def _is_block_id(value: object) -> bool:
    # Wider than what our editor makes: other Yjs tools number their blocks as they like. Still safe in an address.
    return value is None or (isinstance(value, str) and bool(_BLOCK_ID.fullmatch(value)))


class Rules:
    """The compiled schema. `kinds` maps node names to small numbers; tables are indexed by them."""

    def __init__(self, schema: Mapping):
        nodes = {
            name: rule for name, rule in schema["nodes"].items() if name not in ("doc", "text")
        }
        self.root: str = schema["root"]
        self.kinds = {name: FIRST_ELEMENT + index for index, name in enumerate(sorted(nodes))}
        self.attribute_ids: dict[str, int] = {}
        size = FIRST_ELEMENT + len(nodes)
        self.children: list[frozenset[int]] = [frozenset()] * size
        self.text_kind = [0] * size
        self.attributes: list[dict[int, Check]] = [{} for _ in range(size)]
        schemes = list(schema["url_schemes"])
        self._compile(ROOT, schema["nodes"]["doc"], schema, schemes)
        for name, rule in nodes.items():
            self._compile(self.kinds[name], rule, schema, schemes)
        self.marks = {
            name: {key: _attribute(attr, schemes) for key, attr in rule.get("attrs", {}).items()}
            for name, rule in schema["marks"].items()
        }
        self.needed = {
            name: [key for key, attr in rule.get("attrs", {}).items() if "default" not in attr]
            for name, rule in schema["marks"].items()
        }

    def _compile(self, kind: int, rule: Mapping, schema: Mapping, schemes: list[str]) -> None:
        nodes = schema["nodes"]
        names = set()
        for word in _NAME.findall(rule.get("content", "")):
            group = {name for name, node in nodes.items() if word in node.get("group", "").split()}
            names |= group or {word}
        if "text" in names:
            self.text_kind[kind] = PLAIN_TEXT if rule.get("marks") == "" else TEXT
        self.children[kind] = frozenset(self.kinds[name] for name in names if name in self.kinds)
        checks = {key: _attribute(attr, schemes) for key, attr in rule.get("attrs", {}).items()}
        if rule.get("identified"):
            checks[schema["block_id"]["attr"]] = _is_block_id
        for key, check in checks.items():
            self.attributes[kind][
                self.attribute_ids.setdefault(key, len(self.attribute_ids) + 1)
            ] = check

    def mark_allowed(self, name: str, value: object) -> bool:
        """Return whether a mark with this value may stand in text. Null ends a mark."""
        checks = self.marks.get(name)
        if checks is None:
            return False
        if value is None:
            return True
        if value is True:
            value = {}
        return (
            isinstance(value, dict)
            and all(key in checks and checks[key](item) for key, item in value.items())
            # y-prosemirror deletes the whole text around a mark that lacks what it needs.
            and all(value.get(key) is not None for key in self.needed[name])
        )
