"""What long work found, in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import background_kinds
from community.models import BackgroundWork

# table -> what its rows are called, in the order to show them
COUNTED = {
    "processes.node": lambda n: ngettext("%(n)s part of the plan", "%(n)s parts of the plan", n),
    "documents.document": lambda n: ngettext("%(n)s text", "%(n)s texts", n),
    "documents.documentupdate": lambda n: ngettext(
        "%(n)s change of the texts", "%(n)s changes of the texts", n
    ),
    "documents.version": lambda n: ngettext("%(n)s version", "%(n)s versions", n),
    "documents.thread": lambda n: ngettext("%(n)s discussion", "%(n)s discussions", n),
    "documents.disposition": lambda n: ngettext(
        "%(n)s official answer", "%(n)s official answers", n
    ),
    "processes.asset": lambda n: ngettext("%(n)s thing in tasks", "%(n)s things in tasks", n),
    "processes.team": lambda n: ngettext("%(n)s team", "%(n)s teams", n),
    "people": lambda n: ngettext("%(n)s person", "%(n)s people", n),
    "community.activity": lambda n: ngettext(
        "%(n)s line of what happened", "%(n)s lines of what happened", n
    ),
}


def counts_lines(counts: dict) -> list[str]:
    """Return how many of what there are, in words."""
    return [
        words(counts[name]) % {"n": counts[name]}
        for name, words in COUNTED.items()
        if isinstance(counts.get(name), int) and counts[name]
    ]


def note_line(name: str, count: int) -> str:
    """Return what could not come along, in words."""
    if name == "rights_left_out":
        return _(
            "Roles, assignments and invitations of other people do not come along: invite them anew. "
            "What they wrote stays under their names."
        )
    if name == "unknown_organisation":
        return _("Organisations are left away that are not here, or that you do not belong to.")
    return ngettext(
        "%(n)s pointer to the catalogue is left away, because its entry is not here.",
        "%(n)s pointers to the catalogue are left away, because their entries are not here.",
        count,
    ) % {"n": count}


def _too_large(passed: object) -> str:
    """Return that no site with our limits takes the file in, and which setting says so."""
    if not isinstance(passed, dict):
        return ""
    values = {"limit": int(passed["limit"]) // 1_000_000, "setting": passed["setting"]}
    if passed["setting"] == "ARCHIVE_MAX_BYTES":
        return (
            _(
                "The file is too large to be imported here: at most %(limit)s MB (the setting %(setting)s)."
            )
            % values
        )
    return (
        _(
            "The file is too large to be imported here: unpacked at most %(limit)s MB (the setting %(setting)s)."
        )
        % values
    )


@dataclass(frozen=True)
class WorkRow:
    """A line of the list of long work."""

    work: BackgroundWork
    title: str
    size_bytes: int | None
    has_file: bool


def work_rows(works: Iterable[BackgroundWork]) -> list[WorkRow]:
    """Return long work as a list shows it. No queries."""
    rows = []
    for work in works:
        kind = background_kinds.get(work.kind)
        size = work.report.get("size_bytes") if isinstance(work.report, dict) else None
        rows.append(WorkRow(work, str(kind.title) if kind else work.kind, size, bool(work.file)))
    return rows


def report_lines(work: BackgroundWork) -> dict:
    """Return a work's report as a page shows it: counts, notes and lost files."""
    report = work.report if isinstance(work.report, dict) else {}
    counts = dict(report.get("counts") or {})
    if "people_count" in report:
        counts["people"] = report["people_count"]
    return {
        "title": report.get("title", ""),
        "counts": counts_lines(counts),
        "notes": [note_line(name, count) for name, count in (report.get("notes") or {}).items()],
        "too_large": _too_large(report.get("too_large")),
        "size_bytes": report.get("size_bytes"),
        "missing": len(report.get("missing_files") or []),
        "people": report.get("people") or [],
        "is_copy": report.get("is_copy", False),
    }
