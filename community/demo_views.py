"""The mails that the demo would have sent, for everybody to read. Served with DEMO only: they hold sign-in links."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community import selectors
from community.models import Mail

MAILS_PER_PAGE = 50


@never_cache
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """List mails, newest first; `?to=` one address's, `?format=json` for tests."""
    mails = selectors.mails_list(to=request.GET.get("to", ""))
    page = Paginator(mails, MAILS_PER_PAGE).get_page(request.GET.get("page"))
    if request.GET.get("format") == "json":
        return JsonResponse({"count": page.paginator.count, "results": [_plain(m) for m in page]})
    return render(request, "account/demo_mails.html", {"page": page})


@never_cache
@require_safe
def mail_detail(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """Show one mail. The template escapes its text and makes its links clickable (`urlize`)."""
    mail = selectors.mail_get(ident)
    if request.GET.get("format") == "json":
        return JsonResponse(_plain(mail))
    return render(request, "account/demo_mail.html", {"mail": mail})


def _plain(mail: Mail) -> dict:
    names = ("id", "to", "subject", "text", "language", "status", "created_at", "sent_at")
    return {name: getattr(mail, name) for name in names}
