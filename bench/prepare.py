"""Fill a clean database with people, a process and documents, through the services: run as `python -m bench.prepare`.

Runs in a process of its own, with the server's environment, and prints one JSON object: ids of the documents, session
keys of the people.
"""

import argparse
import json
import os
import sys

PARAGRAPH = "Each stop with more than ten passengers a day has a roof and a timetable that can be read at night."
ROWS_AT_ONCE = 500


def main() -> None:
    """Migrate, make what was asked for, print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--text-bytes", type=int, default=0, help="length of each document's text")
    parser.add_argument(
        "--log-rows", type=int, default=0, help="also a text with so long a log, and its twin"
    )
    wanted = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cocreation.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        process, task, people = _people(wanted.people)
        documents = [
            str(_document(process, task, wanted.text_bytes).pk) for _ in range(wanted.documents)
        ]
    if wanted.log_rows:
        documents = _long_and_short(process, task, wanted.log_rows)
    json.dump({"documents": documents, "sessions": [_session(user) for user in people]}, sys.stdout)


def _people(count: int):
    """Return (process, task, co-authors)."""
    from community.services.people import user_create
    from processes.models import NodeKind, Role
    from processes.services.processes import process_create
    from processes.services.roles import role_grant
    from processes.services.tree import node_create

    coordinator = user_create(email="coordinator@example.org", name="Coordinator")
    process = process_create(actor=coordinator, title="Load test", language="en")
    parent = None
    for kind in (NodeKind.PHASE, NodeKind.OBJECTIVE, NodeKind.TASK):
        parent = node_create(
            actor=coordinator, process=process, kind=kind, title=str(kind.label), parent=parent
        )
    people = []
    for number in range(count):
        user = user_create(email=f"writer{number}@example.org", name=f"Writer {number}")
        role_grant(actor=coordinator, process=process, user=user, role=Role.COAUTHOR)
        people.append(user)
    return process, parent, people


def _document(process, task, text_bytes: int):
    from documents.services.documents import document_create

    start = {"kind": "empty"}
    if text_bytes:
        # Paragraphs of usual length: their nodes are what memory is spent on.
        count = max(1, text_bytes // len(PARAGRAPH))
        start = {"kind": "markdown", "text": "\n\n".join([PARAGRAPH.strip()] * count)}
    return document_create(actor=process.created_by, task=task, title="Draft", start=start)


def _session(user) -> str:
    """Sign a person in as a browser would be; return the session's key."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


def _long_and_short(process, task, rows: int) -> list[str]:
    """Make a text that was typed in `rows` updates of one letter, and its twin that came in one; return their ids.

    A snapshot is made where the background job would have made the last one: the rest is replayed on opening.
    """
    from django.conf import settings

    from bench.typing import letters, whole_text
    from documents.services.updates import snapshot_make

    every = settings.DOCUMENT_SNAPSHOT_EVERY_ROWS
    behind = min(every - 1, rows - 1)
    updates = list(letters(client_id=4_000_001, count=rows))
    long = _document(process, task, 0)
    _append(long, updates[: rows - behind], client_id=4_000_001)
    snapshot_make(document_id=long.pk)
    _append(long, updates[rows - behind :], client_id=4_000_001)
    short = _document(process, task, 0)
    _append(short, [whole_text(updates)], client_id=4_000_001)
    return [str(long.pk), str(short.pk)]


def _append(document, updates: list[bytes], client_id: int) -> None:
    """Put updates into the log, one row each."""
    from documents.models import DocumentHead
    from documents.services.updates import NewRow, append

    for first in range(0, len(updates), ROWS_AT_ONCE):
        head = DocumentHead.objects.get(document=document)
        append(
            document_id=document.pk,
            generation=document.generation,
            base_sequence=head.sequence,
            rows=[
                NewRow(data=data, user_id=None) for data in updates[first : first + ROWS_AT_ONCE]
            ],
            clients={client_id: None},
        )


if __name__ == "__main__":
    main()
