"""Background jobs of documents. Each calls one service."""

from celery import shared_task

from documents.services import authorship
from documents.services import updates as update_services


@shared_task(name="documents.snapshot_make")
def snapshot_make(document_id: str) -> None:
    """Store the state of a text so that loading it is fast. Idempotent; the next one makes up for a lost one."""
    update_services.snapshot_make(document_id=document_id)


@shared_task(name="documents.snapshots_sweep")
def snapshots_sweep() -> None:
    """Ask again for snapshots whose job was lost. Idempotent."""
    update_services.snapshots_sweep()


@shared_task(name="documents.authors_count")
def authors_count(document_id: str) -> None:
    """Count whose words a text holds. Idempotent; the sweep makes up for a lost one."""
    authorship.authors_count(document_id=document_id)


@shared_task(name="documents.authors_sweep")
def authors_sweep() -> None:
    """Ask for counts of texts that changed. Idempotent."""
    authorship.authors_sweep()
