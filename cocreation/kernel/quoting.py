"""Quotation marks as the reader's language writes them."""

from django.utils.translation import pgettext


def quoted(words: object) -> str:
    """Return words between quotation marks: “so”, „tā“, «так»."""
    return pgettext("quotation marks", "“%(words)s”") % {"words": words}
