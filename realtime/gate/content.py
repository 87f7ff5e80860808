"""What a struct may hold in the place where it stands, by the schema.

The danger is not an ugly text. y-prosemirror deletes from the shared document what it cannot build, so a struct that
makes a node impossible makes the next editor that opens the text delete other people's words, in the name of somebody
who did nothing. It cannot build, with all that is inside (tried in `test_editor_updates.py`):

- a node or mark that the schema does not know, or in the wrong parent; words outside of text; marks in code: refused
  here, struct by struct, so none of it ever stands in a document;
- a text with a mark that lacks an attribute it needs (a link without address): refused here;
- an image without its id, a quotation, list, cell or item without children: let in. Only the empty thing itself is
  deleted, and honest people make the empty ones by deleting at the same time.

No node asks for its children in an order (`test_schema.py` keeps it so): one writer could take away what has to come
first while another adds what may only follow, both rightly, and the node with all its words could not be built.

Everything else that a document can come to hold is built as it is: missing attributes have defaults, what is out of
range is refused, which marks exclude each other is not looked at by either side. So no check of whole blocks after
applying is needed: it could find only what is let in above for a reason.
"""

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
