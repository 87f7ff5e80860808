"""Saying what was done with a way back: a quiet message whose button undoes it through the same page that did it."""

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from frontend.views.support import back, is_partial


def say_done(
    request: HttpRequest, message: str, url: str, fields: dict[str, object], *page: object
) -> None:
    """Say `message`, with a button "Undo" that sends `fields` to `url` and comes back here.

    `page` is the name and arguments of the page to come back to where the form did not say one. None in `fields`
    is sent empty. Works without scripts; in a page that swaps parts, the button swaps the guide.
    """
    context = {
        "message": message,
        "url": url,
        "fields": {name: "" if value is None else value for name, value in fields.items()},
        "next": back(request, *page),
        "is_partial": is_partial(request),
    }
    words = render_to_string("components/_undo.html", context, request)
    # Made by our own template, which escapes what people wrote.
    messages.success(request, mark_safe(words), extra_tags="undo")  # noqa: S308
