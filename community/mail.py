"""The mail backend of the embedded shape."""

from django.core.mail.backends.console import EmailBackend


class StoredConsoleBackend(EmailBackend):
    """Prints mails to the console."""
