"""What every page is looked at for: that it fits its window, and that axe has nothing to say (WCAG 2.2 AA)."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    },
}


def fits_and_is_accessible(page: Page) -> None:
    """Nothing sticks out of the window, and axe has nothing to say."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options=WCAG).response["violations"]
    assert not found, [(item["id"], item["nodes"][0]["html"]) for item in found]
