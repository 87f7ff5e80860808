"""Builders of documents and threads, through the services."""

from community.models import User
from documents.models import Document, Thread
from documents.schema import Block, blocks
from documents.selectors import texts
from documents.services.documents import document_create
from documents.services.edits import words_replace
from documents.services.threads import thread_create
from documents.utf16 import utf16_length
from processes.models import Process, Role, Visibility
from tests.factories.processes import branch, coordinator_of, person, process_row, role_row

TEXT = """# Ceļš uz skolu

Every child walks to school safely. Катерина 👩‍🏫 told us how.

- first measure
- second measure
"""


def document(
    *,
    process: Process | None = None,
    actor: User | None = None,
    text: str = TEXT,
    visibility: str = Visibility.OPEN_TO_COMMENT,
    title: str = "A plan",
) -> Document:
    """Make a document with a text in a task of a process, made by its coordinator."""
    process = process or process_row(visibility)
    actor = actor or coordinator_of(process)
    _phase, _objective, tasks = branch(process)
    return document_create(
        actor=actor, task=tasks[0], title=title, start={"kind": "markdown", "text": text}
    )


def member(process: Process, role: Role) -> User:
    """Make a person with a role in the whole process."""
    user = person(str(Role(role).label))
    role_row(process, role, user=user)
    return user


def thread(
    document: Document, *, actor: User | None = None, body: str = "Why?", **options
) -> Thread:
    """Begin a thread as a commenter."""
    actor = actor or member(document.process, Role.COMMENTER)
    return thread_create(actor=actor, document=document, anchor=None, body=body, **options)


def block_with(document: Document, words: str) -> Block:
    """Return the block that holds these words now."""
    content, _sequence = texts.document_content(document)
    return next(block for block in blocks(content) if words in block.text)


def anchor_on(document: Document, words: str) -> dict:
    """Return what a browser sends for a selection of `words`."""
    block = block_with(document, words)
    start = utf16_length(block.text[: block.text.index(words)])
    return {
        "block_id": block.id,
        "start": start,
        "end": start + utf16_length(words),
        "quote": words,
    }


def edit(document: Document, old: str, new: str, *, actor: User | None = None) -> int:
    """Change words in the text, as somebody who writes would."""
    return words_replace(
        actor=actor or document.created_by,
        document=document,
        block_id=block_with(document, old).id,
        old=old,
        new=new,
    )
