"""Texts of the site's script for the browser; keys and originals as in editor/src/site/strings.ts."""


def site_strings() -> dict[str, str]:
    """Return the texts in the active language; `{places}` are filled in by the browser."""
    return {}
