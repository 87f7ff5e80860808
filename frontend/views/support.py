"""What views share: running a service for a form, answering a form, pages of lists."""

from collections.abc import Callable
from typing import Any

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict, DomainError, Invalid, TooMany
from frontend.templatetags.koprade import short_day

PAGE_SIZE = 24
# What the person can mend in the form itself; everything else is a page of its own (see middleware).
MENDABLE = (Invalid, Conflict, TooMany)


class Outcome:
    """What became of a form: `result` of the service when `is_done`, else the form holds the errors."""

    def __init__(self, form: forms.Form, *, is_done: bool = False, result: Any = None):
        self.form, self.is_done, self.result = form, is_done, result


def attempt(
    form: forms.Form, call: Callable[..., Any], *, only_changed: bool = False, **known: Any
) -> Outcome:
    """Call a service with what is known and what the form says; put what it refuses beside the fields.

    `only_changed`: without what the person left as they saw it.
    """
    if not form.is_valid():
        return Outcome(form)
    try:
        said = changed_fields(form) if only_changed else form.cleaned_data
        return Outcome(form, is_done=True, result=call(**known, **said))
    except MENDABLE as error:
        show_refusal(form, error)
    except ValidationError as error:
        show_validation(form, error)
    return Outcome(form)


def show_refusal(form: forms.Form, error: DomainError) -> None:
    """Show what a service refused beside the fields it names, the rest above the form."""
    named = {name: lines for name, lines in error.fields.items() if name in form.fields}
    if error.code == "edited_meanwhile":
        named = _show_meanwhile(form, error, named)
    for name, lines in named.items():
        form.add_error(name, list(lines))
    if not named:
        form.add_error(None, error.message)


def _show_meanwhile(form: forms.Form, error: DomainError, named: dict) -> dict:
    """Show what somebody else wrote beside what was typed; saved once more, it is a choice and no accident."""
    form.data = form.data.copy()
    form.data["revision"] = error.details["revision"]
    current = error.details["current"]
    return {
        name: [
            *lines,
            _("Now it says: “%(words)s”. Save again to put yours in its place.")
            % {"words": _in_words(form.fields[name], current.get(name))},
        ]
        for name, lines in named.items()
    }


def _in_words(field: forms.Field, value: Any) -> str:
    """Return a value as the form shows it: a day as people write it, a choice by its name."""
    if not value:
        return "–"
    if isinstance(field, forms.DateField):
        return short_day(field.to_python(value), "year")
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(value, value))


def changed_fields(form: forms.Form) -> dict:
    """Return what the person changed, by what they saw (`initial-…` of the form): two people may change different
    fields of one thing at the same time. With the revision, if the form has one."""
    wanted = [*form.changed_data, *({"revision"} & form.fields.keys())]
    return {name: form.cleaned_data[name] for name in dict.fromkeys(wanted)}


def show_validation(form: forms.Form, error: ValidationError) -> None:
    """Show what a model refused beside the fields that the form has, the rest above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error.messages)
        return
    for name, lines in error.message_dict.items():
        form.add_error(name if name in form.fields else None, list(lines))


def refused(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    """Show a form again with what was typed and what is wrong with it."""
    return render(request, template, context, status=422)


def listed(request: HttpRequest, rows: Any, size: int = PAGE_SIZE) -> Page:
    """Return the page of a list that the address asks for."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def is_partial(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part of the page (a boosted link asks for the whole)."""
    return (
        bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request
    )


def back(request: HttpRequest, fallback: str, *args: object) -> str:
    """Return the path of ours that the form asks to go on to, else the page `fallback`."""
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse(fallback, args=args)


def sign_in(request: HttpRequest, user: Any, path: str) -> HttpResponse:
    """Go on to `path` as `user`, whose mailbox was just proved to be theirs."""
    if request.user == user:
        return redirect(path)
    if request.user.is_authenticated:
        logout(request)
    return perform_login(
        request, user, email_verification=EmailVerificationMethod.NONE, redirect_url=path
    )
