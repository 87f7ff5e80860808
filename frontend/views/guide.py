"""The guide (the plan as a page shows it), whole or in the parts that a page fetches."""

import contextlib
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend.presenters.process_page import guide_context, parts_context
from processes.models import NodeKind
from processes.selectors.processes import process_get_for
from processes.selectors.tasks import node_get_for
from processes.selectors.tree_parts import PARTS_MAX


@require_safe
def process_guide(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """The tree alone, which pages fetch again when something in it changed."""
    process = process_get_for(request.user, process_id, need="process_read")
    return render(request, "processes/_guide.html", guide_context(request.user, process))


@require_safe
def guide_phase(request: HttpRequest, process_id: uuid.UUID, phase_id: uuid.UUID) -> HttpResponse:
    """What is in one phase of a large plan, fetched when it is opened."""
    phase = node_get_for(request.user, phase_id, need="process_read", kind=NodeKind.PHASE)
    context = parts_context(request.user, phase.process, [phase.pk], set())
    [part] = [part for part in context["phases"] if part.id == phase.pk]
    return render(request, "processes/_phase_body.html", context | {"phase": part})


@require_safe
def guide_nodes(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """The parts of the guide that look different after `?id=` changed; `?missing=`: those that the page lacks."""
    process = process_get_for(request.user, process_id, need="process_read")
    ids, missing = (_ids(request.GET.getlist(name)) for name in ("id", "missing"))
    context = parts_context(request.user, process, ids, set(missing))
    return render(request, "processes/_guide_nodes.html", context)


def _ids(texts: list[str]) -> list[uuid.UUID]:
    """Return the ids among what an address says; what is none is passed over."""
    found = []
    for text in texts[:PARTS_MAX]:
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(text))
    return found
