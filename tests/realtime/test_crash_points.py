"""The server dies at each point where losing something would be easiest; nothing is lost that anybody had seen."""

import json
import subprocess
from pathlib import Path

import pytest
from pycrdt import XmlFragment

from cocreation.kernel.faults import POINTS, fault_from
from documents.models import DocumentHead, DocumentSnapshot, DocumentUpdate
from documents.selectors.updates import document_load
from documents.selectors.verification import verify_document
from documents.services.documents import document_create
from documents.services.updates import snapshots_sweep
from tests.realtime.conftest import session_cookie
from tests.realtime.server import NODE_MODULES, Server, node

SCRIPT = Path(__file__).parent / "node" / "crash.cjs"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.node,
    pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)"),
]


def type_until_the_end(server, world, documents, **plan):
    """Let two people type and watch in each document; return what they saw, in the order of `documents`."""
    plan = {
        "url": server.url,
        "documents": [str(document.pk) for document in documents],
        "packages": str(NODE_MODULES.parent),
        "clients": [{"cookie": session_cookie(user).decode()} for user in people(world)],
        "changes": 4000,
        **plan,
    }
    done = subprocess.run(
        [node(), str(SCRIPT), json.dumps(plan)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def people(world):
    return world.writer, world.second


def stored_text(document):
    return str(document_load(document.pk).get("prosemirror", type=XmlFragment))


def body(text):
    """The text without its closing tag: what is typed at the end only makes it longer."""
    return text.removesuffix("</paragraph>")


def assert_nothing_lost(documents, answers):
    for document, answer in zip(documents, answers, strict=True):
        assert stored_text(document).startswith(body(answer["seen"]))
        assert DocumentHead.objects.get(document=document).sequence >= answer["receipt"] > 0
        found = verify_document(document.pk)
        assert found.is_sound, found.faults
        rows = DocumentUpdate.objects.filter(document=document)
        assert list(rows.values_list("sequence", flat=True)) == list(range(1, rows.count() + 1))


@pytest.mark.parametrize(
    ("point", "documents_count"),
    [
        ("log.before_commit", 1),
        ("writer.before_announce", 1),
        ("writer.between_documents", 4),
        ("snapshot.before_row", 1),
        ("snapshot.before_head", 1),
    ],
)
def test_a_crash_loses_nothing_that_was_seen_or_acknowledged(world, point, documents_count):
    documents = [world.document] + [
        document_create(actor=world.coordinator, task=world.task, title="Another")
        for _ in range(documents_count - 1)
    ]
    passing = 1 if point.startswith("snapshot") else 5 * documents_count
    every = "10" if point.startswith("snapshot") else "1000"
    dying = Server(KOPRADE_FAULT=f"{point}:kill:{passing}", DOCUMENT_SNAPSHOT_EVERY_ROWS=every)
    dying.start()
    try:
        answers = type_until_the_end(dying, world, documents, dies=True)
        assert dying.process.wait(10) == -9, "it did not die where it was told to"
    finally:
        dying.kill()
    assert_nothing_lost(documents, answers)
    if point.startswith("snapshot"):
        assert not DocumentSnapshot.objects.exists()
        assert DocumentHead.objects.get(document=world.document).snapshot_sequence == 0
    if point != "log.before_commit":
        return
    went_on = Server(port=dying.port).start()
    try:
        later = type_until_the_end(went_on, world, documents, dies=False, changes=20)
    finally:
        went_on.stop()
    for before, after in zip(answers, later, strict=True):
        assert body(before["seen"]) in after["seen"]
    assert_nothing_lost(documents, later)


def test_a_snapshot_lost_in_a_crash_is_made_by_the_sweep(world, settings):
    settings.DOCUMENT_SNAPSHOT_EVERY_ROWS = 1
    assert snapshots_sweep() == 1
    assert DocumentSnapshot.objects.get().sequence == 1
    assert snapshots_sweep() == 0


def test_a_database_that_fails_for_a_while_costs_nothing_that_was_typed(world):
    server = Server(
        KOPRADE_FAULT="log.before_commit:error:4:6", REALTIME_RETRY_MAX_SECONDS="0.2"
    ).start()
    try:
        answers = type_until_the_end(server, world, [world.document], dies=False, changes=60)
    finally:
        server.stop()
    assert answers[0]["typed"] in stored_text(world.document)
    assert_nothing_lost([world.document], answers)


@pytest.mark.parametrize(
    "text",
    [
        "log.before_commit",
        "log.before_commit:explode",
        "somewhere:kill:1",
        "log.before_commit:kill:0",
        "log.before_commit:error:1:0",
        "log.before_commit:kill:1:1:1",
        "log.before_commit:kill:x",
    ],
)
def test_a_fault_that_is_not_understood_stops_the_start(text):
    with pytest.raises(ValueError, match="not understood"):
        fault_from(text)


def test_without_the_variable_nothing_fails_anywhere():
    fault = fault_from("")
    assert [fault(point) for point in POINTS] == [None] * len(POINTS)
