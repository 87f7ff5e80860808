"""What can be wrong with an archive: a stable code and a sentence for each."""

from django.utils.translation import gettext_lazy as _

from cocreation.kernel.errors import Invalid

SENTENCES = {
    "not_a_zip": _("This file is not an archive of a process: it is no ZIP file, or it is cut off."),
    "encrypted": _("The archive is locked with a password. Save it without one."),
    "too_many_members": _("The archive holds more files than we take (%(limit)s)."),
    "path_trick": _("The archive holds a file with a name that leads out of it (%(name)s). Nothing was unpacked."),
    "link": _("The archive holds a link instead of a file (%(name)s). Nothing was unpacked."),
    "duplicate_member": _("The archive holds two files with one name (%(name)s)."),
    "unpacked_too_large": _("Unpacked, the archive would be larger than we take (%(limit)s MB)."),
    "zip_bomb": _("The archive unpacks to far more than it should (%(name)s). Nothing was unpacked."),
    "manifest_missing": _("The archive has no list of contents: it was not made by this program."),
    "format_unknown": _("This is an archive of something else, not of a process."),
    "version_unknown": _("The archive was made by a newer version of the program (%(name)s). Update this one first."),
    "member_missing": _("A file is missing in the archive: %(name)s."),
    "member_unknown": _("The archive holds a file that its list of contents does not know: %(name)s."),
    "checksum": _("A file in the archive was changed or damaged: %(name)s."),
    "json_broken": _("A part of the archive cannot be read: %(name)s."),
    "too_many_rows": _("The archive holds more rows than we take (%(limit)s)."),
    "table_unknown": _("The archive holds something that this program does not know: %(name)s."),
    "row_broken": _("Something in the archive is not as it must be: %(name)s."),
    "reference_missing": _("Something in the archive points to what is not in it: %(name)s."),
    "rows_conflict": _("Two things in the archive exclude each other, or are here already."),
    "file_refused": _("A file in the archive is not of a kind that we take: %(name)s."),
    "text_broken": _("The history of a text in the archive cannot be replayed: %(name)s."),
}  # fmt: skip


def refusal(code: str, **places: object) -> Invalid:
    """Return the refusal of an archive; its code is "archive_" and `code`."""
    shown = {name: str(value)[:120] for name, value in places.items()}
    message = str(SENTENCES[code]) % shown
    return Invalid(message, f"archive_{code}", fields={"file": [message]}, details=shown)
