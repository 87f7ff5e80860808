"""Make an access token for a person and print it, and nothing else, so that scripts can use the output."""

from django.core.management.base import BaseCommand, CommandError

from cocreation.kernel.errors import DomainError
from community.models.access import TokenScope
from community.selectors import user_by_email
from community.services.tokens import MAX_DAYS, token_create


class Command(BaseCommand):
    help = (
        "Make an access token for REST and sockets; prints only the token. It is shown this once."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", help="whose token it is")
        parser.add_argument(
            "--days", type=int, default=90, help=f"how long it works, 1 to {MAX_DAYS} (default 90)"
        )
        parser.add_argument(
            "--scope",
            choices=TokenScope.values,
            default=TokenScope.WRITE.value,
            help="default write",
        )
        parser.add_argument("--name", default="create_token", help="what it is for")

    def handle(self, *, email, days, scope, name, **options):
        user = user_by_email(email)
        if user is None:
            raise CommandError(f"There is no account with the address {email}.")
        try:
            _token, secret = token_create(user=user, name=name, scope=scope, days=days)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(secret)
