"""People of a process: inviting, roles, teams, requests to join."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from cocreation.kernel.errors import DomainError
from community.selectors.organisations import organisation_choices
from frontend.forms.people import (
    InvitationForm,
    JoinDecisionForm,
    JoinForm,
    RoleForm,
    TeamForm,
    TeamMemberForm,
)
from frontend.presenters.process_page import process_context
from frontend.views.process_tabs import people_context
from frontend.views.support import attempt, refused, sign_in
from processes.selectors import invitations as invitation_selectors
from processes.selectors import people
from processes.selectors.processes import process_get_for
from processes.selectors.references import organisation_of
from processes.services import invitations, joining, roles, teams

PEOPLE = "processes/process_people.html"


def _to_people(process_id: uuid.UUID) -> HttpResponse:
    return redirect("processes:people", process_id)


@login_required
@require_POST
def invite(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="invitation_create")
    form = InvitationForm(request.POST)
    done = attempt(form, invitations.invitation_create, actor=request.user, process=process)
    if not done.is_done:
        return refused(request, PEOPLE, people_context(request.user, process, invitation_form=form))
    messages.success(request, _("Invited: %(email)s") % {"email": done.result.email})
    return _to_people(process.pk)


@login_required
@require_POST
def invitation_revoke(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    invitation = invitation_selectors.invitation_get_for(
        request.user, invitation_id, need="invitation_create"
    )
    invitations.invitation_revoke(actor=request.user, invitation=invitation)
    messages.success(request, _("The invitation is taken back."))
    return _to_people(invitation.process_id)


@login_required
@require_POST
def invitation_resend(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    invitation = invitation_selectors.invitation_get_for(
        request.user, invitation_id, need="invitation_create"
    )
    invitations.invitation_resend(actor=request.user, invitation=invitation)
    messages.success(request, _("Sent again."))
    return _to_people(invitation.process_id)


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def invitation_page(request: HttpRequest, secret: str) -> HttpResponse:
    """The page of an invitation with its one button; pressing it also signs in, as the mail proved the address."""
    invitation = invitation_selectors.invitation_find(secret)
    state = invitation_selectors.invitation_state(invitation)
    error = None
    if request.method == "POST":
        try:
            taken, person = invitations.invitation_accept(secret=secret, user=request.user)
            return sign_in(request, person, reverse("processes:detail", args=[taken.process_id]))
        except DomainError as refusal:
            error = refusal
    context = {"invitation": invitation, "state": state.value, "error": error}
    status = error.status if error else {"open": 200, "unknown": 404}.get(state.value, 410)
    return render(request, "people/invitation.html", context, status=status)


@login_required
@require_POST
def invitation_accept_own(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    invitation = invitation_selectors.invitation_own_get(request.user, invitation_id)
    invitations.invitation_accept_own(actor=request.user, invitation=invitation)
    return redirect("processes:detail", invitation.process_id)


@login_required
@require_POST
def role_change(request: HttpRequest, role_id: uuid.UUID) -> HttpResponse:
    row = people.role_get_for(request.user, role_id, need="role_grant")
    form = RoleForm(request.POST)
    known = {"process": row.process, "user": row.user, "team": row.team, "node": row.node}
    if not attempt(form, roles.role_grant, actor=request.user, **known).is_done:
        return refused(
            request, PEOPLE, people_context(request.user, row.process, refused_form=form)
        )
    messages.success(request, _("The role is changed."))
    return _to_people(row.process_id)


@login_required
@require_POST
def role_revoke(request: HttpRequest, role_id: uuid.UUID) -> HttpResponse:
    """Take a role away, or lay one's own down."""
    row = people.role_get_for(request.user, role_id, need="role_grant")
    roles.role_revoke(actor=request.user, row=row)
    messages.success(request, _("The role is taken away."))
    return _to_people(row.process_id) if row.user_id != request.user.pk else redirect("my-work")


@login_required
@require_POST
def team_create(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="team_edit")
    form = TeamForm(request.POST, organisations=organisation_choices())
    if not attempt(form, _team_create, actor=request.user, process=process).is_done:
        return refused(request, PEOPLE, people_context(request.user, process, team_form=form))
    return _to_people(process.pk)


