"""Organisations: list, one with its processes and members, making and changing one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import selectors
from community.models.organisations import OrganisationKind
from community.permissions import decide, organisation_abilities
from community.services import organisations as services
from community.services.membership_invitations import membership_invitation_send
from frontend.forms.organisations import MemberForm, OrganisationForm
from frontend.presenters.process_cards import with_card_facts
from frontend.views.support import attempt, is_partial, listed, refused
from processes.selectors.processes import processes_visible_to


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    filters = {name: request.GET.get(name, "")[:200] for name in ("kind", "territory", "search")}
    context = {
        "area": "organisations",
        "page": listed(request, selectors.organisations_list(**filters)),
        "filters": filters,
        "kinds": OrganisationKind.choices,
        "territories": selectors.territories_list(),
        "can_create": decide(request.user, "organisation_create"),
    }
    template = (
        "organisations/_results.html"
        if is_partial(request)
        else "organisations/organisation_list.html"
    )
    return render(request, template, context)


@require_safe
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "organisations/organisation_detail.html", _context(request, slug))


def _context(request: HttpRequest, slug: str) -> dict:
    organisation = selectors.organisation_get(slug)
    rows = processes_visible_to(request.user, organisation=str(organisation.pk))
    return {
        "area": "organisations",
        "organisation": organisation,
        "abilities": organisation_abilities(request.user, organisation),
        "members": selectors.organisation_members(organisation),
        "processes": with_card_facts(rows)[:12],
        "member_form": MemberForm(),
        "invitations": selectors.membership_invitations_open(organisation),
    }


@login_required
@require_http_methods(["GET", "POST"])
def organisation_create(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None, territories=selectors.territories_list())
    if request.method == "POST":
        outcome = attempt(form, services.organisation_create, actor=request.user)
        if outcome.is_done:
            messages.success(request, _("The organisation is there; you look after its members."))
            return redirect("organisations:detail", outcome.result.slug)
    context = {"area": "organisations", "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "organisations/organisation_edit.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def organisation_edit(request: HttpRequest, slug: str) -> HttpResponse:
    found = selectors.organisation_get(slug)
    organisation = selectors.organisation_get_for(
        request.user, found.pk, need="organisation_update"
    )
    initial = {
        name: getattr(organisation, name) for name in ("name", "kind", "description", "website")
    }
    initial["territory"] = organisation.territory.code if organisation.territory else ""
    form = OrganisationForm(
        request.POST or None, initial=initial, territories=selectors.territories_list()
    )
    if request.method == "POST":
        outcome = attempt(
            form, services.organisation_update, actor=request.user, organisation=organisation
        )
        if outcome.is_done:
            return redirect("organisations:detail", organisation.slug)
    context = {"area": "organisations", "form": form, "organisation": organisation}
    status = 422 if form.is_bound else 200
    return render(request, "organisations/organisation_edit.html", context, status=status)


@login_required
@require_POST
def member_add(request: HttpRequest, slug: str) -> HttpResponse:
    found = selectors.organisation_get(slug)
    organisation = selectors.organisation_get_for(request.user, found.pk, need="member_edit")
    form = MemberForm(request.POST)
    outcome = attempt(
        form, membership_invitation_send, actor=request.user, organisation=organisation
    )
    if not outcome.is_done:
        context = {**_context(request, slug), "member_form": form}
        return refused(request, "organisations/organisation_detail.html", context)
    messages.success(
        request,
        _("An invitation is on its way to %(email)s.") % {"email": outcome.result.email},
    )
    return redirect("organisations:detail", slug)


@login_required
@require_POST
def member_remove(request: HttpRequest, slug: str, user_id) -> HttpResponse:
    organisation = selectors.organisation_get(slug)
    membership = selectors.membership_get(organisation, user_id)
    services.member_remove(actor=request.user, membership=membership)
    messages.success(request, _("No longer a member."))
    return redirect("organisations:detail", slug)


@login_required
@require_POST
def member_role(request: HttpRequest, slug: str, user_id) -> HttpResponse:
    """Make a member an administrator, or the other way round."""
    organisation = selectors.organisation_get(slug)
    membership = selectors.membership_get(organisation, user_id)
    role = request.POST.get("role", "")
    services.member_role(actor=request.user, membership=membership, role=role)
    messages.success(request, _("The role is changed."))
    return redirect("organisations:detail", slug)
