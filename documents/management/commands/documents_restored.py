"""Tell open browsers that the database was restored from a backup: what they hold is of another time."""

import uuid

from django.core.management.base import BaseCommand, CommandError

from documents.models import Document
from documents.services.generations import documents_restored


class Command(BaseCommand):
    help = "After restoring a backup: give documents a new generation, so that open editors reload."

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="every document")
        which.add_argument("--document", type=uuid.UUID, action="append", help="this one (its id)")

    def handle(self, *args, document, **options):
        if document and Document.objects.filter(pk__in=document).count() != len(set(document)):
            raise CommandError("there is no such document")
        count = documents_restored(document_ids=document)
        self.stdout.write(f"{count} documents have a new generation")
