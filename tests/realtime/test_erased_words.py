"""Words are erased while a stock client has the text open: it is sent out, and cannot bring them back."""

import json
import subprocess
from pathlib import Path

import pytest

from documents.models import DocumentUpdate
from documents.services.documents import document_create
from documents.services.redaction import passage_redact
from tests.factories import documents as make
from tests.realtime.conftest import session_cookie
from tests.realtime.server import NODE_MODULES, Server, node

SCRIPT = Path(__file__).parent / "node" / "erased.cjs"
SECRET = "+371 20000000"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.node,
    pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)"),
]


def test_an_open_tab_is_closed_and_its_old_text_brings_nothing_back(world):
    document = document_create(
        actor=world.coordinator,
        task=world.task,
        title="Numbers",
        start={"kind": "markdown", "text": f"Call {SECRET} today."},
    )
    server = Server().start()
    plan = {
        "url": server.url,
        "document": str(document.pk),
        "packages": str(NODE_MODULES.parent),
        "words": SECRET,
        "clients": [{"cookie": session_cookie(world.writer).decode()}],
    }
    tab = subprocess.Popen(
        [node(), str(SCRIPT), json.dumps(plan)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert tab.stdout.readline() == "has them\n"
        block = make.block_with(document, SECRET)
        passage_redact(
            actor=world.coordinator,
            document=document,
            block_id=block.id,
            quote=SECRET,
            reason="a private number",
        )
        out, errors = tab.communicate(timeout=60)
        assert tab.returncode == 0, errors
    finally:
        tab.kill()
        server.stop()
    answer = json.loads(out.splitlines()[-1])
    assert answer["closed"] == [4409]
    assert SECRET in answer["before"]
    assert "late Call  today." in answer["fresh"]
    rows = DocumentUpdate.objects.filter(document=document)
    assert SECRET.encode() not in b"".join(bytes(row.data) for row in rows)
