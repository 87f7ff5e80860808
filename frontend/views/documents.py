"""Pages of a document: reading and writing it, its pictures, exports, answers."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from cocreation.kernel.errors import DomainError, Invalid
from cocreation.kernel.ws_paths import document_socket_path, events_socket_path
from community.sign_in import is_shared_device
from documents import exports
from documents.models import Document
from documents.permissions import decide_document, document_abilities
from documents.schema import SCHEMA_VERSION
from documents.selectors import answers as answer_selectors
from documents.selectors import documents, people, texts, threads
from documents.services import documents as document_services
from documents.services import drafts as draft_services
from documents.services import images as image_services
from frontend.editor_strings import editor_strings
from frontend.presenters.public_face import share_facts_text
from frontend.presenters.texts import text_html, text_outline, word_count
from frontend.presenters.threads import OUTCOMES, thread_cards

FILTERS = ("all", "open", "mine", "needs")


def threads_context(request: HttpRequest, document: Document) -> dict:
    """Return what the margin shows: cards in the order of the text, filtered as the query asks."""
    show = request.GET.get("show", "all")
    filters = {
        "open": {"status": "open"},
        "mine": {"mine": request.user},
        "needs": {"needs_answer": True},
    }.get(show, {})
    placed = threads.threads_placed(document, threads.threads_list(document, **filters))
    answered, asked = threads.answer_counts(document)
    create = decide_document(request.user, "thread_create", document)
    return {
        "document": document,
        "cards": thread_cards(request.user, document, placed),
        "placed": placed,
        "show": show if show in FILTERS else "all",
        "outcomes": OUTCOMES,
        "answered": answered,
        "asked": asked,
        "thread_create": create,
        "can_write_first": not create and create.code == "sign_in",
    }


@never_cache
@require_safe
def detail(request: HttpRequest, document_id) -> HttpResponse:
    document = documents.document_get_for(request.user, document_id, need="document_read")
    content, sequence = texts.document_content(document)
    context = threads_context(request, document)
    context |= {
        "abilities": document_abilities(request.user, document),
        "text": text_html(document, content, context["placed"]),
        "outline": text_outline(content),
        "words": word_count(content),
        "sequence": sequence,
        "schema_version": SCHEMA_VERSION,
        "socket": document_socket_path(document.pk),
        "events_path": events_socket_path(),
        "editor_strings": editor_strings(),
        "keep_offline": not is_shared_device(request),
        "share": share_facts_text(document),
        "phase_refusal": _phase_refusal(request, document, context),
    }
    return render(request, "documents/document_detail.html", context)


@never_cache
@require_safe
def standing(request: HttpRequest, document_id) -> HttpResponse:
    """What one may do in a text now, for a page that is open while rights change."""
    document = documents.document_get_for(request.user, document_id, need="document_read")
    create = decide_document(request.user, "thread_create", document)
    context = {
        "document": document,
        "thread_create": create,
        "can_write_first": not create and create.code == "sign_in",
    }
    context["phase_refusal"] = _phase_refusal(request, document, context)
    return render(request, "documents/_standing.html", context)


def _phase_refusal(request: HttpRequest, document: Document, context: dict) -> str:
    """Return what the phase keeps this person from: writing, else commenting."""
    for decision in (
        context["thread_create"],
        decide_document(request.user, "document_write", document),
    ):
        if not decision and decision.code.startswith("phase_"):
            return decision.reason
    return ""


@require_safe
def print_page(request: HttpRequest, document_id) -> HttpResponse:
    document = documents.document_get_for(request.user, document_id, need="document_read")
    content, sequence = texts.document_content(document)
    context = {"document": document, "text": text_html(document, content), "sequence": sequence}
    return render(request, "documents/document_print.html", context)


@require_GET
def export(request: HttpRequest, document_id, kind: str) -> HttpResponse:
    document = documents.document_get_for(request.user, document_id, need="document_read")
    if kind == "docx":
        return _file(exports.export_docx(document), exports.DOCX, exports.file_name(document, kind))
    body = exports.export_markdown(document)
    return _file(body, "text/markdown; charset=utf-8", exports.file_name(document, "md"))


@require_safe
def answers(request: HttpRequest, document_id) -> HttpResponse:
    document = documents.document_get_for(request.user, document_id, need="document_read")
    rows = answer_selectors.response_table(document)
    kind = request.GET.get("format", "")
    if kind in ("csv", "docx"):
        return _answers_file(document, rows, kind)
    answered, asked = threads.answer_counts(document)
    context = {"document": document, "rows": rows, "answered": answered, "asked": asked}
    return render(request, "documents/document_answers.html", context)


def _answers_file(document: Document, rows: list, kind: str) -> HttpResponse:
    name = exports.file_name(document, kind, suffix="-" + _("answers"))
    if kind == "csv":
        return _file(exports.response_table_csv(rows), "text/csv; charset=utf-8", name)
    return _file(exports.response_table_docx(document, rows), exports.DOCX, name)


def _file(body: bytes | str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    # Writes names in any script (RFC 6266).
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


@login_required
@require_POST
def rename(request: HttpRequest, document_id) -> HttpResponse:
    document = documents.document_get_for(request.user, document_id, need="document_edit")
    title = request.POST.get("title", "")
    if not title.strip() or len(title) > 200:
        messages.error(request, _("A title needs 1 to 200 characters. The old one was kept."))
    else:
        document_services.document_rename(actor=request.user, document=document, title=title)
    return redirect("documents:detail", document.pk)


@login_required
@require_POST
def remove(request: HttpRequest, document_id) -> HttpResponse:
    document = documents.document_get_for(request.user, document_id, need="document_edit")
    document_services.document_remove(actor=request.user, document=document)
    messages.success(request, _("The document was removed. Its page offers to restore it."))
    return redirect("processes:task", document.process_id, document.task_id)


@login_required
@require_POST
def restore(request: HttpRequest, document_id) -> HttpResponse:
    document = documents.document_get_for(request.user, document_id, need="document_read")
    documents.document_edit_demand(request.user, document)
    document_services.document_restore(actor=request.user, document=document)
    messages.success(request, _("The document is back."))
    return redirect("documents:detail", document.pk)


@require_POST
def images(request: HttpRequest, document_id) -> JsonResponse:
    try:
        document = documents.document_get_for(request.user, document_id, need="document_write")
        upload = request.FILES.get("file")
        if upload is None:
            raise Invalid(_("Choose a picture first."), "file")
        image = image_services.image_add(
            actor=request.user, document=document, data=upload.read(), name=upload.name
        )
    except DomainError as error:
        return JsonResponse({"code": error.code, "detail": error.message}, status=error.status)
    return JsonResponse({"id": str(image.pk)}, status=201)


@require_safe
def image(request: HttpRequest, document_id, image_id) -> FileResponse:
    row = documents.image_get_for(request.user, document_id, image_id)
    response = FileResponse(row.file.open("rb"), content_type=row.content_type)
    # Shown inside pages through <img>, which does not mind; opened by itself it is a download (DESIGN §8).
    response.headers["Content-Disposition"] = "attachment"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@login_required
@require_safe
def people_to_mention(request: HttpRequest, document_id) -> JsonResponse:
    """Names of people of the process that begin or contain what was typed after an @."""
    document = documents.document_get_for(request.user, document_id, need="comment_create")
    found = people.mentionable(document.process_id, request.GET.get("q", ""))
    return JsonResponse({"people": [{"name": user.display_name} for user in found]})


@login_required
@require_safe
def draft_publish(request: HttpRequest, document_id, draft_id) -> HttpResponse:
    """Publish a kept comment; the link in the mail leads here after its one click.

    A GET that changes something, on purpose: the person has just pressed the button of the link's page, the draft is
    their own, and doing it twice does nothing more.
    """
    draft = threads.draft_get_for(request.user, document_id, draft_id)
    comment = draft_services.draft_publish(actor=request.user, draft=draft)
    messages.success(request, _("Your comment is published. You will be told when it is answered."))
    url = redirect("documents:detail", document_id).url
    return redirect(f"{url}#thread-{comment.thread.number}")


def anchor_read(text: str) -> dict | None:
    """Return the anchor that a form carries. Raises Invalid when it is no JSON object."""
    if not text:
        return None
    try:
        anchor = json.loads(text)
    except ValueError:
        anchor = None
    if not isinstance(anchor, dict):
        raise Invalid(_("The passage that you chose could not be read. Choose it again."), "anchor")
    return anchor
