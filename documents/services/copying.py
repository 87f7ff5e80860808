"""A new document out of another one as it is now: its words and pictures, not its history and comments."""

from django.core.files.base import ContentFile
from django.db import transaction

from community.models import User
from documents.models import Document, DocumentHead, DocumentImage
from documents.schema import SCHEMA_VERSION
from documents.selectors.texts import document_content
from documents.services.documents import document_announce, first_text_write
from documents.services.images import image_ids_of, with_images
from processes.models import Node


@transaction.atomic
def document_copy(*, actor: User, task: Node, source: Document) -> Document:
    """Begin a document in `task` with the present words and pictures of `source`.

    Raises: OSError when a picture is lost in the store. Emits document.created; activity document.created.
    """
    content, _sequence = document_content(source)
    document = Document.objects.create(
        task=task,
        process=task.process,
        title=source.title,
        language=source.language,
        schema_version=SCHEMA_VERSION,
        created_by=actor,
        interlinker=source.interlinker,
    )
    DocumentHead.objects.create(document=document)
    ids = {
        str(image.pk): str(_image_copy(actor, document, image).pk)
        for image in source.images.filter(pk__in=image_ids_of(content))
    }
    first_text_write(actor, document, with_images(content, ids), "copy")
    document_announce(actor, document, "document.created", {"start": "copy"})
    return document


def _image_copy(actor: User, document: Document, source: DocumentImage) -> DocumentImage:
    image = DocumentImage(document=document, created_by=actor)
    for name in ("name", "content_type", "width", "height", "size_bytes", "digest"):
        setattr(image, name, getattr(source, name))
    with source.file.open("rb") as file:
        ending = source.content_type.rpartition("/")[2]
        image.file.save(f"{image.pk}.{ending}", ContentFile(file.read()), save=False)
    image.save()
    return image
