"""The catalogue: interlinkers with facets, one interlinker, its files; process templates."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.convert.markdown import markdown_to_json
from frontend.forms.catalogue import TemplateRolesForm
from frontend.presenters.catalogue import facets, interlinker_texts, language_names
from frontend.presenters.markdown_preview import preview_html
from frontend.views.support import attempt, is_partial, listed
from interlinkers.labels import form_label, licence_label
from interlinkers.selectors import (
    catalogue_choices,
    interlinker_file_get,
    interlinker_get,
    interlinkers_list,
    may_edit_template,
    own_template_node_get_for,
    related,
    template_get,
    template_tree,
    templates_list,
)
from interlinkers.services.own_templates import own_template_roles_set
from processes.selectors.equipping import tasks_to_equip
from processes.selectors.tasks import node_get_for
from processes.services import assets as asset_services

FILTERS = ("nature", "form", "difficulty", "problem_profile", "language")
# What a browser may show by itself; everything else of other people's is a download (DESIGN §8).
SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")


@require_safe
def interlinker_list(request: HttpRequest) -> HttpResponse:
    wanted = {name: [value for value in request.GET.getlist(name) if value] for name in FILTERS}
    wanted["problem_profile"] = [value for value in wanted["problem_profile"] if is_uuid(value)]
    search = request.GET.get("search", "")[:200]
    context = {
        "area": "catalogue",
        "page": listed(request, interlinkers_list(**wanted, search=search)),
        "facets": facets(catalogue_choices(), wanted),
        "search": search,
        "is_narrowed": bool(search) or any(wanted.values()),
    }
    template = (
        "catalogue/_results.html" if is_partial(request) else "catalogue/interlinker_list.html"
    )
    return render(request, template, context)


def is_uuid(value: str) -> bool:
    """Tell whether a value of the address can be an id."""
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


@require_safe
def interlinker_detail(request: HttpRequest, interlinker_id: uuid.UUID) -> HttpResponse:
    row = interlinker_get(interlinker_id)
    text = row.text("text")
    similar = [item.interlinker for item in related(row)]
    context = {
        "area": "catalogue",
        "interlinker": row,
        "texts": interlinker_texts(row),
        "form_label": form_label(row.form) if row.form else "",
        "licence_label": licence_label(row.licence),
        "languages": language_names(row.languages),
        "preview": preview_html(markdown_to_json(text)) if text else "",
        "tasks": tasks_to_equip(request.user),
        "related": similar,
    }
    return render(request, "catalogue/interlinker_detail.html", context)


@require_safe
def interlinker_file(
    request: HttpRequest, interlinker_id: uuid.UUID, file_id: uuid.UUID
) -> FileResponse:
    row = interlinker_file_get(interlinker_id, file_id)
    shown = row.content_type in SHOWN_INLINE
    response = FileResponse(
        row.file.open("rb"),
        as_attachment=not shown,
        filename=row.name,
        content_type=row.content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@login_required
@require_POST
def interlinker_use(request: HttpRequest, interlinker_id: uuid.UUID) -> HttpResponse:
    """Put an interlinker into a task of one's own."""
    row = interlinker_get(interlinker_id)
    task = node_get_for(request.user, request.POST.get("task", ""), need="asset_create")
    asset_services.asset_interlinker_create(actor=request.user, task=task, interlinker=row)
    messages.success(request, _("“%(name)s” is in the task now.") % {"name": row.text("name")})
    return redirect("processes:task", task.process_id, task.pk)


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    context = {"area": "catalogue", "templates": templates_list(user=request.user)}
    return render(request, "catalogue/template_list.html", context)


@require_safe
def template_detail(request: HttpRequest, template_id: uuid.UUID) -> HttpResponse:
    row = template_get(template_id, user=request.user)
    context = {
        "area": "catalogue",
        "template": row,
        "tree": template_tree(row),
        "may_edit": may_edit_template(request.user, row),
    }
    return render(request, "catalogue/template_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def template_roles(request: HttpRequest, node_id: uuid.UUID) -> HttpResponse:
    """Say which role teams of each kind get on a task of one's own template."""
    node = own_template_node_get_for(request.user, node_id)
    form = TemplateRolesForm(request.POST if request.method == "POST" else None, initial=node.roles)
    if (
        request.method == "POST"
        and attempt(form, _roles_set, actor=request.user, node=node).is_done
    ):
        messages.success(request, _("Saved."))
        return redirect("catalogue:template", node.template_id)
    context = {"area": "catalogue", "template": node.template, "node": node, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "catalogue/template_roles.html", context, status=status)


def _roles_set(*, actor, node, **roles: str):
    chosen = {kind: role for kind, role in roles.items() if role}
    return own_template_roles_set(actor=actor, node=node, roles=chosen)
