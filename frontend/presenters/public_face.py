"""How an open process looks from outside: to whom shares it, to search engines, to feed readers, and to a visitor."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.models import Document
from documents.permissions import decide_document
from documents.selectors.public_events import PublicEvent
from processes.models import Process, ProcessStatus, Story, StoryStatus, Visibility
from processes.selectors.pictures import picture_of

# The language of the page in the form that Open Graph asks for.
OG_LOCALES = {"en": "en_GB", "lv": "lv_LV", "uk": "uk_UA"}
# A data block is read as HTML first: nothing in it may end the element.
IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}

TITLES = {
    "process.started": gettext_lazy("The process “%(label)s” began"),
    "process.finished": gettext_lazy("The process is finished"),
    "process.reopened": gettext_lazy("The process is open again"),
    "story.published": gettext_lazy("Its story was published: “%(label)s”"),
    "phase.opened": gettext_lazy("“%(label)s” is open"),
    "phase.reopened": gettext_lazy("“%(label)s” is open again"),
    "phase.closed": gettext_lazy("“%(label)s” is closed"),
    "phase.extended": gettext_lazy("“%(label)s” has more time"),
    "document.started": gettext_lazy("A new text: “%(label)s”"),
    "version.made": gettext_lazy("Version %(number)s of “%(label)s”"),
}


def absolute(name: str, *args: object) -> str:
    """Return the whole public address of a page of ours."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(name, args=args)


def share_facts(process: Process) -> dict | None:
    """Return what the head of a page says about an open process to other sites; None for a working group."""
    if process.visibility == Visibility.PRIVATE:
        return None
    return {
        "type": "website",
        "locale": OG_LOCALES.get(process.language, process.language),
        "url": absolute("processes:detail", process.pk),
        "title": process.title,
        "description": process.summary,
        "feed_title": process.title,
        "image": share_image(process),
        "feed": absolute("processes:feed", process.pk),
    }


def share_image(process: Process | None = None) -> dict:
    """Return the picture that other sites show beside a link to ours: the process's own, else our mark."""
    picture = picture_of(process) if process else None
    if picture is None:
        return {"url": absolute("card"), "width": 1200, "height": 630, "alt": settings.SITE_NAME}
    return {
        "url": absolute("processes:picture-file", process.pk, picture.pk),
        "width": picture.width,
        "height": picture.height,
        "alt": picture.alt,
    }


def structured_data(process: Process, ends_on=None) -> SafeString:
    """Return the process as a schema.org Event, safe inside a script element of type application/ld+json.

    An Event has what people search for: what, who asks, from when until when, and that it is on line and free.
    """
    url = absolute("processes:detail", process.pk)
    facts = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": process.title,
        "description": process.summary,
        "url": url,
        "image": share_image(process)["url"],
        "inLanguage": process.language,
        "startDate": timezone.localtime(process.created_at).date().isoformat(),
        "endDate": ends_on.isoformat() if ends_on else "",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": url},
        "isAccessibleForFree": True,
        "organizer": _organizer(process),
    }
    return _in_script(facts)


def share_facts_text(document: Document) -> dict | None:
    """Return what the head of a text's page says to other sites; None where not everybody may read it."""
    if document.removed_at or not decide_document(AnonymousUser(), "document_read", document):
        return None
    process = document.process
    facts = {
        "type": "article",
        "locale": OG_LOCALES.get(document.language, document.language),
        "url": absolute("documents:detail", document.pk),
        "title": document.title,
        "description": process.summary,
        "image": share_image(process),
        "feed": absolute("processes:feed", process.pk),
        "feed_title": process.title,
        "changed_at": document.head.text_updated_at,
    }
    facts["structured"] = _in_script(
        {
            "@context": "https://schema.org",
            "@type": "DigitalDocument",
            "name": document.title,
            "description": process.summary,
            "url": facts["url"],
            "image": facts["image"]["url"],
            "inLanguage": document.language,
            "dateCreated": document.created_at.isoformat(),
            "dateModified": document.head.text_updated_at.isoformat(),
            "isAccessibleForFree": True,
            "publisher": _organizer(process),
            "isPartOf": {
                "@type": "Event",
                "name": process.title,
                "url": absolute("processes:detail", process.pk),
            },
        }
    )
    return facts


