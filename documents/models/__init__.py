"""The tables of documents. Import models from here."""

from documents.models.authors import AuthorCount, AuthorDay, TextCount
from documents.models.documents import Document, DocumentImage, DocumentTicket, Version
from documents.models.threads import (
    Comment,
    CommentDraft,
    Disposition,
    Outcome,
    Thread,
    ThreadStatus,
)
from documents.models.updates import (
    DocumentClient,
    DocumentHead,
    DocumentSnapshot,
    DocumentUpdate,
    UpdateKind,
)

__all__ = [
    "AuthorCount",
    "AuthorDay",
    "Comment",
    "CommentDraft",
    "Disposition",
    "Document",
    "DocumentClient",
    "DocumentHead",
    "DocumentImage",
    "DocumentSnapshot",
    "DocumentTicket",
    "DocumentUpdate",
    "Outcome",
    "TextCount",
    "Thread",
    "ThreadStatus",
    "UpdateKind",
    "Version",
]
