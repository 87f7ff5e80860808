"""Texts of the site's script for the browser; keys and originals as in editor/src/site/strings.ts (a test compares)."""

from django.utils.translation import gettext as _


def site_strings() -> dict[str, str]:
    """Return the texts in the active language; `{places}` are filled in by the browser."""
    return {
        "confirm_title": _("Are you sure?"),
        "confirm_yes": _("Yes, go on"),
        "cancel": _("Cancel"),
        "close": _("Close"),
        "copied": _("Copied"),
        "error_network": _("No connection. What you typed is still here; try again."),
        "error_server": _("That did not work. What you typed is still here; try again."),
        "error_forbidden": _("You may not do this any more. Reload the page to see why."),
        "reload": _("Reload"),
        "mention_people": _("People to mention"),
        "rename": _("New name"),
        "rename_gone": _("That part is no longer here. You had typed:"),
        "moved_up": _("Moved up"),
        "moved_down": _("Moved down"),
        "unsent": _(
            "Some of what you typed has not reached the server. Signing out erases it from this device."
        ),
    }
