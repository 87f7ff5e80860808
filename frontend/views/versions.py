"""Versions of a document: what was kept, and how the text read then."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.selectors import documents
from frontend.presenters.texts import text_html, word_count


@require_safe
def version_list(request: HttpRequest, document_id) -> HttpResponse:
    document = documents.document_get_for(request.user, document_id, need="document_read")
    context = {"document": document, "versions": documents.versions_list(document)}
    return render(request, "documents/document_versions.html", context)


@require_safe
def version_detail(request: HttpRequest, document_id, number: int) -> HttpResponse:
    version = documents.version_get_for(request.user, document_id, number)
    context = {
        "document": version.document,
        "version": version,
        "text": text_html(version.document, version.content),
        "words": word_count(version.content),
    }
    return render(request, "documents/document_version.html", context)
