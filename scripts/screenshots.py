#!/usr/bin/env python3
"""Make the pictures in docs/screenshots/ from the demo: the pages that matter, on a desktop and a phone.

It starts an installation of its own in a temporary folder, as the browser tests do, and needs Chromium.
"""

import io
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser.installation import Person, Site, chromium  # noqa: E402
from tests.browser.texts import (  # noqa: E402
    COAUTHOR,
    COORDINATOR,
    EDITOR,
    Text,
    demo_text,
    move,
    open_text,
)

FOLDER = ROOT / "docs" / "screenshots"
LIMIT_BYTES = 250_000
WAITING = "mark.comment-mark-open"
DESKTOP = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"phone": True, "viewport": {"width": 360, "height": 720}, "device_scale_factor": 2}


def keep(page: Page, name: str) -> None:
    """Write what the window shows as a small PNG: few colours are enough for a page."""
    page.wait_for_function(
        "document.fonts.status === 'loaded' && document.getAnimations().every(one => one.playState !== 'running')"
    )
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (192, 96, 48):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LIMIT_BYTES:
            break
    (FOLDER / f"{name}.png").write_bytes(out.getvalue())
    print(f"  {name}.png  {out.tell() // 1000} kB  {picture.width} × {picture.height}")


def pages(site: Site, text: Text) -> dict[str, tuple[str, str]]:
    """Return name → (who looks, address)."""
    row = site.client(COORDINATOR).get(f"documents/{text.id}/")
    process = f"/processes/{row['process']}/"
    return {
        "home": ("", "/"),
        "process": (COORDINATOR, process),
        "task": (COORDINATOR, f"{process}tasks/{row['task']}/"),
        "document": (COORDINATOR, text.url),
        "answering": (COORDINATOR, f"{text.url}answering/"),
        "catalogue": (COORDINATOR, "/catalogue/"),
    }


def take(browser: Browser, site: Site, size: str, options: dict) -> None:
    """Take all pictures of one size."""
    text = demo_text(site)
    for name, (email, path) in pages(site, text).items():
        person = Person(browser, site, **options)
        # On a phone the reader of the text is anybody.
        if email and not (name == "document" and size == "phone"):
            person.sign_in(email)
        page = person.open(path)
        if name == "document":
            open_text(page)
            # A passage whose comment waits for its answer, with the card beside it.
            page.locator(WAITING).first.evaluate(
                "mark => scrollTo(0, mark.getBoundingClientRect().top - innerHeight * 0.4)"
            )
            page.wait_for_timeout(500)
        keep(page, f"{name}-{size}")
        person.context.close()


def main() -> None:
    """Start, look, write, stop."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        print("… demo")
        site = Site.with_demo(Path(folder))
        browser = chromium(playwright.chromium)
        try:
            other = Person(browser, site).sign_in(COAUTHOR)
            # Somebody else is in the text.
            open_text(other.page, demo_text(site).url)
            beside = other.page.locator(f"{EDITOR} [data-block]:has({WAITING})").first
            beside.click()
            move(other.page, "End")
            take(browser, site, "desktop", DESKTOP)
            take(browser, site, "phone", PHONE)
        finally:
            browser.close()
            site.stop()


if __name__ == "__main__":
    main()
