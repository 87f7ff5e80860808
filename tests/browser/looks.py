"""What every page is looked at for: that it fits its window, and that axe has nothing to say (WCAG 2.2 AA).

Axe is asked where the database is SQLite: a page looks the same on PostgreSQL, and asking is most of the time.
"""

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

WCAG = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    },
}


def complaints(page: Page, rules: dict = WCAG) -> list[str]:
    """Return what axe finds in the page, a line for each place."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return []
    found = Axe().run(page, options=rules).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} – {node.get('failureSummary', '')[:300]}"
        for rule in found
        for node in rule["nodes"][:5]
    ]


def fits_and_is_accessible(page: Page) -> None:
    """Nothing sticks out of the window, and axe has nothing to say."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not complaints(page)
