"""Coming in by a link, leaving, and why somebody may or may not."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocreation.kernel.errors import DomainError
from community.services.mail import absolute_url
from documents.selectors.documents import document_get_for
from frontend.forms.people import LinkInvitationForm, RoleGrantForm
from frontend.presenters.abilities import GROUPS
from frontend.presenters.process_page import process_context
from frontend.views.process_tabs import grant_choices, people_context
from frontend.views.support import attempt, refused
from processes.models import Role
from processes.paths import link_path
from processes.selectors import links as link_selectors
from processes.selectors import people
from processes.selectors.explaining import explanation_get_for
from processes.selectors.processes import process_get_for, process_tree
from processes.selectors.tasks import node_get_for
from processes.selectors.tree import walk
from processes.services import links as link_services
from processes.services import roles as role_services
from processes.services.leaving import process_leave

PEOPLE = "processes/process_people.html"


@login_required
@require_POST
@sensitive_variables("secret", "address")
def link_create(request: HttpRequest, process_id) -> HttpResponse:
    """Make an invitation link; its address and QR code are shown on this page only."""
    process = process_get_for(request.user, process_id, need="invitation_create")
    form = LinkInvitationForm(request.POST, teams=people.teams_list(process))
    outcome = attempt(form, _link_create, actor=request.user, process=process)
    if not outcome.is_done:
        return refused(request, PEOPLE, people_context(request.user, process, link_form=form))
    link, secret = outcome.result
    address = absolute_url(link_path(secret))
    code = segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff")
    context = process_context(request.user, process) | {
        "link": link,
        "address": address,
        # Made here from an address of ours.
        "code": mark_safe(code),  # noqa: S308
    }
    return render(request, "people/link_made.html", context)


def _link_create(*, actor, process, team: str, **fields: object):
    _user, found = people.holder_get(process, user_id=None, team_id=team or None)
    return link_services.link_create(actor=actor, process=process, team=found, **fields)


@login_required
@require_POST
def link_revoke(request: HttpRequest, link_id) -> HttpResponse:
    link = link_selectors.link_get_for(request.user, link_id, need="invitation_create")
    link_services.link_revoke(actor=request.user, link=link)
    messages.success(request, _("The link is taken back. Who came in by it stays."))
    return redirect("processes:people", link.process_id)


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def link_page(request: HttpRequest, secret: str) -> HttpResponse:
    """What an invitation link leads to, with its one button."""
    link = link_selectors.link_find(secret)
    state = link_selectors.link_state(link)
    is_in = link and link_selectors.has_used(link, request.user)
    if is_in and link_selectors.takes_part(link, request.user):
        messages.info(request, _("You take part in this process already."))
        return redirect("processes:detail", link.process_id)
    error = None
    if request.method == "POST":
        try:
            taken = link_services.link_accept(secret=secret, user=request.user)
            messages.success(request, _("Welcome! You take part now."))
            return redirect("processes:detail", taken.process_id)
        except DomainError as refusal:
            error = refusal
    context = {
        "link": link,
        "state": state.value,
        "message": error.message if error else link_selectors.link_message(state),
    }
    status = error.status if error else {"open": 200, "unknown": 404}.get(state.value, 410)
    return render(request, "people/link.html", context, status=status)


@login_required
@require_POST
def role_grant(request: HttpRequest, process_id) -> HttpResponse:
    """Give somebody who takes part, or a team, a role in the process or in a part of it."""
    process = process_get_for(request.user, process_id, need="process_read")
    members, teams = list(people.participants(process)), list(people.teams_list(process))
    form = RoleGrantForm(request.POST, **grant_choices(request.user, process, members, teams))
    if not attempt(form, _grant, actor=request.user, process=process).is_done:
        return refused(request, PEOPLE, people_context(request.user, process, grant_form=form))
    messages.success(request, _("The role is given."))
    return redirect("processes:people", process_id)


def _grant(*, actor, process, holder: str, role: str, place: str):
    kind, _colon, ident = holder.partition(":")
    user, team = people.holder_get(
        process,
        user_id=ident if kind == "user" else None,
        team_id=ident if kind == "team" else None,
    )
    node = node_get_for(actor, place, need="role_grant") if place else None
    return role_services.role_grant(
        actor=actor, process=process, node=node, user=user, team=team, role=role
    )


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, process_id) -> HttpResponse:
    """Leave a process: the page says first what that means."""
    process = process_get_for(request.user, process_id, need="process_read")
    error = None
    if request.method == "POST":
        try:
            process_leave(actor=request.user, process=process)
            messages.success(request, _("You have left “%(title)s”.") % {"title": process.title})
            return redirect("my-work")
        except DomainError as refusal:
            error = refusal
    context = process_context(request.user, process) | {"error": error}
    return render(request, "people/leave.html", context, status=error.status if error else 200)


@require_safe
def why(request: HttpRequest, process_id) -> HttpResponse:
    """What a person may do at a place, and what decides it."""
    process = process_get_for(request.user, process_id, need="process_read")
    place = request.GET.get("place", "")
    node = node_get_for(request.user, place, need="process_read") if place else None
    text = None
    if ident := request.GET.get("document"):
        text = document_get_for(request.user, ident, need="document_read")
        people.in_process(text, process.pk)
        node = text.task
    found, person = explanation_get_for(
        request.user,
        process,
        node=node,
        person_id=request.GET.get("person"),
        object_id=text and text.pk,
    )
    context = process_context(request.user, process)
    may_ask = context["abilities"]["role_grant"]
    tree = walk(process_tree(process, request.user, with_disabled=False))
    context |= {
        "found": found,
        "person": person,
        "role_label": dict(Role.choices).get(found.role, ""),
        "node": node,
        "text": text,
        "people": people.participants(process) if may_ask else [],
        "places": [(part.id, part.title, part.kind) for part in tree],
        "groups": [
            (label, [(words, found.answers[ability]) for ability, words in names.items()])
            for label, names in GROUPS
        ],
    }
    return render(request, "people/why.html", context)
