"""What happened in a process: with filters, as a page, as a table, and as lines for a program."""

import csv
import io
import json
import tempfile
import uuid
from collections.abc import Iterable

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.forms.activity import ActivityFilterForm
from frontend.presenters.activity import activity_facts, activity_sentence, via_label
from frontend.presenters.process_page import process_context
from frontend.views.support import is_partial, listed
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
ROWS_AT_ONCE = 1000
# Up to here a file is kept in memory while it is written.
FILE_IN_MEMORY_BYTES = 5_000_000
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
    process = process_get_for(request.user, process_id, need="activity_read")
    form = _form(request, process)
    rows = process_activity(request.user, process, form.wanted())
    context = process_context(request.user, process) | {
        "tab": "activity",
        "form": form,
        "page": listed(request, rows, size=PAGE_ROWS),
        "is_whole": sees_all(request.user, process),
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
    }
    partial = is_partial(request)
    template = "processes/_activity_results.html" if partial else "processes/process_activity.html"
    return render(request, template, context)


@require_safe
def activity_file(request: HttpRequest, process_id: uuid.UUID, kind: str) -> FileResponse:
    """Answer with everything the filter leaves, oldest first, so that a file taken later only gets longer."""
    process = process_get_for(request.user, process_id, need="process_export")
    rows = process_activity(request.user, process, _form(request, process).wanted())
    rows = rows.order_by("created_at", "id").iterator(chunk_size=ROWS_AT_ONCE)
    is_whole = sees_all(request.user, process)
    # Written to the end before it is sent: it holds one moment of the log, however slowly it is fetched.
    file = tempfile.SpooledTemporaryFile(FILE_IN_MEMORY_BYTES)  # noqa: SIM115  the answer closes it
    lines = _csv(rows, is_whole) if kind == "csv" else _json(rows, is_whole)
    for line in lines:
        file.write(line.encode())
    file.seek(0)
    types = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
    return FileResponse(
        file, as_attachment=True, filename=f"activity.{kind}", content_type=types[kind]
    )


def _csv(rows: Iterable, is_whole: bool) -> Iterable[str]:
    def line(cells: list[str]) -> str:
        out = io.StringIO()
        csv.writer(out).writerow([harmless(cell) for cell in cells])
        return out.getvalue()

    head = [_("When"), _("Who"), _("What happened"), _("Details"), _("From where"), "verb", "id"]
    yield "\ufeff" + line(head)
    for row in rows:
        yield line(
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


def _json(rows: Iterable, is_whole: bool) -> Iterable[str]:
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
