"""Changing the plan: adding, renaming, moving, switching off phases, objectives and tasks."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontend.forms.processes import NodeForm, PrerequisitesForm
from frontend.presenters.process_page import guide_context, process_context
from frontend.views.support import attempt, back, is_partial, refused
from processes.models import NodeKind
from processes.selectors.processes import process_get_for, process_tree
from processes.selectors.tasks import node_get_for, task_get_for
from processes.selectors.tree import walk
from processes.services import tasks as task_services
from processes.services import tree as tree_services

CHILD = {NodeKind.PHASE: NodeKind.OBJECTIVE, NodeKind.OBJECTIVE: NodeKind.TASK}
FIELDS = ("title", "description", "done_when", "starts_on", "ends_on", "revision")


def _guide(request: HttpRequest, node) -> HttpResponse:
    """Answer a change: the guide again for htmx, else back to the page."""
    if is_partial(request):
        context = guide_context(request.user, node.process)
        return render(request, "processes/_guide.html", context)
    return redirect(back(request, "processes:detail", node.process_id))


@login_required
@require_http_methods(["GET", "POST"])
def node_create(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Add a phase, or with `?parent=` what belongs below it."""
    parent_id = request.GET.get("parent")
    place = node_get_for(request.user, parent_id, need="node_create") if parent_id else None
    process = process_get_for(
        request.user, process_id, need="process_read" if place else "node_create"
    )
    kind = CHILD.get(place.kind) if place else NodeKind.PHASE
    if kind is None or (place and place.process_id != process.pk):
        raise Http404
    form = NodeForm(request.POST or None, kind=kind)
    known = {"actor": request.user, "process": process, "kind": kind, "parent": place}
    if request.method == "POST":
        form.fields.pop("revision", None)
        if attempt(form, tree_services.node_create, **known).is_done:
            return redirect("processes:detail", process.pk)
    context = process_context(request.user, process) | {"form": form, "kind": kind, "parent": place}
    return render(
        request, "processes/node_form.html", context, status=422 if form.is_bound else 200
    )


@login_required
@require_http_methods(["GET", "POST"])
def node_edit(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    node = node_get_for(request.user, node_id, need="node_edit")
    initial = {name: getattr(node, name) for name in FIELDS}
    form = NodeForm(request.POST or None, kind=node.kind, initial=initial)
    context = _edit_context(request, node) | {"form": form}
    if request.method == "POST":
        if attempt(form, tree_services.node_update, actor=request.user, node=node).is_done:
            return redirect(back(request, "processes:detail", node.process_id))
        return refused(request, "processes/node_form.html", context)
    return render(request, "processes/node_form.html", context)


def _edit_context(request: HttpRequest, node) -> dict:
    tree = list(walk(process_tree(node.process, request.user)))
    me = next((part for part in tree if part.id == node.pk), None)
    candidates = [part for part in tree if part.kind == node.kind and part.id != node.pk]
    chosen = [str(pk) for pk in me.requires] if me else []
    form = PrerequisitesForm(candidates=candidates, initial={"requires": chosen})
    return process_context(request.user, node.process) | {
        "node": node,
        "kind": node.kind,
        "prerequisites_form": form,
        "return_to": reverse("processes:detail", args=[node.process_id]),
    }


@login_required
@require_POST
def prerequisites(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    node = node_get_for(request.user, node_id, need="node_edit")
    wanted = [
        node_get_for(request.user, ident, need="process_read")
        for ident in request.POST.getlist("requires")
    ]
    tree_services.prerequisites_set(actor=request.user, node=node, requires=wanted)
    messages.success(request, _("Saved."))
    return redirect("processes:node-edit", node.process_id, node.pk)


@login_required
@require_POST
def node_move(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    node = node_get_for(request.user, node_id, need="node_move")
    step = -1 if request.POST.get("direction") == "up" else 1
    position = max(0, node.order + step)
    tree_services.node_move(actor=request.user, node=node, parent=node.parent, position=position)
    return _guide(request, node)


@login_required
@require_POST
def node_disable(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    """Switch a part off, or on again."""
    node = node_get_for(request.user, node_id, need="node_disable")
    switch = tree_services.node_restore if node.disabled_at else tree_services.node_disable
    switch(actor=request.user, node=node)
    return _guide(request, node)


@login_required
@require_POST
def task_status(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    task = task_get_for(request.user, node_id, need="task_status_set")
    task_services.task_status_set(
        actor=request.user, task=task, status=request.POST.get("status", "")
    )
    return _guide(request, task)
