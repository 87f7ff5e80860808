"""How the text that a document would start from looks."""

from django.utils.safestring import SafeString, mark_safe

from documents.convert.html import json_to_html
from documents.schema import Json


def preview_html(content: Json) -> SafeString:
    """Return a text as HTML without ids and pictures. Safe by construction (documents.convert.html)."""
    return mark_safe(json_to_html(content, image_url=lambda _image_id: ""))  # noqa: S308
