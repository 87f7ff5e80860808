"""Replay every text from its first row and report damage. For cron, and after a restored backup."""

import json
import uuid

from django.core.management.base import BaseCommand, CommandError

from documents.models import Document
from documents.selectors.verification import Verification, verify_document
from documents.services.updates import snapshots_renew


class Command(BaseCommand):
    help = "Replay the log of each text and report damage; exit code 1 when there is any."

    def add_arguments(self, parser):
        parser.add_argument("--document", type=uuid.UUID, help="only this one (its id)")
        parser.add_argument(
            "--repair-snapshots",
            action="store_true",
            help="throw wrong snapshots away and make a new one; rows are never changed",
        )
        parser.add_argument("--json", action="store_true", help="one line of JSON per document")

    def handle(self, *args, document, repair_snapshots: bool, **options):
        ids = [document] if document else Document.objects.order_by("created_at").values_list("pk")
        if document and not Document.objects.filter(pk=document).exists():
            raise CommandError(f"there is no document {document}")
        damaged = checked = 0
        for number, pk in enumerate(ids, 1):
            found = self._verified(pk if document else pk[0], number)
            repaired = None
            if repair_snapshots and found.snapshots:
                repaired = snapshots_renew(document_id=found.document_id, wrong=found.snapshots)
            self._print(found, repaired, as_json=options["json"])
            checked += 1
            damaged += not found.is_sound
        if not options["json"]:
            self.stdout.write(f"{checked} documents, {damaged} damaged")
        if damaged:
            raise SystemExit(1)

    def _verified(self, pk: uuid.UUID, number: int) -> Verification:
        def progress(rows: int) -> None:
            if rows % 10_000 == 0:
                self.stderr.write(f"document {number}: {rows} rows")

        try:
            return verify_document(pk, progress=progress)
        except Exception as error:  # noqa: BLE001 - one that cannot be looked at must not hide the others
            found = Verification(pk)
            found.add("failed", f"{type(error).__name__}: {error}")
            return found

    def _print(self, found: Verification, repaired: int | None, *, as_json: bool) -> None:
        if as_json:
            told = found.as_dict() | {"repaired_snapshots": repaired or 0}
            self.stdout.write(json.dumps(told))
            return
        for fault in found.faults:
            place = "" if fault.sequence is None else f" at {fault.sequence}"
            self.stdout.write(f"{found.document_id}{place}: {fault.code}: {fault.detail}")
        if repaired:
            self.stdout.write(f"{found.document_id}: {repaired} snapshots thrown away")
