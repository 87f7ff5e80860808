"""Fetching documents, their pictures and versions, with the check of rights."""

import uuid
from collections.abc import Iterable, Mapping

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from cocreation.kernel.decisions import Decision, Denied
from cocreation.kernel.errors import NotFound
from documents.models import Document, DocumentImage, Version
from documents.permissions import decide_document
from processes.models import Process
from processes.permissions import access_for, access_for_people, require
from processes.permissions.access import access_remember


def document_get_for(user, document_id: uuid.UUID | str, *, need: str) -> Document:
    """Return a document that `user` may see and may do `need` to.

    Raises NotFound when it does not exist or may not be seen, Forbidden with the reason otherwise. 4 queries at most.
    """
    document = (
        Document.objects.select_related("process__organisation", "process__picture", "task", "head")
        .filter(pk=_uuid(document_id))
        .first()
    )
    if document is None:
        raise NotFound(_("There is no such document, or it is not open to you."))
    access = access_for(user, document.process)
    # What is decided next about this document, such as whether they may write too, reads no roles again.
    access_remember(access)
    if not decide_document(user, "document_read", document, access=access):
        raise NotFound(_("There is no such document, or it is not open to you."))
    if document.removed_at is not None and not decide_document_removed(access, document):
        raise NotFound(_("This document was removed."), "removed")
    require(decide_document(user, need, document, access=access))
    return document


def decide_document_removed(access, document: Document) -> bool:
    """Tell whether a removed document is still shown: only to those who could restore it."""
    return bool(access.decide("document_edit", document.task_id))


def document_rights(
    wanted: Mapping[uuid.UUID, Iterable],
) -> dict[tuple[uuid.UUID, uuid.UUID | None], tuple[bool, Decision]]:
    """Return whether people may read and write documents: (document id, person's id or None) -> (read, write), the
    reason of a refusal in the person's language.

    `wanted` has the people to ask about, per document. For open sockets, which ask for many at once: 1 query, and at
    most 3 per process, however many people and documents. Documents that are gone are missing.
    """
    documents = Document.objects.select_related("process", "task").filter(pk__in=set(wanted))
    by_process: dict[uuid.UUID, list[Document]] = {}
    for document in documents:
        by_process.setdefault(document.process_id, []).append(document)
    found = {}
    for group in by_process.values():
        people = {user.pk: user for document in group for user in wanted[document.pk]}
        accesses = access_for_people(people.values(), group[0].process)
        for document in group:
            for user in wanted[document.pk]:
                found[document.pk, user.pk] = _may(user, document, accesses[user.pk])
    return found


def _may(user, document: Document, access) -> tuple[bool, Decision]:
    """Return (may read, may write), as `document_get_for` decides it."""
    is_there = document.removed_at is None or decide_document_removed(access, document)
    can_read = is_there and bool(decide_document(user, "document_read", document, access=access))
    if not can_read or not user.is_authenticated:
        return can_read, Denied("")
    with override(user.language):
        return can_read, decide_document(user, "document_write", document, access=access)


def documents_list_for(user, process: Process) -> list[Document]:
    """Return the documents of a process that `user` may read, with counts of threads. Constant number of queries."""
    access = access_for(user, process)
    rows = (
        with_counts(Document.objects.filter(process=process, removed_at__isnull=True))
        .select_related("task", "head", "process")
        .order_by("created_at")
    )
    return [row for row in rows if decide_document(user, "document_read", row, access=access)]


def with_counts(queryset: QuerySet) -> QuerySet:
    """Add `open_count`, `needing_count` and `answered_count` of threads to documents."""
    return queryset.annotate(
        open_count=Count("threads", filter=Q(threads__status="open"), distinct=True),
        needing_count=Count("threads", filter=Q(threads__needs_answer=True), distinct=True),
        answered_count=Count(
            "threads",
            filter=Q(threads__needs_answer=True, threads__disposition__isnull=False),
            distinct=True,
        ),
    )


def image_get_for(user, document_id: uuid.UUID | str, image_id: uuid.UUID | str) -> DocumentImage:
    """Return a picture of a document that `user` may read."""
    document = document_get_for(user, document_id, need="document_read")
    image = DocumentImage.objects.filter(pk=_uuid(image_id), document=document).first()
    if image is None:
        raise NotFound(_("There is no such picture in this document."))
    return image


def version_get_for(user, document_id: uuid.UUID | str, number: int) -> Version:
    """Return one version of a document that `user` may read."""
    document = document_get_for(user, document_id, need="document_read")
    version = Version.objects.filter(document=document, number=number).first()
    if version is None:
        raise NotFound(_("There is no such version of this document."))
    return version


def versions_list(document: Document) -> QuerySet[Version]:
    """Return the versions of a document, the newest first, without their texts."""
    rows = Version.objects.filter(document=document).select_related("created_by")
    return rows.defer("state", "content").order_by("-number")


def _uuid(value: uuid.UUID | str) -> uuid.UUID:
    """Return `value` as a UUID. Raises NotFound for anything else, so that a mistyped address is a 404."""
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        raise NotFound(_("There is no such thing here.")) from None


def document_edit_demand(user, document: Document) -> None:
    """Refuse unless `user` may restore this (removed) document. Raises Forbidden with the reason."""
    require(access_for(user, document.process).decide("document_edit", document.task_id))


def comment_later_demand(user, document: Document) -> None:
    """Refuse unless signing in is all that `user` lacks to comment here. Raises Forbidden, SignInNeeded otherwise."""
    decision = decide_document(user, "comment_create", document)
    if not decision and decision.code == "sign_in":
        return
    require(decision)
