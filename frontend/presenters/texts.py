"""A text as a page shows it: HTML with its commented passages, and its outline."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from documents.convert.html import Highlight, json_to_html
from documents.models import Document
from documents.schema import Json, blocks
from documents.selectors.threads import PlacedThread


@dataclass(frozen=True)
class OutlineItem:
    """One heading of a text."""

    block_id: str
    level: int
    text: str


def text_html(
    document: Document, content: Json, placed: list[PlacedThread] | None = None
) -> SafeString:
    """Return the text as HTML; passages of `placed` threads are marked."""

    def image_url(image_id: str) -> str:
        return reverse("documents:image", args=[document.pk, image_id])

    highlights = [
        Highlight(
            item.place.block_id,
            item.place.start,
            item.place.end,
            "commented" if item.thread.status == "open" else "commented commented-resolved",
            item.thread.number,
        )
        for item in placed or []
        if item.place.state != "orphaned" and item.place.block_id
    ]
    # Safe by construction: only tags of ours, everything of people's escaped (documents.convert.html).
    return mark_safe(json_to_html(content, image_url=image_url, highlights=highlights))  # noqa: S308


def text_outline(content: Json) -> list[OutlineItem]:
    """Return the headings of the first three levels that have words."""
    levels = {
        node["attrs"]["id"]: node["attrs"]["level"]
        for node in content.get("content", [])
        if node["type"] == "heading" and node["attrs"].get("id")
    }
    return [
        OutlineItem(block.id, levels[block.id], block.text)
        for block in blocks(content)
        if block.id in levels and block.text.strip() and levels[block.id] <= 3
    ]


def word_count(content: Json) -> int:
    """Return how many words a text has."""
    return sum(len(block.text.split()) for block in blocks(content))
