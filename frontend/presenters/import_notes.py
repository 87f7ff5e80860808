"""What the report of a Word import says, in the reader's language. Codes are those of documents.convert.pandoc."""

from django.utils.translation import gettext as _


def import_note_sentence(note: dict) -> str:
    """Return the sentence of one note: {"code", "count", "sample"}; an unknown code is shown as it is."""
    count = note.get("count", 1)
    sentences = {
        "tracked_changes": _("Tracked changes were accepted (%(count)s)."),
        "footnotes": _("Footnotes were moved to the end of the text (%(count)s)."),
        "equations": _("Equations became plain text (%(count)s)."),
        "links": _("Links that cannot be used here became plain words (%(count)s)."),
        "superscript": _("Raised and lowered letters stand on the line now (%(count)s)."),
        "list_numbering": _("Numbering of lists became plain numbers (%(count)s)."),
        "unplaced_text": _(
            "Words from text boxes stand at the end: put them where they belong (%(count)s)."
        ),
        "formatting": _("Formatting without a counterpart here was left out (%(count)s)."),
        "colours": _("Colours were left out (%(count)s)."),
        "page_breaks": _("Page breaks were left out (%(count)s)."),
        "comments": _("Comments of the Word file are not in the text (%(count)s):"),
        "headers_footers": _("Headers and footers of the pages are not in the text (%(count)s):"),
        "drawings": _("Drawings could not be taken over (%(count)s)."),
        "images_missing": _("Pictures that are not in the file were left out (%(count)s)."),
        "images_kind": _("Pictures of a kind that browsers do not show were left out (%(count)s)."),
        "image_unreadable": _("A picture could not be read and was left out."),
        "embedded": _("Embedded files were left out (%(count)s)."),
    }
    return sentences.get(note.get("code", ""), note.get("code", "")) % {"count": count}
