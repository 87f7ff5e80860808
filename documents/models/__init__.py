"""The tables of documents. Import models from here."""

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
    "Thread",
    "ThreadStatus",
    "UpdateKind",
    "Version",
]