def share_facts_story(story: Story) -> dict | None:
    """Return what the head of a story's page says to other sites; None until it is published."""
    if story.status != StoryStatus.PUBLISHED:
        return None
    # A private process shows nothing of itself in its story but what was written there.
    is_open = story.process.visibility != Visibility.PRIVATE
    facts = {
        "type": "article",
        "locale": OG_LOCALES.get(story.language, story.language),
        "url": absolute("stories:detail", story.pk),
        "title": story.title,
        "description": story.summary,
        "image": share_image(story.process if is_open else None),
        "feed": absolute("stories:feed"),
        "feed_title": _("Stories"),
        "changed_at": story.updated_at,
    }
    rating = getattr(story, "rating", None)
    facts["structured"] = _in_script(
        {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": story.title,
            "description": story.summary,
            "url": facts["url"],
            "image": facts["image"]["url"],
            "inLanguage": story.language,
            "datePublished": story.published_at.isoformat() if story.published_at else "",
            "dateModified": story.updated_at.isoformat(),
            "isAccessibleForFree": True,
            "author": _organizer(story.process),
            "publisher": {
                "@type": "Organization",
                "name": settings.SITE_NAME,
                "url": absolute("home"),
            },
            "aggregateRating": {
                "@type": "AggregateRating",
                "ratingValue": round(rating, 1),
                "ratingCount": story.review_count,
            }
            if rating
            else "",
        }
    )
    return facts


def _in_script(facts: dict) -> SafeString:
    """Return facts as JSON-LD, without the empty ones, safe inside a script element."""
    text = json.dumps({key: value for key, value in facts.items() if value}, ensure_ascii=False)
    return mark_safe(text.translate(IN_SCRIPT))  # noqa: S308  escaped just before


def _organizer(process: Process) -> dict:
    if process.organisation is None:
        return {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("home")}
    return {
        "@type": "Organization",
        "name": process.organisation.name,
        "url": absolute("organisations:detail", process.organisation.slug),
    }


def event_title(event: PublicEvent) -> str:
    """Return what happened in the language that is active."""
    values = {"label": event.label, "number": event.number}
    if event.kind == "comments.answered":
        return (
            ngettext(
                "%(number)s comment on “%(label)s” was answered",
                "%(number)s comments on “%(label)s” were answered",
                event.number,
            )
            % values
        )
    return str(TITLES[event.kind]) % values


def event_url(process: Process, event: PublicEvent) -> str:
    """Return where what happened can be read."""
    if event.kind == "comments.answered":
        return absolute("documents:response-table", event.document_id)
    if event.kind == "version.made":
        return absolute("documents:version", event.document_id, event.number)
    if event.document_id:
        return absolute("documents:detail", event.document_id)
    return absolute("processes:detail", process.pk)


@dataclass(frozen=True)
class Step:
    """The one thing a visitor can do now: words of the button, where it leads, its icon."""

    words: str
    url: str
    icon: str


def visitor_step(
    process: Process, documents: list, *, commentable: list, can_join: bool
) -> Step | None:
    """Return the one thing to do now for who has no role; None when there is nothing yet, or to join is asked for.

    `commentable` are those of the texts that they can comment on now, if need be after signing in.
    """
    if not documents:
        return None
    where = _where(process, documents)
    if process.status == ProcessStatus.FINISHED:
        answered = next((row for row in documents if row.answered_count), None)
        if answered is None:
            return Step(_("Read what came of it"), where, "file-earmark-text")
        answers = reverse("documents:response-table", args=[answered.pk])
        return Step(_("Read how comments were answered"), answers, "chat-dots")
    if commentable:
        return Step(_("Read and comment"), _where(process, commentable), "chat-left-text")
    if can_join:
        return None
    if len(documents) == 1:
        return Step(_("Read the text"), where, "file-earmark-text")
    return Step(_("Read the texts"), where, "file-earmark-text")


def _where(process: Process, documents: list) -> str:
    if len(documents) == 1:
        return reverse("documents:detail", args=[documents[0].pk])
    return reverse("processes:texts", args=[process.pk])
