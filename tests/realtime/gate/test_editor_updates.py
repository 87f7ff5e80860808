"""What our editor's own libraries write passes the gate, unchanged: everything of the schema, marks, undo."""

import base64
import json
import subprocess
from pathlib import Path

import pytest

from documents import ydoc
from documents.schema import validate
from documents.schema_rules import DECLARATION, is_allowed_url
from realtime.gate import Index, Refused, admit, learn, merge, parse
from tests.realtime.gate.handmade import (
    RULES,
    SCHEMA,
    Twin,
    child_of,
    element,
    item,
    mark,
    string,
    uint,
    update,
    xml_text,
)
from tests.realtime.server import NODE_MODULES, node

SCRIPT = Path(__file__).parents[1] / "node" / "editor_updates.mjs"


@pytest.mark.node
@pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)")
@pytest.mark.parametrize("seed", range(6))
def test_updates_of_the_editor_pass_unchanged(seed):
    done = subprocess.run(
        [node(), str(SCRIPT), json.dumps(SCHEMA), str(seed)],
        cwd=NODE_MODULES.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    written = json.loads(done.stdout)
    twin, parts = Twin(), []
    for encoded in written["updates"]:
        data = base64.b64decode(encoded)
        admitted = twin.enter(data)
        assert admitted.data == data
        parts.append(admitted.parts)
    state = base64.b64decode(written["state"])
    assert twin.enter(state, may_use=lambda client: False).is_empty
    # The whole as one step 2, and from the log: the same clocks.
    for take in (lambda index: admit(index, parse(state), RULES, lambda client: True),
                 lambda index: learn(index, parse(state), RULES),
                 lambda index: learn(index, parse(merge(parts)), RULES)):  # fmt: skip
        index = Index()
        take(index)
        assert index.clocks() == twin.clocks()
    fresh = Twin()
    fresh.enter(state)
    content = ydoc.doc_to_json(twin.doc)
    assert ydoc.doc_to_json(fresh.doc) == content
    # Nothing that one writer alone can do breaks the schema.
    assert validate(content) == []


A, B, C = 11, 22, 33


def words_in(client, clock, **where):
    """A paragraph with the word "mine"."""
    return [
        element(**where),
        xml_text(parent=child_of(client, clock)),
        string("mine", parent=child_of(client, clock + 1)),
    ]


FIRST = update([(A, 0, words_in(A, 0))])
LIST = update(
    [
        (
            A,
            0,
            [
                element("bullet_list"),
                element("list_item", parent=child_of(A, 0)),
                *words_in(A, 2, parent=child_of(A, 1)),
            ],
        )
    ]
)
QUOTE_BEFORE = update([(B, 0, [element("blockquote", right=(A, 2)),
                               *words_in(B, 1, parent=child_of(B, 0))])])  # fmt: skip
QUOTE_BEHIND = update([(B, 0, [element("blockquote", origin=(A, 2)),
                               *words_in(B, 1, parent=child_of(B, 0))])])  # fmt: skip
NULL = b"\x7e"


def put(name, value=None, **where):
    return update([(B, 0, [mark(name, value, **where)])])


# What it takes for other people's words to be deleted by whoever opens the text.
DELETING = {
    "a link without an address": [FIRST, put("link", {}, right=(A, 2))],
}
REFUSED_TOO = {"a link to nothing": [FIRST, put("link", {"href": None}, right=(A, 2))],
               "a link that is just true": [FIRST, put("link", True, right=(A, 2))]}  # fmt: skip
KEPT = {
    "a link": [FIRST, put("link", {"href": "https://example.org"}, right=(A, 2))],
    "a mark that is just true": [FIRST, put("strong", True, right=(A, 2))],
    "something behind an item's paragraph": [LIST, QUOTE_BEHIND],
    "something before an item's paragraph": [LIST, QUOTE_BEFORE],
    "an item whose paragraph one deletes while another adds a quotation": [
        LIST, QUOTE_BEHIND, update([], [(A, [(2, 6)])])
    ],
    "an item whose paragraph one deletes while another nests a list": [
        LIST,
        update([(B, 0, [element("bullet_list", origin=(A, 2)),
                        element("list_item", parent=child_of(B, 0)),
                        *words_in(B, 2, parent=child_of(B, 1))])]),
        update([], [(A, [(2, 6)])]),
    ],
    "a heading without level": [
        update([(A, 0, [element("heading"), xml_text(parent=child_of(A, 0)),
                        string("mine", parent=child_of(A, 1))])])
    ],
    "an attribute that is null": [
        LIST,
        update([(B, 0, [item(8, uint(1) + NULL, parent=child_of(A, 0), sub="tight")])]),
    ],
    "code that is bold": [
        FIRST,
        update([(B, 0, [mark("code", {}, right=(A, 2)),
                        mark("strong", {}, origin=(B, 0), right=(A, 2))])]),
    ],
    "an image without id": [FIRST, update([(B, 0, [element("image", origin=(A, 1))])])],
    "an empty quotation": [FIRST, update([(B, 0, [element("blockquote", origin=(A, 0))])])],
    "an item without children": [
        LIST, update([(B, 0, [element("list_item", origin=(A, 1))])])
    ],
    "a row without cells": [
        FIRST,
        update([(B, 0, [element("table", origin=(A, 0)),
                        element("table_row", parent=child_of(B, 0))])]),
    ],
}  # fmt: skip


def opened(logs):
    """What is there before and after an editor has opened each text."""
    done = subprocess.run(
        [node(), str(SCRIPT.with_name("opened.mjs"))],
        cwd=NODE_MODULES.parent,
        input=json.dumps(
            {
                "schema": SCHEMA,
                "logs": [[base64.b64encode(data).decode() for data in log] for log in logs],
            }
        ),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", DELETING | REFUSED_TOO)
def test_what_would_make_editors_delete_the_words_of_others_is_refused(name):
    twin = Twin()
    first, bad = (DELETING | REFUSED_TOO)[name]
    twin.enter(first)
    with pytest.raises(Refused, match="not_allowed"):
        twin.enter(bad)
    assert "mine" in twin.text()


@pytest.mark.node
@pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)")
def test_an_editor_that_opens_what_was_let_in_deletes_no_words():
    for log in KEPT.values():
        twin = Twin()
        for data in log:
            twin.enter(data)
    for name, text in zip(KEPT, opened(KEPT.values()), strict=True):
        assert text["after"].count("mine") == text["before"].count("mine") > 0, name
    # If the library ever stops deleting, these rules can go.
    for name, text in zip(DELETING, opened(DELETING.values()), strict=True):
        assert text["after"].count("mine") < text["before"].count("mine"), name


@pytest.mark.parametrize(
    "href",
    [
        "https://example.org/a b",
        " https://example.org",
        "HTTP://EXAMPLE.org",
        "mailto:a@b.c",
        "tel:+371",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "/relative",
        "#top",
        "",
        "https:" + "x" * 2000,
        "https://example.org/\x7f",
    ],
)
def test_the_gate_and_the_schema_allow_the_same_addresses(href):
    allowed = is_allowed_url(href, DECLARATION.url_schemes)
    assert RULES.mark_allowed("link", {"href": href}) == allowed
