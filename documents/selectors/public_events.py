"""What happened in a process that matters to the public: for its feed. Nobody's name and nobody's words are in it."""

import datetime
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from community.selectors import activity_list
from documents.models import Disposition, Document, Version
from documents.selectors.documents import documents_list_for
from processes.models import Process
from processes.permissions import access_for
from processes.selectors.stories import story_of

OF_PHASES = ("phase.opened", "phase.reopened", "phase.closed", "phase.extended")
OF_PROCESS = ("process.finished", "process.reopened")


@dataclass(frozen=True)
class PublicEvent:
    """One thing the public is told. `kind` is a verb of the log, "document.started", "version.made" or
    "comments.answered"; `key` never changes; `number` is of a version, or how many comments were answered that day."""

    kind: str
    key: str
    at: datetime.datetime
    label: str = ""
    document_id: uuid.UUID | None = None
    number: int = 0


def public_events(process: Process, *, limit: int = 50) -> list[PublicEvent]:
    """Return the latest things a visitor may know about an open process, newest first.

    What a visitor does not see now (a removed text, a switched-off phase) is left out, whenever it happened. Answers
    are counted per text and day. Constant number of queries.
    """
    visitor = AnonymousUser()
    access = access_for(visitor, process)
    if not access.decide("process_read"):
        return []
    texts = {row.pk: row for row in documents_list_for(visitor, process)}
    events = [PublicEvent("process.started", str(process.pk), process.created_at, process.title)]
    events += _from_log(process, access, limit)
    events += [
        PublicEvent("document.started", str(row.pk), row.created_at, row.title, row.pk)
        for row in texts.values()
    ]
    events += _versions(texts, limit)
    story = story_of(visitor, process)
    if story is not None and story.published_at:
        events.append(
            PublicEvent("story.published", str(story.pk), story.published_at, story.title)
        )
    events += _answers(texts)
    return sorted(events, key=lambda event: (event.at, event.key), reverse=True)[:limit]


def _from_log(process: Process, access, limit: int) -> list[PublicEvent]:
    rows = activity_list(process_id=process.pk).filter(verb__in=OF_PHASES + OF_PROCESS)
    # A phase that is gone or switched off is no longer anything to announce.
    seen = {pk for pk, row in access.tree.items() if not row.is_disabled and access.can_see(pk)}
    return [
        PublicEvent(row.verb, str(row.pk), row.created_at, row.target_label)
        for row in rows[: limit * 2]
        if row.verb in OF_PROCESS or row.target_id in seen
    ]


def _versions(texts: dict[uuid.UUID, Document], limit: int) -> list[PublicEvent]:
    rows = Version.objects.filter(document__in=texts).order_by("-created_at")
    return [
        PublicEvent("version.made", str(pk), at, texts[document].title, document, number)
        for pk, at, document, number in rows.values_list(
            "pk", "created_at", "document_id", "number"
        )[:limit]
    ]


def _answers(texts: dict[uuid.UUID, Document]) -> list[PublicEvent]:
    moments: dict[tuple, list[datetime.datetime]] = defaultdict(list)
    rows = Disposition.objects.filter(thread__document__in=texts)
    for document, at in rows.values_list("thread__document_id", "decided_at"):
        moments[document, timezone.localtime(at).date()].append(at)
    return [
        PublicEvent(
            "comments.answered",
            f"{document}:{day}",
            max(times),
            texts[document].title,
            document,
            len(times),
        )
        for (document, day), times in moments.items()
    ]
