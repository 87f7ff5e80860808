"""What the page of a task shows."""

from django.utils.translation import get_language

from frontend.forms.checklists import PointForm
from frontend.forms.contributions import ComplexityForm
from frontend.forms.tasks import (
    AssignForm,
    DocumentImportForm,
    DocumentStartForm,
    FileForm,
    LinkForm,
)
from frontend.presenters.process_page import process_context
from interlinkers.selectors import interlinkers_list
from processes.models import Node, NodeStatus, Role, TeamKind
from processes.permissions import abilities_for
from processes.selectors.checklists import checklist_of
from processes.selectors.contributions import settings_of
from processes.selectors.drafting import role_proposals, roles_proposed
from processes.selectors.people import participants, teams_list
from processes.selectors.task_page import task_detail, task_recommendations

CATALOGUE_ROWS = 12


def checklist_context(user, task: Node) -> dict:
    """Return what the checklist of a task shows by itself. Queries: 2 at most, with what fetched the task."""
    return {
        "process": task.process,
        "task": task,
        "abilities": abilities_for(user, task),
        "checklist": checklist_of(task),
    }


def task_context(
    user, task: Node, *, query: str = "", show_all: bool = False, **forms: object
) -> dict:
    """Return what the page of a task shows; `forms` replaces a form that was refused."""
    abilities = abilities_for(user, task)
    detail = task_detail(task, with_removed=abilities["asset_edit"])
    suggestion = detail.suggestion
    may_assign = abilities["task_assign"]
    context = process_context(user, task.process) | {
        "task": task,
        "detail": detail,
        "checklist": detail.checklist,
        "point_form": PointForm(),
        "abilities": abilities,
        "statuses": NodeStatus.choices,
        "query": query,
        "start_form": DocumentStartForm(initial={"title": suggestion.title if suggestion else ""}),
        "import_form": DocumentImportForm(),
        "file_form": FileForm(),
        "link_form": LinkForm(),
    }
    context["has_points"] = settings_of(task.process).has_points
    if abilities["node_edit"] and context["has_points"]:
        context["complexity_form"] = ComplexityForm(initial={"complexity": task.complexity or ""})
    if may_assign:
        context["assign_form"] = AssignForm(
            people=list(participants(task.process)), teams=list(teams_list(task.process))
        )
    if abilities["role_grant"] and (proposed := roles_proposed(task)):
        rows = role_proposals(task)
        context["role_proposals"] = [
            (TeamKind(kind).label, Role(role).label, [row for row in rows if row.team.kind == kind])
            for kind, role in sorted(proposed.items())
        ]
        context["roles_to_give"] = any(row.state == "give" for row in rows)
    if abilities["asset_create"]:
        context["recommended"] = task_recommendations(task, language=get_language(), limit=3)
        if query or show_all:
            context["found"] = interlinkers_list(search=query)[:CATALOGUE_ROWS]
    return context | forms
