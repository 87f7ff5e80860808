"""Inviting by a list (CSV): look it over, then begin; and taking the list of people along."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cocreation.kernel.errors import DomainError
from frontend.forms.people import PeopleListForm
from frontend.presenters.process_page import process_context
from frontend.views.support import refused, show_refusal
from processes.people_csv import broken_csv, people_csv
from processes.selectors.people import people_rows
from processes.selectors.processes import process_get_for
from processes.services.people_import import people_check, people_import_start, teams_missing

PAGE = "people/list_import.html"
SHOWN = 20


@login_required
@require_http_methods(["GET", "POST"])
def people_import(request: HttpRequest, process_id) -> HttpResponse:
    """Give a list, see what would happen, then invite those whose lines are good.

    The text of the list goes back and forth with the page: nothing is kept of it before the person says so.
    """
    process = process_get_for(request.user, process_id, need="invitation_create")
    context = process_context(request.user, process)
    if request.method == "GET":
        return render(request, PAGE, context | {"form": PeopleListForm()})
    form = PeopleListForm(request.POST, request.FILES)
    if not form.is_valid():
        return refused(request, PAGE, context | {"form": form})
    choice = {
        "default_role": form.cleaned_data["role"],
        "new_teams": form.cleaned_data["new_teams"],
    }
    try:
        found = people_check(actor=request.user, process=process, data=form.content(), **choice)
    except DomainError as error:
        show_refusal(form, error)
        return refused(request, PAGE, context | {"form": form})
    if "broken" in request.POST:
        response = HttpResponse(
            "\ufeff" + broken_csv(found), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = 'attachment; filename="lines-to-mend.csv"'
        return response
    if "begin" in request.POST and found.good:
        work = people_import_start(
            actor=request.user,
            process=process,
            lines=found.good,
            with_teams=choice["new_teams"],
        )
        return redirect("work", work.pk)
    context |= {
        "form": form,
        "found": found,
        "words": form.words(process.language),
        "shown": found.good[:SHOWN],
        "more": max(0, len(found.good) - SHOWN),
        "teams": teams_missing(process, found.good),
    }
    return render(request, PAGE, context)


@require_safe
def people_export(request: HttpRequest, process_id) -> HttpResponse:
    """Everybody who takes part, as CSV for those who give roles (with e-mail addresses)."""
    process = process_get_for(request.user, process_id, need="role_grant")
    header = [_("Name"), _("E-mail"), _("Role"), _("Where"), _("Team")]
    rows = [
        [row.name, row.email, row.role_label, row.where, row.team] for row in people_rows(process)
    ]
    response = HttpResponse(
        "\ufeff" + people_csv(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response
