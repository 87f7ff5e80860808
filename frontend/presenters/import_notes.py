"""What the report of a Word import says, in the reader's language. Codes are those of documents.convert.pandoc."""

from django.utils.translation import gettext as _


def import_note_sentence(note: dict) -> str:
    """Return the sentence of one note: {"code", "count", "sample"}; an unknown code is shown as it is."""
    count = note.get("count", 1)
    sentences = {
        "footnotes": _("Footnotes were moved to the end of the text (%(count)s)."),
        "tracked_changes": _("Tracked changes were accepted (%(count)s)."),
        "comments": _("Comments of the Word file are not in the text (%(count)s)."),
        "formatting": _("Formatting without a counterpart here was left out (%(count)s)."),
        "equations": _("Equations became plain text (%(count)s)."),
        "text_boxes": _("Text boxes were looked for; check that their words are here (%(count)s)."),
        "headers_footers": _("Headers and footers of the pages were left out (%(count)s)."),
        "merged_cells": _("Tables with merged cells: check them (%(count)s)."),
        "numbering": _("Numbering styles became plain numbers (%(count)s)."),
        "image_unreadable": _("A picture could not be read and was left out."),
    }
    return sentences.get(note.get("code", ""), note.get("code", "")) % {"count": count}
