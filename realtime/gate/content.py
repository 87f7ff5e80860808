"""What a struct may hold in the place where it stands, by the schema."""

from realtime.gate.errors import Refused
from realtime.gate.parse import ANY, FORMAT, STRING, Struct
from realtime.gate.schema import OTHER, PLAIN_TEXT, TEXT, Rules
from realtime.gate.values import read_json


def child_kind(rules: Rules, kind: int, sub: int, name: str | None) -> int:
    """Return the kind of a new Y type within a type of kind `kind`; OTHER if it may not stand there."""
    if sub:
        return OTHER
    if name is None:
        return rules.text_kind[kind] or OTHER
    child = rules.kinds.get(name, OTHER)
    return child if child in rules.children[kind] else OTHER


def check_content(rules: Rules, kind: int, sub: int, struct: Struct) -> None:
    """Raise `Refused` unless words, marks and attribute values may stand in a type of kind `kind`."""
    if sub:
        check = rules.attributes[kind].get(sub)
        if check is None or struct.kind != ANY or not all(map(check, struct.payload)):
            raise Refused("attribute_not_allowed", str(sub))
    elif struct.kind == STRING:
        if kind not in (TEXT, PLAIN_TEXT):
            raise Refused("text_not_allowed")
    elif struct.kind == FORMAT and kind in (TEXT, PLAIN_TEXT):
        name, value = struct.payload[0], read_json(struct.payload[1])
        # Ending a mark does no harm anywhere.
        if (kind == PLAIN_TEXT and value is not None) or not rules.mark_allowed(name, value):
            raise Refused("mark_not_allowed", name)
    else:
        raise Refused("content_not_allowed")
