"""Versions: moments of a text that answers and exports point to."""

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from community.models import User
from documents.models import Document, DocumentHead, Version
from documents.selectors import texts
from processes.models import Node


def phase_freeze(actor: User, phase: Node) -> int:
    """Keep every text of a phase as a version named after it (when it closes); return how many.

    What is on its way then is not stored any more: the head, locked from here on, has a new number, and whoever adds to
    the log names the one under which they were let in. So the version is the text.
    """
    inside = Q(task__parent__parent=phase, removed_at=None)
    documents = list(Document.objects.filter(inside).order_by("pk"))
    title = _("End of “%(phase)s”") % {"phase": phase.title}
    for document in documents:
        DocumentHead.objects.filter(document=document).update(closings=F("closings") + 1)
        version_create(actor=actor, document=document, title=title[:200])
    return len(documents)


@transaction.atomic
def version_create(*, actor: User | None, document: Document, title: str = "") -> Version:
    """Keep the text as it is now as a version; where nothing changed since the last one, return that one.

    Locks the head of the document, so that two at once get two numbers.
    """
    DocumentHead.objects.select_for_update().get(document_id=document.pk)
    state, content, sequence = texts.document_state(document)
    digest = texts.content_hash(content)
    latest = document.versions.order_by("-number").first()
    if latest is not None and latest.content_hash == digest and not title:
        return latest
    number = (document.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return Version.objects.create(
        document=document,
        number=number,
        sequence=sequence,
        title=title,
        state=state,
        content=content,
        content_hash=digest,
        created_by=actor,
    )
