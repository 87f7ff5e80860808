"""The other tabs of a process: texts, people."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.selectors.organisations import organisation_choices
from documents.selectors.documents import documents_list_for
from frontend.forms.people import (
    InvitationForm,
    JoinDecisionForm,
    LinkInvitationForm,
    RoleForm,
    RoleGrantForm,
    TeamForm,
    TeamMemberForm,
)
from frontend.presenters.process_page import process_context
from processes.selectors import people
from processes.selectors.assets import asset_views, process_assets
from processes.selectors.invitations import invitations_list
from processes.selectors.links import links_list
from processes.selectors.processes import process_get_for, process_tree
from processes.selectors.tree import walk


@require_safe
def texts(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_read")
    others = [asset for asset in process_assets(process, request.user) if asset.kind != "document"]
    context = process_context(request.user, process) | {
        "tab": "texts",
        "documents": documents_list_for(request.user, process),
        "assets": asset_views(others),
    }
    return render(request, "processes/process_texts.html", context)


def grant_choices(user, process, members: list, teams: list) -> dict:
    """Return who can get a role and where, as choices of a form."""
    tree = process_tree(process, user, with_disabled=False)
    places = [(str(part.id), part.title) for part in walk(tree) if part.kind != "task"]
    return {"people": members, "teams": teams, "places": places}


def people_context(user, process, **forms: object) -> dict:
    """Return what the page of people shows; `forms` replaces a form that was refused."""
    context = process_context(user, process)
    abilities = context["abilities"]
    members, teams = list(people.participants(process)), list(people.teams_list(process))
    if abilities["role_grant"]:
        forms.setdefault(
            "grant_form", RoleGrantForm(**grant_choices(user, process, members, teams))
        )
    if abilities["invitation_create"]:
        forms.setdefault("link_form", LinkInvitationForm(teams=teams))
    organisations = organisation_choices() if abilities["team_edit"] else []
    return context | {
        "links": links_list(process) if abilities["invitation_create"] else [],
        "tab": "people",
        "rows": people.roles_by_rank(process),
        "teams": teams,
        "members": members,
        "invitations": invitations_list(process) if abilities["invitation_create"] else [],
        "requests": people.join_requests_list(process, status="waiting")
        if abilities["join_request_decide"]
        else [],
        "invitation_form": InvitationForm(),
        "role_form": RoleForm(),
        "team_form": TeamForm(organisations=organisations),
        "team_forms": {team.pk: TeamForm(organisations=organisations, team=team) for team in teams},
        "member_form": TeamMemberForm(people=members),
        "decision_form": JoinDecisionForm(teams=teams),
        **forms,
    }


@require_safe
def people_page(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="process_read")
    return render(request, "processes/process_people.html", people_context(request.user, process))
