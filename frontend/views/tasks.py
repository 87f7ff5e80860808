"""A task: what it is for, what it holds, who does it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.forms.tasks import (
    AssignForm,
    DocumentImportForm,
    DocumentStartForm,
    FileForm,
    InterlinkerForm,
    LinkForm,
)
from frontend.presenters.task_page import task_context
from frontend.views.support import attempt, back, is_partial, refused
from interlinkers.selectors import interlinker_get
from processes.selectors.assets import asset_file_get_for, asset_get_for
from processes.selectors.people import assignment_get_for, holder_get, participants, teams_list
from processes.selectors.tasks import task_get_for
from processes.services import assets as asset_services
from processes.services import drafting
from processes.services import tasks as task_services

PAGE = "tasks/task_detail.html"


@require_safe
def task_detail(request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    task = task_get_for(request.user, task_id, need="process_read")
    query = request.GET.get("q", "")
    context = task_context(request.user, task, query=query, show_all="all" in request.GET)
    return render(request, "tasks/_catalogue.html" if is_partial(request) else PAGE, context)


def _added(request: HttpRequest, task, form, call, name: str, **known: object) -> HttpResponse:
    """Run a service that adds something to the task; a new document opens, the rest shows in the list."""
    outcome = attempt(form, call, actor=request.user, task=task, **known)
    if not outcome.is_done:
        return refused(request, PAGE, task_context(request.user, task, **{name: form}))
    if outcome.result.kind == "document":
        return redirect("documents:detail", outcome.result.object_id)
    messages.success(request, _("Added: %(title)s") % {"title": outcome.result.title})
    return redirect("processes:task", task.process_id, task.pk)


@login_required
@require_POST
def document_start(request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    task = task_get_for(request.user, task_id, need="document_create")
    form, given = DocumentStartForm(request.POST), []
    answer = _added(request, task, form, _start, "start_form", given=given)
    say_given(request, given)
    return answer


def say_given(request: HttpRequest, given: list) -> None:
    """Say which teams got a role on the task."""
    for row in given:
        said = {"team": row.team.name, "role": row.get_role_display(), "task": row.node.title}
        messages.success(request, _("In “%(task)s”, the team “%(team)s” is now: %(role)s.") % said)


def _start(*, interlinker: uuid.UUID | None, from_template: bool, given: list, **known: object):
    if from_template:
        asset, roles = drafting.draft_start(**known)
        given.extend(roles)
        return asset
    if interlinker is None:
        return asset_services.asset_document_create(start={"kind": "empty"}, **known)
    start = {"kind": "interlinker", "interlinker": interlinker_get(interlinker)}
    return asset_services.asset_document_create(start=start, **known)


@login_required
@require_POST
def document_import(
    request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID
) -> HttpResponse:
    task = task_get_for(request.user, task_id, need="document_create")
    form = DocumentImportForm(request.POST, request.FILES)
    return _added(request, task, form, _import, "import_form")


def _import(*, file, **known: object):
    start = {"kind": "docx", "data": file.read(), "name": file.name}
    return asset_services.asset_document_create(start=start, **known)


@login_required
@require_POST
def file_add(request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    task = task_get_for(request.user, task_id, need="asset_create")
    form = FileForm(request.POST, request.FILES)
    return _added(request, task, form, asset_services.asset_file_create, "file_form")


@login_required
@require_POST
def link_add(request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    task = task_get_for(request.user, task_id, need="asset_create")
    form = LinkForm(request.POST)
    return _added(request, task, form, asset_services.asset_link_create, "link_form")


@login_required
@require_POST
def interlinker_add(
    request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID
) -> HttpResponse:
    task = task_get_for(request.user, task_id, need="asset_create")
    return _added(request, task, InterlinkerForm(request.POST), _interlinker, "interlinker_form")


def _interlinker(*, interlinker: uuid.UUID, **known: object):
    return asset_services.asset_interlinker_create(
        interlinker=interlinker_get(interlinker), **known
    )


@login_required
@require_POST
def asset_remove(request: HttpRequest, asset_id: uuid.UUID) -> HttpResponse:
    """Take a thing out of a task, or bring it back."""
    asset = asset_get_for(request.user, asset_id, need="asset_edit")
    if asset.removed_at:
        asset_services.asset_restore(actor=request.user, asset=asset)
    else:
        asset_services.asset_remove(actor=request.user, asset=asset)
        messages.success(request, _("Removed. You can bring it back below."))
    return redirect("processes:task", asset.task.process_id, asset.task_id)


@require_safe
def asset_file(request: HttpRequest, asset_id: uuid.UUID) -> FileResponse:
    """Send a file as an attachment, never to be shown inside our own pages."""
    asset = asset_file_get_for(request.user, asset_id)
    return FileResponse(
        asset.file.open("rb"),
        as_attachment=True,
        filename=asset.file_name or asset.title,
        content_type=asset.content_type or "application/octet-stream",
    )


@login_required
@require_POST
def assign(request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    task = task_get_for(request.user, task_id, need="task_assign")
    people, teams = list(participants(task.process)), list(teams_list(task.process))
    form = AssignForm(request.POST, people=people, teams=teams)
    if not attempt(form, _assign, actor=request.user, task=task).is_done:
        return refused(request, PAGE, task_context(request.user, task, assign_form=form))
    return redirect("processes:task", task.process_id, task.pk)


def _assign(*, actor, task, holder: str):
    kind, _colon, ident = holder.partition(":")
    wanted = {"user_id": None, "team_id": None, f"{kind}_id": ident}
    user, team = holder_get(task.process, **wanted)
    return task_services.task_assign(actor=actor, task=task, user=user, team=team)


@login_required
@require_POST
def proposed_roles(request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    """Give teams the roles on the task that the template proposes."""
    task = task_get_for(request.user, task_id, need="role_grant")
    say_given(request, drafting.proposed_roles_give(actor=request.user, task=task))
    return redirect("processes:task", task.process_id, task.pk)


@login_required
@require_POST
def unassign(request: HttpRequest, assignment_id: uuid.UUID) -> HttpResponse:
    assignment = assignment_get_for(request.user, assignment_id, need="task_assign")
    task_services.task_unassign(actor=request.user, assignment=assignment)
    return redirect(back(request, "processes:task", assignment.node.process_id, assignment.node_id))
