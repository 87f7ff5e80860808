"""Write a process to one file."""

import shutil
import uuid
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from processes.archive.counting import Counting
from processes.archive.writer import archive_write
from processes.models import Process
from processes.services.archives import archive_name


class Command(BaseCommand):
    help = "Export a process with everything in it, people's e-mail addresses too, as one ZIP file."

    def add_arguments(self, parser):
        parser.add_argument("process", type=uuid.UUID, help="its id (in the address of its page)")
        parser.add_argument("--to", type=Path, help="file or folder; without it, the folder here")

    def handle(self, *args, process: uuid.UUID, to: Path | None, **options):
        row = Process.objects.filter(pk=process).first()
        if row is None:
            raise CommandError(f"there is no process {process}")
        path, manifest = archive_write(row, Counting())
        target = to or Path()
        target = target / archive_name(row) if target.is_dir() else target
        shutil.move(path, target)
        for name, count in manifest["counts"].items():
            self.stdout.write(f"{name}: {count}")
        for name in manifest["missing_files"]:
            self.stderr.write(f"not in the store any more: {name}")
        self.stdout.write(f"written to {target}")
