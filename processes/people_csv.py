"""A list of people as CSV, as offices send it: any usual encoding and separator, headings in our languages."""

import csv
import io
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid, TooLarge
from processes.permissions.roles import RANKED
from processes.validation import text

SIZE_MAX_BYTES = 1_000_000
LINES_MAX = 2_000
# What each column may be headed with, without signs and in small letters.
HEADINGS = {
    "email": {"email", "mail", "epasts", "epastaadrese", "електроннапошта", "пошта", "імейл"},
    "team": {"team", "komanda", "команда"},
    "role": {"role", "loma", "роль"},
    "language": {"language", "valoda", "мова"},
}
# Where a file says nothing of itself: what Windows writes in the languages of a process.
CODE_PAGES = {"lv": "cp1257", "uk": "cp1251"}


@dataclass
class Line:
    """One line of the file. `number` is that of the file, from 1; `problems` are sentences; empty: it can be used."""

    number: int
    raw: list[str]
    email: str = ""
    role: str = ""
    team: str = ""
    language: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class People:
    """What a file holds. `header` is empty when it has none."""

    lines: list[Line]
    header: list[str]

    @property
    def good(self) -> list[Line]:
        """The lines that can be used."""
        return [line for line in self.lines if not line.problems]

    @property
    def broken(self) -> list[Line]:
        """The lines with something wrong."""
        return [line for line in self.lines if line.problems]


def read_people(data: bytes, *, default_role: str, language: str = "en") -> People:
    """Read a file. Lines without anything in them are passed over; each other line is good or says what is wrong.

    Raises: TooLarge above 1 MB; Invalid (codes "too_many_lines", "csv_unreadable", "no_email_column").
    """
    if len(data) > SIZE_MAX_BYTES:
        raise TooLarge(_("The list may have 1 MB at most."), "too_large")
    rows = _rows(decode(data, language))
    if not rows:
        raise Invalid(_("There is nothing in this file."), "csv_unreadable")
    columns, header = _columns(rows[0][1])
    body = rows[1:] if header else rows
    if len(body) > LINES_MAX:
        raise Invalid(
            _("The list may have %(most)d lines at most.") % {"most": LINES_MAX}, "too_many_lines"
        )
    roles = _role_words()
    seen: dict[str, int] = {}
    lines = [_line(number, raw, columns, roles, default_role, seen) for number, raw in body]
    return People(lines, header)


def decode(data: bytes, language: str = "en") -> str:
    """Return the text of a file: UTF-8 or UTF-16 as marked or found, else the code page of the language."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries = ["utf-16"]
    elif data[1:200:2].count(0) > data[:200:2].count(0) + 5:
        tries = ["utf-16-le"]
    elif data[:200:2].count(0) > data[1:200:2].count(0) + 5:
        tries = ["utf-16-be"]
    else:
        tries = ["utf-8-sig", CODE_PAGES.get(language, "cp1252")]
    for name in tries:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise Invalid(
        _("This file is not a text that can be read. Save it as CSV (UTF-8)."), "csv_unreadable"
    )


def broken_csv(people: People) -> str:
    """Return the broken lines as CSV with what is wrong with each, to mend and send again."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    if people.header:
        writer.writerow([*people.header, _("What is wrong")])
    for line in people.broken:
        writer.writerow([*map(harmless, line.raw), " ".join(line.problems)])
    return out.getvalue()


def people_csv(header: list[str], rows: list[list[str]]) -> str:
    """Return a list of people as CSV that spreadsheets of our countries open as it is."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _rows(words: str) -> list[tuple[int, list[str]]]:
    if "\x00" in words:
        raise Invalid(
            _("This file is not a text that can be read. Save it as CSV (UTF-8)."), "csv_unreadable"
        )
    first = next((line for line in words.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=separator)
    found = []
    try:
        for row in reader:
            cells = [text(cell) for cell in row]
            if any(cells):
                found.append((reader.line_num, cells))
            if len(found) > LINES_MAX + 1:
                break
    except csv.Error:
        raise Invalid(
            _("Line %(number)d cannot be read as CSV.") % {"number": reader.line_num},
            "csv_unreadable",
        ) from None
    return found


def _columns(first: list[str]) -> tuple[dict[str, int], list[str]]:
    """Return which column is where, and the headings if the first line has them."""
    if any("@" in cell for cell in first):
        at = next(place for place, cell in enumerate(first) if "@" in cell)
        return {"email": at}, []
    found: dict[str, int] = {}
    for place, cell in enumerate(first):
        word = "".join(char for char in cell.casefold() if char.isalpha())
        for name, words in HEADINGS.items():
            if word in words:
                found.setdefault(name, place)
    if "email" not in found:
        raise Invalid(
            _(
                "No column is headed “E-mail”. Name the columns in the first line, or give addresses alone."
            ),
            "no_email_column",
        )
    return found, first


def _role_words() -> dict[str, str]:
    """Return role names in all languages, in small letters, with the role each means."""
    words = {str(role.value): str(role.value) for role in RANKED}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words |= {str(role.label).casefold(): str(role.value) for role in RANKED}
    return words


def _line(
    number: int, raw: list[str], columns: dict, roles: dict, default_role: str, seen: dict
) -> Line:
    def cell(name: str) -> str:
        place = columns.get(name)
        return raw[place] if place is not None and place < len(raw) else ""

    line = Line(number, raw, email=cell("email").lower(), team=cell("team")[:120])
    _read_address(line, seen)
    said = cell("role").casefold()
    line.role = roles.get(said, "") if said else default_role
    if not line.role:
        line.problems.append(_("“%(role)s” is no role.") % {"role": cell("role")})
    language = cell("language").casefold()[:2]
    line.language = language if language in dict(settings.LANGUAGES) else ""
    return line


def _read_address(line: Line, seen: dict[str, int]) -> None:
    if not line.email:
        line.problems.append(_("There is no address in it."))
        return
    try:
        validate_email(line.email)
    except ValidationError:
        line.problems.append(_("“%(email)s” is no e-mail address.") % {"email": line.email})
        return
    if line.email in seen:
        line.problems.append(
            _("This address is in line %(number)d already.") % {"number": seen[line.email]}
        )
    seen.setdefault(line.email, line.number)
