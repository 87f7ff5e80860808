"""Erase words of a text for good. For operators; coordinators have the same over REST."""

import sys
import uuid

from django.core.management.base import BaseCommand, CommandError

from cocreation.kernel.errors import DomainError
from community.models import User
from documents.models import Document
from documents.services.redaction import Redacted, author_redact, passage_redact


class Command(BaseCommand):
    help = "Erase a passage, or all that one person typed in a document, for good. Asks first."

    def add_arguments(self, parser):
        parser.add_argument("document", type=uuid.UUID)
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--block", help="id of the block that holds the passage")
        what.add_argument("--author", help="e-mail address of whose words are to go")
        parser.add_argument(
            "--quote", default="", help="the words; - reads them, so that no shell keeps them"
        )
        parser.add_argument("--start", type=int, help="where they begin, in UTF-16 units")
        parser.add_argument("--end", type=int)
        parser.add_argument("--reason", required=True, help="stays in the activity log")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args, document: uuid.UUID, yes: bool, **options):
        text = Document.objects.filter(pk=document).first()
        if text is None:
            raise CommandError(f"there is no document {document}")
        if options["quote"] == "-":
            options["quote"] = sys.stdin.read().rstrip("\n")
        if not yes and input(f"Erase for good from “{text.title}”? [yes/no] ") != "yes":
            raise CommandError("nothing was erased")
        try:
            done = self._redact(text, **options)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{done.rows} rows changed; backups made before still hold the words")
        if done.elsewhere:
            self.stdout.write(f"the same words still stand in {done.elsewhere} other places")

    @staticmethod
    def _redact(text: Document, *, block, author, quote, start, end, reason, **_others) -> Redacted:
        if block:
            return passage_redact(
                actor=None,
                document=text,
                block_id=block,
                quote=quote,
                start=start,
                end=end,
                reason=reason,
            )
        person = User.objects.filter(email__iexact=author).first()
        if person is None:
            raise CommandError("nobody has this address")
        return author_redact(actor=None, document=text, author_id=person.pk, reason=reason)
