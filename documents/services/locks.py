"""The one order in which the rows of a text are locked: the document, then the head of its log.

Whoever adds to the log locks the head alone, and needs the document's row to exist: the lock here leaves it its key.
"""

import uuid

from documents.models import Document, DocumentHead


def text_lock(document_id: uuid.UUID) -> tuple[Document, DocumentHead]:
    """Lock a document and the head of its log until the transaction ends, and return both. 2 queries.

    Raises Document.DoesNotExist.
    """
    document = Document.objects.select_for_update(no_key=True).get(pk=document_id)
    return document, DocumentHead.objects.select_for_update().get(document_id=document_id)
