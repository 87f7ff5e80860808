"""The door of operators to `importers.interlink`."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid
from interlinkers.importers.interlink import import_interlink
from interlinkers.importers.report import Report


def print_report(command: BaseCommand, report: Report, *, as_json: bool, dry_run: bool) -> None:
    """Print one JSON object, or a line per kind and the warnings. Raises: CommandError (1) when an entry failed."""
    if as_json:
        command.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        _print_lines(command, report, dry_run)
    if report.failed:
        message = _("%(count)s entries could not be imported.") % {"count": report.failed}
        raise CommandError(message, returncode=1)


def _print_lines(command: BaseCommand, report: Report, dry_run: bool) -> None:
    names = {
        "problem_profiles": _("Problem profiles"),
        "process_templates": _("Process templates"),
        "interlinkers": _("Interlinkers"),
    }
    for kind, counts in report.counts.items():
        line = _(
            "%(kind)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(failed)s failed"
        )
        command.stdout.write(line % {"kind": names[kind], **counts})
    totals = {
        key: sum(c[key] for c in report.counts.values()) for key in ("new", "changed", "unchanged")
    }
    if dry_run:
        command.stdout.write(_("Dry run: nothing was written."))
    elif totals["unchanged"] and not (totals["new"] or totals["changed"]):
        command.stdout.write(_("Everything is as it was; nothing was written."))
    for failure in report.failures:
        command.stderr.write(_("Failed: %(message)s") % {"message": failure})
    for warning in report.warnings:
        command.stdout.write(_("Warning: %(message)s") % {"message": warning})


class Command(BaseCommand):
    help = "Import a directory in the layout of INTERLINK's catalogue/seed."

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument("--dry-run", action="store_true", help="count, but write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, directory, dry_run, json, **options):
        try:
            report = import_interlink(directory, dry_run=dry_run)
        except Invalid as error:
            raise CommandError(error.message, returncode=2) from error
        print_report(self, report, as_json=json, dry_run=dry_run)
