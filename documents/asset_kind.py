"""What a task may hold from this app: documents. Registered with processes, which does not know us."""

import uuid

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid, NotFound
from documents.convert.markdown import json_to_markdown
from documents.models import Document
from documents.services import documents as document_services
from documents.services.copying import document_copy
from documents.services.versions import version_create


class DocumentKind:
    """The asset kind "document" (see processes.asset_kinds for the protocol)."""

    kind = "document"

    def create(self, *, actor, task, title: str, start: dict) -> tuple[uuid.UUID, str]:
        """Begin a document and return its id and title."""
        document = document_services.document_create(
            actor=actor, task=task, title=title, start=start
        )
        return document.pk, document.title

    def labels(self, object_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
        """Return the titles of many documents in one query."""
        return dict(Document.objects.filter(pk__in=object_ids).values_list("pk", "title"))

    def url(self, object_id: uuid.UUID) -> str:
        """Return the path of a document's page."""
        return document_services.document_url(object_id)

    def frozen(self, *, actor, object_id: uuid.UUID) -> dict:
        """Keep the text as it is now as a version and return that with its words."""
        document = self._shown(object_id)
        version = version_create(actor=actor, document=document)
        return {
            "title": document.title,
            "version": version.number,
            "markdown": json_to_markdown(version.content),
        }

    def copy(self, *, actor, task, object_id: uuid.UUID) -> tuple[uuid.UUID, str]:
        """Begin a new document with the words and pictures that this one has now."""
        document = document_copy(actor=actor, task=task, source=self._shown(object_id))
        return document.pk, document.title

    def remove(self, *, actor, object_id: uuid.UUID) -> None:
        """Take a document out of sight with its asset."""
        document_services.document_remove(actor=actor, document=self._get(object_id))

    def restore(self, *, actor, object_id: uuid.UUID) -> None:
        """Bring a document back with its asset."""
        document_services.document_restore(actor=actor, document=self._get(object_id))

    def move(self, *, actor, object_id: uuid.UUID, task) -> None:
        """Let a document belong to another task."""
        document_services.document_move(actor=actor, document=self._get(object_id), task=task)

    def _get(self, object_id: uuid.UUID) -> Document:
        document = Document.objects.filter(pk=object_id).first()
        if document is None:
            raise Invalid("no such document", "not_found")
        return document

    def _shown(self, object_id: uuid.UUID) -> Document:
        """Return a document that was not removed. Raises: NotFound."""
        document = self._get(object_id)
        if document.removed_at is not None:
            raise NotFound(_("This document was removed."), "removed")
        return document
