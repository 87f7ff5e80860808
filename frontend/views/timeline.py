"""The time line of a process, and moving a task on it with what follows shown first."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocreation.kernel.quoting import quoted
from community.selectors import calendar_secret
from frontend.forms.processes import DaysForm
from frontend.presenters.process_page import process_context
from frontend.presenters.timeline import ZOOMS, chart
from frontend.undo import say_done
from frontend.views.support import attempt, back, is_partial
from processes.models import Node, NodeKind, Process, Visibility, WorkDays
from processes.selectors.processes import process_get_for, process_tree
from processes.selectors.schedule import branch_days, pushed_by, schedule_of
from processes.selectors.tasks import node_get_for
from processes.services import schedule as services
from processes.working_days import calendar_of

# More names make no sentence.
PUSHED_NAMED = 3


@require_safe
def timeline_page(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Show the plan over time: `?zoom=`, `?view=table`, `?open=` (a phase of a large plan, or "all")."""
    process = process_get_for(request.user, process_id, need="process_read")
    tree = process_tree(process, request.user, with_disabled=False)
    opened = request.GET.get("open", "")
    drawn = chart(
        tree,
        zoom=request.GET.get("zoom", ""),
        opened=opened,
        calendar=calendar_of(process.work_days),
    )
    names = {"week": _("Weeks"), "month": _("Months"), "quarter": _("Quarters"), "all": _("Whole")}
    context = process_context(request.user, process) | {
        "tab": "timeline",
        "chart": drawn,
        "opened": opened,
        "counts_workdays": process.work_days != WorkDays.ALL,
        "as_table": request.GET.get("view") == "table",
        **_calendar(request, process),
        "zooms": [(zoom, names[zoom]) for zoom in ZOOMS],
    }
    return render(request, "processes/process_timeline.html", context)


def say_pushed(request: HttpRequest, node: Node) -> None:
    """Warn when what waits for a task now begins too early, with the way to move it along."""
    pushed = pushed_by(request.user, node)
    if not pushed:
        return
    words = _("%(titles)s now begins before “%(title)s” ends.") % {
        "titles": ", ".join(quoted(move.node.title) for move in pushed[:PUSHED_NAMED]),
        "title": node.title,
    }
    days = {"starts_on": node.starts_on or node.ends_on, "ends_on": node.ends_on or node.starts_on}
    address = reverse("processes:node-days", args=[node.process_id, node.pk])
    address = f"{address}?{urlencode(days)}"
    link = format_html('{} <a href="{}">{}</a>', words, address, _("See what has to move"))
    messages.warning(request, link)


def _calendar(request: HttpRequest, process: Process) -> dict:
    """Return the address of the plan as a calendar: the open one, or the person's own."""
    if process.visibility != Visibility.PRIVATE:
        path = reverse("calendars:process", args=[process.pk])
        return {"calendar_path": path, "calendar_is_personal": False}
    secret = calendar_secret(request.user) if request.user.is_authenticated else ""
    path = reverse("calendars:own-process", args=[secret, process.pk]) if secret else ""
    return {"calendar_path": path, "calendar_is_personal": True}


@login_required
@require_http_methods(["GET", "POST"])
def node_days(request: HttpRequest, process_id: uuid.UUID, node_id: uuid.UUID) -> HttpResponse:
    """Choose other days for a part of the plan; see what follows; move all of it or only this one (`move`).

    `keep`: a task stays as long as it is, in days that count. A phase or an objective moves with what is in it.
    """
    node = node_get_for(request.user, node_id, need="node_edit")
    said = request.POST if request.method == "POST" else request.GET
    is_asked = "starts_on" in said
    form = DaysForm(said if is_asked else None, kind=node.kind, initial=_present(node))
    preview = None
    # Days that were changed after the preview are shown anew first.
    if "move" in request.POST and request.POST.get("seen") == _days_said(form):
        if attempt(form, _shift, request=request, node=node).is_done:
            return redirect(f"{back(request, 'processes:timeline', node.process_id)}#bar-{node.pk}")
    elif is_asked:
        known = {"actor": request.user, "process": node.process, "node": node}
        known["keep_length"] = bool(said.get("keep"))
        preview = attempt(form, services.schedule_preview, **known).result
    if preview:
        preview = services.preview_for(request.user, node.process, preview)
        if node.kind == NodeKind.TASK:
            form.data = form.data | {
                k: day.isoformat() for k, day in preview.move.new._asdict().items()
            }
    context = process_context(request.user, node.process) | {
        "node": node,
        "form": form,
        "preview": preview,
        "seen_days": _days_said(form),
        "is_panel": is_partial(request),
    }
    status = 422 if form.is_bound and form.errors else 200
    template = "_days_panel.html" if context["is_panel"] else "node_days.html"
    return render(request, f"processes/{template}", context, status=status)


def _present(node: Node) -> dict:
    """Return the days that a part has now."""
    if node.kind == NodeKind.TASK:
        return {"starts_on": node.starts_on, "ends_on": node.ends_on}
    return branch_days(schedule_of(node.process), node)._asdict()


def _days_said(form: DaysForm) -> str:
    return "/".join(form.data.get(name, "") for name in form.fields)


def _shift(*, request: HttpRequest, node: Node, **days) -> None:
    way = request.POST["move"]
    with_followers = way != "one"
    done = services.schedule_shift(
        actor=request.user,
        node=node,
        with_followers=with_followers,
        earlier=way == "earlier",
        **days,
    )
    moves = done.moves(with_followers=with_followers)
    others = sum(move.node.pk != node.pk for move in moves)
    if not others:
        message = _("“%(title)s” has other days.") % {"title": node.title}
    else:
        message = ngettext(
            "“%(title)s” and %(count)s more have other days.",
            "“%(title)s” and %(count)s more have other days.",
            others,
        ) % {"title": node.title, "count": others}
    token = {"undo": services.undo_token(node.process, moves)}
    address = reverse("processes:days-undo", args=[node.process_id])
    say_done(request, message, address, token, "processes:timeline", node.process_id)


@login_required
@require_POST
def days_undo(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Give back the days that a move took, all or none."""
    process = process_get_for(request.user, process_id, need="process_read")
    token = request.POST.get("undo", "")
    services.schedule_restore(actor=request.user, process=process, token=token)
    return redirect(back(request, "processes:timeline", process.pk))
