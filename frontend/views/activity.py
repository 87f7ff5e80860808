"""What happened in a process: with filters, as a page, as a table, and as lines for a program."""

import csv
import io
import itertools
import json
import uuid
from collections.abc import Callable, Iterable, Iterator

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cocreation.kernel import clock
from community.models import Activity
from community.selectors.activity import Place, activity_after, activity_before
from frontend.forms.activity import ActivityFilterForm
from frontend.presenters.activity import activity_facts, activity_sentence, via_label
from frontend.presenters.process_page import process_context
from frontend.views.support import is_partial
from processes.models import Process
from processes.people_csv import harmless
from processes.selectors.activity import (
    activity_people,
    process_activity,
    sees_all,
    shown_details,
)
from processes.selectors.processes import process_get_for, process_tree
from processes.selectors.tree import walk

PAGE_ROWS = 40
ROWS_AT_ONCE = 500
DEPTH = {"phase": 0, "objective": 1, "task": 2}


def _form(request: HttpRequest, process: Process) -> ActivityFilterForm:
    places = [
        (str(part.id), "\u2003" * DEPTH[part.kind] + part.title)
        for part in walk(process_tree(process, request.user))
    ]
    return ActivityFilterForm(
        request.GET, people=list(activity_people(request.user, process)), places=places
    )


@require_safe
def activity_page(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Show the newest lines, or those before a place in the log (`before`): a long log is never counted."""
    process = process_get_for(request.user, process_id, need="activity_read")
    form = _form(request, process)
    rows = process_activity(request.user, process, form.wanted())
    before = Place.read(request.GET.get("before", ""))
    shown = list(activity_before(rows, before)[: PAGE_ROWS + 1])
    context = process_context(request.user, process) | {
        "tab": "activity",
        "form": form,
        "rows": shown[:PAGE_ROWS],
        "is_older": before is not None,
        "older": str(Place.of(shown[PAGE_ROWS - 1])) if len(shown) > PAGE_ROWS else "",
        "is_whole": sees_all(request.user, process),
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
    }
    partial = is_partial(request)
    template = "processes/_activity_results.html" if partial else "processes/process_activity.html"
    return render(request, template, context)


@require_safe
def activity_file(request: HttpRequest, process_id: uuid.UUID, kind: str) -> StreamingHttpResponse:
    """Answer with everything the filter leaves, oldest first, so that a file taken later only gets longer.

    Sent as it is read, `ROWS_AT_ONCE` at a time. What is written meanwhile is not in it.
    """
    process = process_get_for(request.user, process_id, need="process_export")
    rows = process_activity(request.user, process, _form(request, process).wanted())
    is_whole = sees_all(request.user, process)
    rows = rows.filter(created_at__lte=clock.now())
    parts = _parts(rows, lambda listed: (_csv if kind == "csv" else _json)(listed, is_whole))
    head = ["\ufeff" + _line(_csv_head())] if kind == "csv" else []
    types = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
    return StreamingHttpResponse(
        itertools.chain(head, parts),
        content_type=types[kind],
        headers={"Content-Disposition": f'attachment; filename="activity.{kind}"'},
    )


def _parts(rows: QuerySet[Activity], write: Callable[[list], Iterable[str]]) -> Iterator[str]:
    # It runs after the view has answered, when the language of the request is not set any more.
    language, place = translation.get_language(), None
    while listed := list(activity_after(rows, place)[:ROWS_AT_ONCE]):
        with translation.override(language):
            part = "".join(write(listed))
        yield part
        place = Place.of(listed[-1])


def _csv_head() -> list[str]:
    return [_("When"), _("Who"), _("What happened"), _("Details"), _("From where"), "verb", "id"]


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def _csv(rows: Iterable[Activity], is_whole: bool) -> Iterable[str]:
    for row in rows:
        yield _line(
            [
                timezone.localtime(row.created_at).isoformat(timespec="seconds"),
                row.actor.display_name if row.actor else "",
                activity_sentence(row),
                activity_facts(row, is_whole=is_whole),
                via_label(row.via),
                row.verb,
                str(row.target_id),
            ]
        )


def _json(rows: Iterable[Activity], is_whole: bool) -> Iterable[str]:
    for row in rows:
        facts = {
            "id": str(row.pk),
            "at": row.created_at.isoformat(),
            "actor": row.actor.display_name if row.actor else None,
            "actor_id": str(row.actor_id) if row.actor_id else None,
            "verb": row.verb,
            "via": row.via,
            "target_type": row.target_type,
            "target_id": str(row.target_id),
            "target_label": row.target_label,
            "document_id": str(row.document_id) if row.document_id else None,
            "details": shown_details(row.details, is_whole=is_whole),
        }
        yield json.dumps(facts, ensure_ascii=False) + "\n"
