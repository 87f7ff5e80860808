"""The process for those who are elsewhere: feeds, a summary to embed, how to share, what search engines may list.

All of it is answered as to a visitor who is not signed in, whoever asks: what leaves for other sites holds nothing
that not everybody may read, and may be kept by caches.
"""

import uuid

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from cocreation.kernel.errors import DomainError
from documents.selectors.public_events import public_events
from frontend.card import card_png
from frontend.presenters.process_page import process_context
from frontend.presenters.public_face import absolute, event_title, event_url
from frontend.presenters.public_summary import public_summary
from processes.models import Process, Visibility
from processes.selectors.processes import process_get_for, processes_visible_to
from processes.selectors.stories import stories_list

FEED_PROCESSES = 50
FEED_STORIES = 50
EMBED_HEIGHT_PX = 390


def _open_process(process_id: uuid.UUID) -> Process:
    """Return a process that everybody may read; whether another exists is nobody's business. Raises: Http404."""
    try:
        return process_get_for(AnonymousUser(), process_id, need="process_read")
    except DomainError:
        raise Http404 from None


def _atom(feed: Atom1Feed, language: str) -> HttpResponse:
    response = HttpResponse(
        feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )
    # Asked again each time, so that a process that closed is gone at once; unchanged costs 304.
    response["Cache-Control"] = "no-cache"
    response["Content-Language"] = language
    if feed.items:
        response["Last-Modified"] = http_date(feed.latest_post_date().timestamp())
    return response


@require_safe
@conditional_page
def process_feed(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = _open_process(process_id)
    url = absolute("processes:detail", process.pk)
    author = process.organisation.name if process.organisation else settings.SITE_NAME
    with translation.override(process.language):
        feed = Atom1Feed(
            title=process.title,
            link=url,
            description=process.summary,
            subtitle=process.summary,
            language=process.language,
            feed_url=absolute("processes:feed", process.pk),
            feed_guid=f"urn:uuid:{process.pk}",
            author_name=author,
        )
        for event in public_events(process):
            feed.add_item(
                title=event_title(event),
                link=event_url(process, event),
                description=event_title(event),
                unique_id=f"{url}#{event.kind}:{event.key}",
                pubdate=event.at,
                updateddate=event.at,
            )
    return _atom(feed, process.language)


def _feed_of_the_site(title: str, link: str, address: str) -> Atom1Feed:
    return Atom1Feed(
        title=title,
        link=link,
        description="",
        language=settings.LANGUAGE_CODE,
        feed_url=address,
        author_name=settings.SITE_NAME,
    )


@require_safe
@conditional_page
def site_feed(request: HttpRequest) -> HttpResponse:
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Open processes – %(site)s") % {"site": settings.SITE_NAME}
        feed = _feed_of_the_site(title, absolute("processes:list"), absolute("feed"))
        rows = processes_visible_to(AnonymousUser()).order_by("-created_at", "pk")
        for process in rows[:FEED_PROCESSES]:
            feed.add_item(
                title=process.title,
                link=absolute("processes:detail", process.pk),
                description=process.summary,
                unique_id=f"urn:uuid:{process.pk}",
                pubdate=process.created_at,
                updateddate=process.updated_at,
                author_name=process.organisation.name if process.organisation else None,
            )
    return _atom(feed, settings.LANGUAGE_CODE)


@require_safe
@conditional_page
def stories_feed(request: HttpRequest) -> HttpResponse:
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Stories – %(site)s") % {"site": settings.SITE_NAME}
        feed = _feed_of_the_site(title, absolute("stories:list"), absolute("stories:feed"))
        for story in stories_list()[:FEED_STORIES]:
            asks = story.process.organisation
            feed.add_item(
                title=story.title,
                link=absolute("stories:detail", story.pk),
                description=story.summary,
                unique_id=f"urn:uuid:{story.pk}",
                pubdate=story.published_at,
                updateddate=story.updated_at,
                author_name=asks.name if asks else None,
            )
    return _atom(feed, settings.LANGUAGE_CODE)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "script-src": [NONE]})
@conditional_page
def embed(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Show a small page that other sites may frame: no script, no cookie, nothing but links that open outside."""
    process = _open_process(process_id)
    with translation.override(process.language):
        # Without the request: nothing of who looks can get into it, and no session is asked for.
        html = render_to_string(
            "processes/process_embed.html",
            public_summary(process) | {"site_name": settings.SITE_NAME},
        )
    response = HttpResponse(html)
    response["Cache-Control"] = "no-cache"
    response["Content-Language"] = process.language
    return response


@require_safe
def share(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_read")
    context = process_context(request.user, process) | {
        "tab": "share",
        "is_open": process.visibility != Visibility.PRIVATE,
        "embed_url": absolute("processes:embed", process.pk),
        "embed_height": EMBED_HEIGHT_PX,
        "embed_code": _embed_code(absolute("processes:embed", process.pk), process.title),
    }
    return render(request, "processes/process_share.html", context)


@require_safe
@cache_control(max_age=86_400, public=True)
def card(request: HttpRequest) -> HttpResponse:
    return HttpResponse(card_png(), content_type="image/png")


@require_safe
@cache_control(max_age=3600, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    closed = ("/admin/", "/accounts/", "/api/", "/my-work/", "/demo/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {absolute('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _embed_code(address: str, title: str) -> str:
    """Return the HTML that shows the summary on another site, as words to show."""
    code = format_html(
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy"'
        ' style="border:0"></iframe>',
        address,
        title,
        EMBED_HEIGHT_PX,
    )
    # A plain str: the page shows it, and does not take it for its own.
    return str.__str__(code)
