"""What people are told when a socket closes or refuses something, by stable code."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from realtime.protocol import Close

BY_CLOSE = {
    Close.BAD_FRAME: _("Something was sent that is no change of a text. Reload the page."),
    Close.SIGN_IN: _("Sign in to go on."),
    Close.RIGHTS_LOST: _("You may no longer open this document."),
    Close.NOT_FOUND: _("There is no such document, or it is not open to you."),
    Close.RELOAD: _("This page is out of date. Reload it."),
    Close.TOO_LARGE: _("This is too much at once. Split it into smaller parts."),
    Close.DAMAGED: _("This text is damaged in the store. An operator must look at it."),
    Close.FAULT: _("The server made a mistake. Your changes are kept; it tries again."),
    Close.FULL: _("Too many people are here at the moment. Try again in a minute."),
    Close.SILENT: _("Nothing came from this page for too long. It tries again."),
    Close.RESTART: _("The server is restarted. Your changes are kept; it goes on in a moment."),
    Close.TOO_FAST: _("Too much in too short a time. It goes on in a moment."),
}

BY_CODE = {
    "read_only": _(
        "You may read this document, not change it. Your changes are kept on this device."
    ),
    "client_of_another": _("This change was made under somebody else's mark. Reload the page."),
    "document_too_large": _("This document is full. Start another one."),
    "cannot_be_applied": _("This change could not be applied. Reload the page."),
}
OTHER = _("This change cannot be part of a document. Reload the page.")


def text(code: str | Close, language: str) -> str:
    """Return the sentence for a code, in the person's language."""
    with override(language):
        known = BY_CLOSE.get(code) if isinstance(code, Close) else BY_CODE.get(code)
        return str(known or OTHER)
