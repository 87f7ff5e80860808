"""Derive django-guardian's grants from the role rows again (after an import or a repair of the database)."""

from django.core.management.base import BaseCommand
from django.db import transaction

from processes.models import Process
from processes.services.changes import process_lock
from processes.services.grants import grants_sync


class Command(BaseCommand):
    help = "Derive the permission grants from the role rows again; --check only compares."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit code 1 when they differ"
        )

    def handle(self, *args, check: bool, **options):
        added = removed = 0
        for pk in Process.objects.order_by("created_at").values_list("pk", flat=True):
            with transaction.atomic():
                plus, minus = grants_sync(process_lock(pk))
                added += plus
                removed += minus
                if check:
                    transaction.set_rollback(True)
        self.stdout.write(f"grants: {added} added, {removed} removed")
        if check and (added or removed):
            raise SystemExit(1)
