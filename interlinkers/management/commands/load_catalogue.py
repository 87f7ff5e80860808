"""The door of operators to `importers.own`: what `make demo` and a new installation start with."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cocreation.kernel.errors import Invalid
from interlinkers.importers.own import load_catalogue
from interlinkers.management.commands.import_interlink import print_report


class Command(BaseCommand):
    help = "Load or update the catalogue that comes with the program (fixtures/)."

    def add_arguments(self, parser):
        default = settings.BASE_DIR / "fixtures"
        parser.add_argument("directory", type=Path, nargs="?", default=default, metavar="DIR")
        parser.add_argument("--dry-run", action="store_true", help="count, but write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, directory, dry_run, json, **options):
        try:
            report = load_catalogue(directory, dry_run=dry_run)
        except Invalid as error:
            raise CommandError(error.message, returncode=2) from error
        print_report(self, report, as_json=json, dry_run=dry_run)
