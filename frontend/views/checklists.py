"""The checklist of a task: a part of its page that is fetched alone when somebody changed it."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from frontend.forms.checklists import PointEditForm, PointForm
from frontend.presenters.task_page import checklist_context, task_context
from frontend.undo import say_done
from frontend.views.support import attempt, is_partial, refused
from processes.models import Node
from processes.selectors.checklists import point_get_for
from processes.selectors.tasks import task_get_for
from processes.services import checklists

PAGE, PART = "tasks/task_detail.html", "tasks/_checklist_answer.html"


def _page(task: Node) -> str:
    return reverse("processes:task", args=[task.process_id, task.pk]) + "#checklist"


def _answer(request: HttpRequest, task: Node) -> HttpResponse:
    """Answer a change: the list as it is now to where it was changed, the news of it to other parts of the page."""
    if not is_partial(request):
        return redirect(_page(task))
    if request.htmx.target == "checklist":
        return render(request, PART, checklist_context(request.user, task))
    response = render(request, "components/_messages_alone.html")
    said = {"data": {"task": str(task.pk)}}
    return trigger_client_event(response, "koprade:checklist.updated", said)


@require_safe
def checklist(request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    """The list alone."""
    task = task_get_for(request.user, task_id, need="process_read")
    if not is_partial(request):
        return redirect(_page(task))
    return render(request, "tasks/_checklist.html", checklist_context(request.user, task))


@login_required
@require_POST
def point_add(request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    task = task_get_for(request.user, task_id, need="node_edit")
    form = PointForm(request.POST)
    is_done = attempt(form, checklists.point_add, actor=request.user, task=task).is_done
    if is_partial(request):
        context = checklist_context(request.user, task) | {
            "with_form": True,
            "point_form": PointForm() if is_done else form,
        }
        return render(request, PART, context, status=200 if is_done else 422)
    if is_done:
        return redirect(_page(task))
    return refused(request, PAGE, task_context(request.user, task, point_form=form))


@login_required
@require_POST
def point_tick(
    request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID, point_id: uuid.UUID
) -> HttpResponse:
    """Tick a point (`is_done`), or take the tick away."""
    point = point_get_for(request.user, task_id, point_id, need="checklist_tick")
    is_done = request.POST.get("is_done") == "1"
    checklists.point_tick(actor=request.user, point=point, is_done=is_done)
    return _answer(request, point.task)


@login_required
@require_POST
def point_edit(
    request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID, point_id: uuid.UUID
) -> HttpResponse:
    point = point_get_for(request.user, task_id, point_id, need="node_edit")
    form = PointEditForm(request.POST)
    if attempt(form, checklists.point_update, actor=request.user, point=point).is_done:
        return redirect(_page(point.task))
    changed = {"edit_form": form, "edited": point.pk}
    return refused(request, PAGE, task_context(request.user, point.task, **changed))


@login_required
@require_POST
def point_move(
    request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID, point_id: uuid.UUID
) -> HttpResponse:
    """Move a point up or down (`direction`)."""
    point = point_get_for(request.user, task_id, point_id, need="node_edit")
    step = -1 if request.POST.get("direction") == "up" else 1
    position = max(0, point.position + step)
    checklists.point_move(actor=request.user, point=point, position=position)
    return _answer(request, point.task)


@login_required
@require_POST
def point_remove(
    request: HttpRequest, process_id: uuid.UUID, task_id: uuid.UUID, point_id: uuid.UUID
) -> HttpResponse:
    """Take a point out, or bring it back."""
    point = point_get_for(request.user, task_id, point_id, need="node_edit")
    if point.removed_at:
        checklists.point_restore(actor=request.user, point=point)
    else:
        checklists.point_remove(actor=request.user, point=point)
        place = [process_id, task_id, point_id]
        message = _("“%(point)s” is taken out of the checklist.") % {"point": point.text}
        address = reverse("processes:point-remove", args=place)
        say_done(request, message, address, {}, "processes:task", process_id, task_id)
    return _answer(request, point.task)
