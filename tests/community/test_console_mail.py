import io

import pytest
from django.core.mail import EmailMessage
from django.core.mail.message import BadHeaderError

from community.mail import StoredConsoleBackend


def test_mails_are_printed_readable():
    stream = io.StringIO()
    link = "http://127.0.0.1:8000/accounts/link/" + "x" * 90 + "/?a=1"
    mail = EmailMessage("Sveiki, Ķekava", f"Слава\n{link}", "a@example.org", ["b@example.org"])
    assert StoredConsoleBackend(stream=stream).send_messages([mail]) == 1
    text = stream.getvalue()
    for part in ("b@example.org", "Sveiki, Ķekava", "Слава", link):
        assert part in text


def test_a_forged_header_is_refused_as_a_mail_server_would():
    mail = EmailMessage("Hello\nBcc: x@example.org", "text", "a@example.org", ["b@example.org"])
    with pytest.raises((BadHeaderError, ValueError)):
        StoredConsoleBackend(stream=io.StringIO()).send_messages([mail])
