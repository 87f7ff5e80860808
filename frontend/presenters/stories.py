"""A story as its page shows it: the numbers in words, the materials with where they lead."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.models import Story, TeamKind

# name -> label, in the order to show them
LABELS = {
    "people": gettext_lazy("people took part"),
    "days": gettext_lazy("days from beginning to end"),
    "texts": gettext_lazy("texts"),
    "comments": gettext_lazy("comments"),
    "answered": gettext_lazy("comments answered officially"),
    "asked": gettext_lazy("comments that asked for an answer"),
    "tasks_done": gettext_lazy("tasks done"),
    "teams": gettext_lazy("teams"),
}


def number_rows(story: Story) -> list[tuple[int, str]]:
    """Return (number, what it counts) of a published story, the important first."""
    numbers = story.numbers if isinstance(story.numbers, dict) else {}
    rows = [(numbers[name], str(label)) for name, label in LABELS.items() if numbers.get(name)]
    for kind in TeamKind:
        if number := numbers.get(f"people_{kind}"):
            rows.append((number, _("from: %(kind)s") % {"kind": kind.label}))
    return rows


def material_rows(story: Story) -> list[dict]:
    """Return the materials with `url` and `icon`."""
    rows = []
    for number, one in enumerate(story.materials):
        kind = one.get("kind")
        here = [story.pk, number]
        url = {
            "text": lambda here=here: reverse("stories:material", args=here),
            "file": lambda here=here: reverse("stories:file", args=here),
        }.get(kind, lambda one=one: one.get("url", ""))()
        rows.append(
            {"title": one.get("title", ""), "kind": kind, "url": url, "version": one.get("version")}
        )
    return rows


def links_text(story: Story) -> str:
    """Return the links that were written by hand, one a line, as the form takes them."""
    return "\n".join(
        f"{one.get('title', '')} {one.get('url', '')}"
        for one in story.materials
        if one.get("kind") == "link" and not one.get("id")
    )