def _team_create(*, actor, process, organisation: str, **fields: object):
    found = organisation_of(organisation or None)
    return teams.team_create(actor=actor, process=process, organisation=found, **fields)


@login_required
@require_POST
def team_change(request: HttpRequest, team_id: uuid.UUID) -> HttpResponse:
    """Change name, kind and organisation of a team."""
    team = people.team_get_for(request.user, team_id, need="team_edit")
    form = TeamForm(request.POST, organisations=organisation_choices(), team=team)
    if not attempt(form, _team_update, actor=request.user, team=team).is_done:
        context = people_context(request.user, team.process)
        # The form of this team keeps what was typed, and is open.
        context["team_forms"][team.pk] = form
        return refused(request, PEOPLE, context)
    messages.success(request, _("The team is changed."))
    return _to_people(team.process_id)


def _team_update(*, actor, team, organisation: str, **fields: object):
    found = organisation_of(organisation or None)
    return teams.team_update(actor=actor, team=team, organisation=found, **fields)


@login_required
@require_POST
def team_member_add(request: HttpRequest, team_id: uuid.UUID) -> HttpResponse:
    team = people.team_get_for(request.user, team_id, need="team_edit")
    form = TeamMemberForm(request.POST, people=list(people.participants(team.process)))
    outcome = attempt(form, _member_add, actor=request.user, team=team)
    if not outcome.is_done:
        return refused(
            request, PEOPLE, people_context(request.user, team.process, refused_form=form)
        )
    return _to_people(team.process_id)


def _member_add(*, actor, team, user: str):
    person, _team = people.holder_get(team.process, user_id=user, team_id=None)
    return teams.team_member_add(actor=actor, team=team, user=person)


@login_required
@require_POST
def team_member_remove(
    request: HttpRequest, team_id: uuid.UUID, user_id: uuid.UUID
) -> HttpResponse:
    # Everybody may leave a team of their own.
    need = "process_read" if user_id == request.user.pk else "team_edit"
    team = people.team_get_for(request.user, team_id, need=need)
    person, _team = people.holder_get(team.process, user_id=user_id, team_id=None)
    teams.team_member_remove(actor=request.user, team=team, user=person)
    return _to_people(team.process_id)


@login_required
@require_POST
def team_remove(request: HttpRequest, team_id: uuid.UUID) -> HttpResponse:
    team = people.team_get_for(request.user, team_id, need="team_edit")
    teams.team_remove(actor=request.user, team=team)
    messages.success(request, _("The team is removed."))
    return _to_people(team.process_id)


@login_required
@require_POST
def team_role(request: HttpRequest, team_id: uuid.UUID) -> HttpResponse:
    team = people.team_get_for(request.user, team_id, need="role_grant")
    form = RoleForm(request.POST)
    known = {"process": team.process, "team": team}
    if not attempt(form, roles.role_grant, actor=request.user, **known).is_done:
        return refused(
            request, PEOPLE, people_context(request.user, team.process, refused_form=form)
        )
    return _to_people(team.process_id)


@login_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    """Ask to take part."""
    process = process_get_for(request.user, process_id, need="join_request_create")
    form = JoinForm(request.POST or None)
    context = process_context(request.user, process) | {"form": form}
    if request.method == "POST":
        if attempt(form, joining.join_request_create, actor=request.user, process=process).is_done:
            messages.success(
                request,
                _("Your request is with the coordinators. You get a mail when they decide."),
            )
            return redirect("processes:detail", process.pk)
        return refused(request, "people/join.html", context)
    return render(request, "people/join.html", context)


@login_required
@require_POST
def join_decide(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    asked = people.join_request_get_for(request.user, request_id, need="join_request_decide")
    form = JoinDecisionForm(request.POST, teams=people.teams_list(asked.process))
    known = {"actor": request.user, "request": asked, "accept": request.POST.get("accept") == "1"}
    if not attempt(form, _join_decide, **known).is_done:
        return refused(
            request, PEOPLE, people_context(request.user, asked.process, decision_form=form)
        )
    messages.success(request, _("They are told by e-mail."))
    return _to_people(asked.process_id)


def _join_decide(*, request, team: str, **fields: object):
    _user, found = people.holder_get(request.process, user_id=None, team_id=team or None)
    return joining.join_request_decide(request=request, team=found, **fields)
