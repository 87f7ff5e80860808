"""The browser's own libraries and ours read each other's documents without a difference."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import Phase, given, seed, settings

from documents import schema, ydoc
from tests.documents.convert import strategies

EDITOR = Path(__file__).parents[2] / "frontend" / "editor"
ESBUILD = EDITOR / "node_modules" / ".bin" / "esbuild"
SCRIPT = Path(__file__).parent / "interop" / "ydoc.mjs"

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(
        not (shutil.which("node") and ESBUILD.exists()),
        reason="needs Node and the editor's packages (npm ci in frontend/editor)",
    ),
]


def sample_documents():
    found = [schema.empty_document()]

    @seed(20250101)
    @settings(max_examples=60, deadline=None, database=None, phases=[Phase.generate])
    @given(strategies.documents)
    def collect(document):
        found.append(schema.with_block_ids(document, seed="interop"))

    collect()
    return found


def test_browser_reads_what_the_server_wrote_and_the_other_way_round(tmp_path):
    documents = sample_documents()
    source, result, bundle = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "bundle.cjs"
    updates = [ydoc.json_to_update(document, client_id=7) for document in documents]
    source.write_text(
        "\n".join(json.dumps({"update": base64.b64encode(update).decode()}) for update in updates)
    )
    build = ["--bundle", "--platform=node", "--main-fields=module,main", "--log-level=error"]
    environment = {**os.environ, "NODE_PATH": str(EDITOR / "node_modules")}
    subprocess.run(
        [ESBUILD, SCRIPT, *build, f"--outfile={bundle}"], check=True, env=environment, timeout=120
    )
    subprocess.run([shutil.which("node"), bundle, source, result], check=True, timeout=120)
    answers = [json.loads(line) for line in result.read_text().split("\n")]
    assert len(answers) == len(documents)
    for document, answer in zip(documents, answers, strict=True):
        assert answer["untouched"], "opening the document changed it"
        assert answer["json"] == document
        written = ydoc.document_from_updates(None, [base64.b64decode(answer["update"])])
        assert ydoc.doc_to_json(written) == document
