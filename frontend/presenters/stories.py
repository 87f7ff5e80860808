"""A story as its page shows it: the numbers in words, the materials with where they lead."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.models import Story, TeamKind

# name -> label, in the order to show them
LABELS = {
    "people": gettext_lazy("People who took part"),
    "days": gettext_lazy("Days from beginning to end"),
    "texts": gettext_lazy("Texts"),
    "comments": gettext_lazy("Comments"),
    "answered": gettext_lazy("Comments answered officially"),
    "asked": gettext_lazy("Comments that asked for an answer"),
    "tasks_done": gettext_lazy("Tasks done"),
    "teams": gettext_lazy("Teams"),
}


def number_rows(story: Story) -> list[tuple[int, str]]:
    """Return (number, what it counts) of a published story, the important first."""
    numbers = story.numbers if isinstance(story.numbers, dict) else {}
    rows = [(numbers[name], str(label)) for name, label in LABELS.items() if numbers.get(name)]
    for kind in TeamKind:
        if number := numbers.get(f"people_{kind}"):
            rows.append((number, _("People from: %(kind)s") % {"kind": kind.label}))
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
