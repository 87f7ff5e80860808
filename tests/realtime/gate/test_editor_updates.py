"""What our editor's own libraries write passes the gate, unchanged: everything of the schema, marks, undo."""

import base64
import json
import subprocess
from pathlib import Path

import pytest

from documents import ydoc
from documents.schema import validate
from documents.schema_rules import DECLARATION, is_allowed_url
from realtime.gate import Index, admit, learn, merge, parse
from tests.realtime.gate.handmade import RULES, SCHEMA, Twin
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
