"""Renewing the generation of a text: whoever has it open must load it anew (DESIGN §5).

For a restored backup and for erased words. Open rooms find it within a second and close with 4409; an editor that comes
back with the old generation is told to reload.
"""

import uuid
from collections.abc import Iterable

from django.core.cache import cache
from django.db import transaction

from cocreation.kernel.events import publish_on_commit, topic
from community.models import User
from community.services.activity import activity_record
from documents.models import Document, DocumentHead, DocumentSnapshot
from documents.services.locks import text_lock
from documents.services.updates import snapshot_request


@transaction.atomic
def generation_raise(
    *, document_id: uuid.UUID, reason: str, actor: User | None = None, verb: str = "document.reset"
) -> uuid.UUID:
    """Give a document a new generation and return it. Locks the head, so that nothing is written meanwhile.

    Snapshots are thrown away and a new one is asked for. Emits document.updated; activity `verb` with the reason.
    """
    document, head = text_lock(document_id)
    cache.delete(f"text:{document.pk}:{document.generation}:{head.sequence}")
    document.generation = uuid.uuid4()
    document.save(update_fields=["generation", "updated_at"])
    DocumentSnapshot.objects.filter(document=document).delete()
    DocumentHead.objects.filter(pk=head.pk).update(snapshot_sequence=0)
    snapshot_request(document.pk)
    activity_record(
        actor=actor,
        verb=verb,
        target_type="document",
        target_id=document.pk,
        target_label=document.title,
        process_id=document.process_id,
        document_id=document.pk,
        details={"reason": reason},
    )
    for name in (topic("process", document.process_id), topic("document", document.pk)):
        publish_on_commit(name, "document.updated", {"document": document.pk})
    return document.generation


def documents_restored(*, document_ids: Iterable[uuid.UUID] | None = None) -> int:
    """Give documents (all when None) a new generation after a backup was restored; return how many."""
    documents = Document.objects.all()
    if document_ids is not None:
        documents = documents.filter(pk__in=list(document_ids))
    ids = list(documents.values_list("pk", flat=True))
    for pk in ids:
        generation_raise(document_id=pk, reason="backup")
    return len(ids)
