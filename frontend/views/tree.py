"""Changing the plan: adding, renaming, moving, switching off phases, objectives and tasks. Each says how to undo it."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from cocreation.kernel.errors import Conflict
from frontend.forms.processes import (
    NodeForm,
    PlaceForm,
    PrerequisiteForm,
    RenameForm,
    WaitOverrideForm,
)
from frontend.presenters.plan_choices import before_choices, place_choices, present_place
from frontend.presenters.process_page import process_context
from frontend.presenters.task_page import task_context
from frontend.undo import say_done
from frontend.views.support import attempt, back, is_partial, refused
from frontend.views.timeline import say_pushed
from processes.models import Node, NodeKind, NodeStatus, PrerequisiteKind
from processes.selectors.processes import process_get_for, process_tree
from processes.selectors.tasks import node_get_for, task_get_for
from processes.selectors.tree import walk
from processes.services import prerequisites as prerequisite_services
from processes.services import tasks as task_services
from processes.services import tree as tree_services

FORM = "processes/node_form.html"
CHILD = {NodeKind.PHASE: NodeKind.OBJECTIVE, NodeKind.OBJECTIVE: NodeKind.TASK}
FIELDS = ("title", "description", "done_when", "starts_on", "ends_on", "revision")


def _page(node: Node) -> tuple:
    return "processes:detail", node.process_id


def _address(name: str, node: Node) -> str:
    return reverse(f"processes:{name}", args=[node.process_id, node.pk])


def _guide(request: HttpRequest, node: Node) -> HttpResponse:
    """Answer a change: to htmx what there is to say and what changed, so that the page fetches that; else go back.

    The page hears of it over its socket too; without one it would not see its own change.
    """
    if is_partial(request):
        response = render(request, "components/_messages_alone.html")
        said = {"data": {"node": str(node.pk), "kind": node.kind}}
        return trigger_client_event(response, "koprade:node.updated", said)
    return redirect(back(request, *_page(node)))


def _position(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 6 else None


@login_required
@require_http_methods(["GET", "POST"])
def node_create(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Add a phase, or with `?parent=` what belongs below it; `?position=` says where (0 = first), else last.

    `?after=` names the one to come after, in place of both.
    """
    parent_id, position = request.GET.get("parent"), _position(request.GET.get("position"))
    if request.GET.get("after"):
        before = node_get_for(request.user, request.GET["after"], need="process_read")
        parent_id, position = before.parent_id, before.order + 1
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
        known["position"] = position
        if attempt(form, tree_services.node_create, **known).is_done:
            return redirect("processes:detail", process.pk)
    context = process_context(request.user, process) | {"form": form, "kind": kind, "parent": place}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def node_edit(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    node = node_get_for(request.user, node_id, need="node_edit")
    before = {name: getattr(node, name) for name in FIELDS}
    form = NodeForm(request.POST or None, kind=node.kind, initial=before)
    if request.method == "POST":
        call, known = tree_services.node_update, {"actor": request.user, "node": node}
        if attempt(form, call, only_changed=True, **known).is_done:
            old = {name: before[name] for name in form.changed_data if name != "revision"}
            old |= {f"initial-{name}": getattr(node, name) for name in old}
            if "title" not in old:
                # The form asks for a title; the same as seen, it is no change.
                old |= {"title": node.title, "initial-title": node.title}
            message = _("“%(title)s” is changed.") % {"title": node.title}
            say_done(request, message, _address("node-edit", node), old, *_page(node))
            if {"starts_on", "ends_on"} & old.keys():
                say_pushed(request, node)
            return redirect(back(request, *_page(node)))
        return refused(request, FORM, _edit_context(request, node) | {"form": form})
    return render(request, FORM, _edit_context(request, node) | {"form": form})


@login_required
@require_POST
def node_rename(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    """Give a part another name, in place: answers with what is wrong and the newest revision, for the open line.

    An undo (`undo`) has no line open; what it collides with is said above the page.
    """
    node = node_get_for(request.user, node_id, need="node_edit")
    before = node.title
    form = RenameForm(request.POST)
    call, known = tree_services.node_update, {"actor": request.user, "node": node}
    if "undo" in request.POST and form.is_valid():
        call(**known, **form.cleaned_data)
    elif not attempt(form, call, **known).is_done:
        context = {"form": form, "revision": form.data.get("revision", node.revision)}
        return refused(request, "processes/_rename_problem.html", context)
    if node.title != before:
        message = _("“%(old)s” is called “%(title)s” now.") % {"old": before, "title": node.title}
        again = {"title": before, "revision": node.revision, "undo": "1"}
        say_done(request, message, _address("node-rename", node), again, *_page(node))
    return _guide(request, node)


def _edit_context(request: HttpRequest, node: Node) -> dict:
    tree = process_tree(node.process, request.user)
    by_id = {part.id: part for part in walk(tree)}
    me = by_id.get(node.pk)
    strict, advised = (me.blocks, me.advice) if me else ([], [])
    return process_context(request.user, node.process) | {
        "node": node,
        "kind": node.kind,
        "before_form": PrerequisiteForm(groups=before_choices(tree, node)),
        "before": [
            (by_id[pk], strictly)
            for ids, strictly in ((strict, True), (advised, False))
            for pk in ids
            if pk in by_id
        ],
    }


@login_required
@require_POST
def prerequisites(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    """Let a part come after another (`requires`, `kind`), or no longer (`remove`)."""
    node = node_get_for(request.user, node_id, need="node_edit")
    removed = request.POST.get("remove")
    if removed:
        other = node_get_for(request.user, removed, need="process_read")
        strictly = node.prerequisites.filter(requires=other, kind=PrerequisiteKind.BLOCKS).exists()
        prerequisite_services.prerequisite_remove(actor=request.user, node=node, requires=other)
        kind = PrerequisiteKind.BLOCKS if strictly else PrerequisiteKind.ADVICE
        message = _("It no longer comes after “%(title)s”.") % {"title": other.title}
        again = {"requires": other.pk, "kind": kind.value}
        address = _address("node-prerequisites", node)
        say_done(request, message, address, again, *_page(node))
        return redirect(_address("node-edit", node))
    tree = process_tree(node.process, request.user)
    form = PrerequisiteForm(request.POST, groups=before_choices(tree, node))
    if attempt(form, _after, user=request.user, node=node).is_done:
        return redirect(_address("node-edit", node) + "#before")
    initial = {name: getattr(node, name) for name in FIELDS}
    context = _edit_context(request, node) | {
        "form": NodeForm(kind=node.kind, initial=initial),
        "before_form": form,
    }
    return refused(request, FORM, context)


def _after(*, user, node: Node, requires: str, kind: str) -> Node:
    other = node_get_for(user, requires, need="process_read")
    return prerequisite_services.prerequisite_add(actor=user, node=node, requires=other, kind=kind)


@login_required
@require_http_methods(["GET", "POST"])
def wait_override(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    """Let something begin before what must come first, with a reason; `withdraw` takes that back."""
    node = node_get_for(request.user, node_id, need="wait_override")
    page = ("processes:task", node.process_id, node.pk) if node.kind == "task" else _page(node)
    if "withdraw" in request.POST:
        prerequisite_services.wait_override_withdraw(actor=request.user, node=node)
        return redirect(back(request, *page))
    form = WaitOverrideForm(request.POST if request.method == "POST" else None)
    call = prerequisite_services.wait_override
    if request.method == "POST" and attempt(form, call, actor=request.user, node=node).is_done:
        return redirect(back(request, *page))
    context = process_context(request.user, node.process) | {"node": node, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "processes/wait_override.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def node_place(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    """Choose where a part goes, out of all places of its kind: on a page, or in a dialog of the page that asks."""
    node = node_get_for(request.user, node_id, need="node_move")
    places = place_choices(process_tree(node.process, request.user), node)
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        places=places,
        initial={"place": present_place(node)},
    )
    if request.method == "POST" and attempt(form, _put, request=request, node=node).is_done:
        return _guide(request, node)
    status = 422 if form.is_bound else 200
    if is_partial(request):
        known = {"process": node.process, "node": node, "form": form, "places": places}
        return render(request, "processes/_place_panel.html", known, status=status)
    context = process_context(request.user, node.process) | {"node": node, "form": form}
    return render(request, "processes/node_place.html", context, status=status)


def _put(*, request: HttpRequest, node: Node, place: str) -> None:
    parent_id, _colon, position = place.partition(":")
    _move(request, node, parent_id, int(position))


def _move(request: HttpRequest, node: Node, parent_id: str | None, position: int) -> None:
    """Move a node and say how to undo it. `parent_id` None or empty: it stays where it is."""
    was = {"parent": node.parent_id, "position": node.order}
    parent = node.parent
    if parent_id and parent_id != str(node.parent_id):
        parent = node_get_for(request.user, parent_id, need="node_create")
    tree_services.node_move(actor=request.user, node=node, parent=parent, position=position)
    if (node.parent_id, node.order) != (was["parent"], was["position"]):
        message = _("“%(title)s” is moved.") % {"title": node.title}
        say_done(request, message, _address("node-move", node), was, *_page(node))


@login_required
@require_POST
def node_move(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    """Move a part up or down (`direction`), or to `position` (0 = first) of `parent` (its own when left out)."""
    node = node_get_for(request.user, node_id, need="node_move")
    position = _position(request.POST.get("position"))
    if position is None:
        step = -1 if request.POST.get("direction") == "up" else 1
        position = max(0, node.order + step)
    _move(request, node, request.POST.get("parent"), position)
    return _guide(request, node)


@login_required
@require_POST
def node_disable(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    """Switch a part off, or on again."""
    node = node_get_for(request.user, node_id, need="node_disable")
    switch, words = tree_services.node_disable, _("“%(title)s” is switched off.")
    if node.disabled_at:
        switch, words = tree_services.node_restore, _("“%(title)s” is back.")
    switch(actor=request.user, node=node)
    message = words % {"title": node.title}
    say_done(request, message, _address("node-disable", node), {}, *_page(node))
    return _guide(request, node)


@login_required
@require_POST
def task_status(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    task = task_get_for(request.user, node_id, need="task_status_set")
    before = task.status
    try:
        task_services.task_status_set(
            actor=request.user, task=task, status=request.POST.get("status", "")
        )
    except Conflict as error:
        # In a plan that swaps parts the middleware says it above the plan.
        if is_partial(request):
            raise
        context = task_context(request.user, task, status_problem=error)
        return render(request, "tasks/task_detail.html", context, status=error.status)
    if task.status != before:
        message = _("“%(title)s”: %(status)s.") % {
            "title": task.title,
            "status": str(NodeStatus(task.status).label).lower(),
        }
        say_done(request, message, _address("task-status", task), {"status": before}, *_page(task))
    return _guide(request, task)
