"""Comment threads and their answers, as parts of the document page and as plain form posts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocreation.kernel.errors import DomainError, Invalid
from community.limits import client_address, limit
from documents.models import Document, Outcome, Thread
from documents.selectors import answers, documents, texts, threads
from documents.services import dispositions as disposition_services
from documents.services import drafts as draft_services
from documents.services import threads as thread_services
from frontend.presenters.texts import text_html
from frontend.presenters.threads import OUTCOMES, ThreadCard, thread_cards
from frontend.views.documents import anchor_read, threads_context

DRAFTS_PER_ADDRESS_PER_HOUR = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def thread_list(request: HttpRequest, document_id) -> HttpResponse:
    """All cards, one card (`?thread=`), or a new thread."""
    if request.method == "POST":
        return _create(request, document_id)
    document = documents.document_get_for(request.user, document_id, need="document_read")
    if wanted := request.GET.get("thread"):
        thread = threads.thread_get_for(request.user, wanted, need="document_read")
        return _card_answer(request, thread)
    return render(request, "threads/_thread_list.html", threads_context(request, document))


def _create(request: HttpRequest, document_id) -> HttpResponse:
    document = documents.document_get_for(request.user, document_id, need="document_read")
    try:
        anchor = anchor_read(request.POST.get("anchor", ""))
        body = request.POST.get("body", "")
        if not request.user.is_authenticated:
            return _draft(request, document, anchor, body)
        document = documents.document_get_for(request.user, document_id, need="thread_create")
        thread = thread_services.thread_create(
            actor=request.user, document=document, anchor=anchor, body=body
        )
    except DomainError as error:
        return _composer_again(request, document, error)
    if request.htmx:
        fresh = threads.thread_get_for(request.user, thread.pk, need="document_read")
        return _card_answer(request, fresh, status=201)
    return redirect(thread_page(thread))


def _draft(
    request: HttpRequest,
    document: Document,
    anchor: dict | None,
    body: str,
    thread: Thread | None = None,
) -> HttpResponse:
    """Keep the words of somebody who is not signed in and mail the link that publishes them."""
    documents.comment_later_demand(request.user, document)
    sender = client_address(request)
    limit("draft-from", sender, times=DRAFTS_PER_ADDRESS_PER_HOUR, seconds=3600)
    draft = draft_services.draft_create(
        document=document,
        anchor=anchor,
        body=body,
        email=request.POST.get("email", ""),
        name=request.POST.get("name", ""),
        language=get_language() or "",
        thread=thread,
    )
    context = {"draft": draft, "document": document}
    if request.htmx:
        return render(request, "threads/_draft_sent.html", context, status=202)
    return render(request, "threads/draft_sent.html", context, status=202)


def _composer_again(request: HttpRequest, document: Document, error: DomainError) -> HttpResponse:
    context = {"document": document, "error": error, "typed": request.POST}
    if request.htmx:
        return render(request, "threads/_errors.html", context, status=error.status)
    context |= threads_context(request, document)
    return render(request, "threads/composer_page.html", context, status=error.status)


@require_POST
def comment_create(request: HttpRequest, thread_id) -> HttpResponse:
    thread = threads.thread_get_for(request.user, thread_id, need="document_read")
    body = request.POST.get("body", "")
    try:
        if not request.user.is_authenticated:
            return _draft(request, thread.document, None, body, thread)
        threads.thread_get_for(request.user, thread_id, need="comment_create")
        thread_services.comment_create(actor=request.user, thread=thread, body=body)
    except DomainError as error:
        return _card_again(
            request, thread, error, {"reply": body, "email": request.POST.get("email", "")}
        )
    return _done(request, thread_id)


@login_required
@require_POST
def comment_update(request: HttpRequest, comment_id) -> HttpResponse:
    comment = threads.comment_get_for(request.user, comment_id, need="comment_update")
    body = request.POST.get("body", "")
    try:
        thread_services.comment_update(actor=request.user, comment=comment, body=body)
    except Invalid as error:
        return _card_again(request, comment.thread, error, {f"comment-{comment.pk}": body})
    return _done(request, comment.thread_id)


@login_required
@require_POST
def comment_remove(request: HttpRequest, comment_id) -> HttpResponse:
    comment = threads.comment_get_for(request.user, comment_id, need="comment_remove")
    change = (
        thread_services.comment_restore if comment.removed_at else thread_services.comment_remove
    )
    change(actor=request.user, comment=comment)
    return _done(request, comment.thread_id)


@login_required
@require_POST
def resolve(request: HttpRequest, thread_id) -> HttpResponse:
    thread = threads.thread_get_for(request.user, thread_id, need="thread_resolve")
    thread_services.thread_resolve(actor=request.user, thread=thread)
    return _done(request, thread_id)


@login_required
@require_POST
def reopen(request: HttpRequest, thread_id) -> HttpResponse:
    thread = threads.thread_get_for(request.user, thread_id, need="thread_resolve")
    thread_services.thread_reopen(actor=request.user, thread=thread)
    return _done(request, thread_id)


@login_required
@require_POST
def disposition(request: HttpRequest, thread_id) -> HttpResponse:
    thread = threads.thread_get_for(request.user, thread_id, need="thread_dispose")
    typed = {name: request.POST.get(name, "") for name in ("outcome", "reason", "changed_anchor")}
    try:
        disposition_services.disposition_set(
            actor=request.user,
            thread=thread,
            outcome=typed["outcome"],
            reason=typed["reason"],
            change=anchor_read(typed["changed_anchor"]),
        )
    except Invalid as error:
        if request.POST.get("next") == "answering":
            return _answering(request, thread.document, thread, error=error, typed=typed)
        return _card_again(request, thread, error, typed)
    if request.POST.get("next") == "answering":
        messages.success(request, _("Answered. The person who wrote is told."))
        return redirect("documents:queue", thread.document_id)
    return _done(request, thread_id)


@login_required
@never_cache
@require_safe
def queue(request: HttpRequest, document_id) -> HttpResponse:
    """The answering page: the queue left, the passage and comment in the middle, the decision right."""
    document = documents.document_get_for(request.user, document_id, need="thread_dispose")
    thread = None
    if wanted := request.GET.get("thread"):
        thread = threads.thread_get_for(request.user, wanted, need="thread_dispose")
    return _answering(request, document, thread)


def _answering(
    request: HttpRequest,
    document: Document,
    thread: Thread | None,
    error: Invalid | None = None,
    typed: dict | None = None,
) -> HttpResponse:
    waiting = threads.threads_placed(document, threads.threads_list(document, needs_answer=True))
    if thread is None and waiting:
        thread = waiting[0].thread
    content, _sequence = texts.document_content(document)
    answered, asked = threads.answer_counts(document)
    context = {
        "document": document,
        "waiting": waiting,
        "answered": answered,
        "asked": asked,
        "oldest_days": answers.oldest_waiting_days(document),
        "outcomes": OUTCOMES,
        "text": text_html(
            document, content, threads.threads_placed(document, [thread] if thread else [])
        ),
    }
    if thread is not None:
        state = {"typed": typed or {}, "errors": error.fields if error else {}}
        context["card"] = thread_cards(request.user, document, [thread], **state)[0]
        context["neighbours"] = _neighbours(waiting, thread)
        context["position"] = next(
            (n for n, item in enumerate(waiting, 1) if item.thread.pk == thread.pk), None
        )
    return render(
        request, "documents/document_answering.html", context, status=error.status if error else 200
    )


def _neighbours(waiting: list, thread: Thread) -> dict:
    ids = [item.thread.pk for item in waiting]
    at = ids.index(thread.pk) if thread.pk in ids else -1
    return {
        "previous": ids[at - 1] if at > 0 else None,
        "next": ids[at + 1] if at + 1 < len(ids) else None,
    }


# --- answers of these views ------------------------------------------------------------------------


def thread_page(thread: Thread) -> str:
    """Return the address of a thread on its document's page."""
    return f"{reverse('documents:detail', args=[thread.document_id])}#thread-{thread.number}"


def _done(request: HttpRequest, thread_id) -> HttpResponse:
    thread = threads.thread_get_for(request.user, thread_id, need="document_read")
    return _card_answer(request, thread) if request.htmx else redirect(thread_page(thread))


def _card_again(
    request: HttpRequest, thread: Thread, error: DomainError, typed: dict
) -> HttpResponse:
    errors = error.fields or {"": [error.message]}
    fresh = threads.thread_get_for(request.user, thread.pk, need="document_read")
    return _card_answer(request, fresh, status=error.status, typed=typed, errors=errors)


def _card_answer(
    request: HttpRequest, thread: Thread, *, status: int = 200, **state: dict
) -> HttpResponse:
    placed = threads.threads_placed(thread.document, [thread])
    card: ThreadCard = thread_cards(request.user, thread.document, placed, **state)[0]
    context = {"card": card, "document": thread.document, "outcomes": OUTCOMES, "Outcome": Outcome}
    if request.htmx:
        return render(request, "threads/_thread.html", context, status=status)
    return render(request, "threads/thread_page.html", context, status=status)
