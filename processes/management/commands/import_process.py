"""Make a process out of an archive."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cocreation.kernel.errors import DomainError
from community.models import User
from processes.archive.counting import Counting
from processes.services.archives import archive_check, process_import


class Command(BaseCommand):
    help = "Import a process from an archive: all of it, or nothing and the reason."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="look it over, write nothing")
        parser.add_argument("--coordinator", help="e-mail address of who becomes the coordinator")
        parser.add_argument(
            "--bring-people",
            action="store_true",
            help="you vouch for the archive: match its people by e-mail and restore their roles; "
            "the unknown get accounts that are closed",
        )
        parser.add_argument(
            "--open-accounts",
            action="store_true",
            help="with --bring-people: new accounts are open (people sign in by a link to their address)",
        )

    def handle(self, *args, file: Path, dry_run: bool, bring_people: bool, **options):
        importer = self._coordinator(options["coordinator"])
        if importer is None and not bring_people and not dry_run:
            raise CommandError("name a --coordinator, or vouch for its people with --bring-people")
        try:
            with file.open("rb") as opened:
                if dry_run:
                    found = archive_check(opened, importer=importer, progress=Counting())
                    self.stdout.write(f"{found['title']}: {found['counts']} {found['notes']}")
                    return
                process, notes = process_import(
                    opened,
                    importer=importer,
                    vouched=bring_people,
                    progress=Counting(),
                    activate=options["open_accounts"],
                )
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except DomainError as error:
            raise CommandError(f"{error.code}: {error.message}") from error
        self.stdout.write(f"imported {process.pk}: {process.title} {notes}")

    def _coordinator(self, email: str | None) -> User | None:
        if not email:
            return None
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"there is nobody with the address {email}")
        return user
