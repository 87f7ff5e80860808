"""The mail backend of the embedded shape: mails go to the console, readable and with links that can be clicked."""

import sys
import threading
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

RULE = "─" * 72


class StoredConsoleBackend(BaseEmailBackend):
    """Prints mails decoded, unlike Django's own console backend, which breaks links and non-ASCII letters.

    The outbox (`services/mail.py`) has stored them already, which is where the demo's mail page reads them.
    """

    lock = threading.Lock()

    def __init__(self, fail_silently: bool = False, stream=None, **kwargs):
        super().__init__(fail_silently=fail_silently)
        # The real one: a job worker turns what is printed into warnings of its log.
        self.stream = stream or sys.__stdout__

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Print the messages and return how many."""
        for message in email_messages:
            message.message()  # raises what a real backend would: a forged header, a missing address
            text = (
                f"{RULE}\nTo: {', '.join(message.recipients())}\nSubject: {message.subject}\n\n"
                f"{message.body}\n{RULE}\n"
            )
            with self.lock:
                self.stream.write(text)
                self.stream.flush()
        return len(email_messages)
