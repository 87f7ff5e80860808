"""Nothing jumps when the editor takes over, nothing is lost when letters are twice as large, and pages are light."""

import gzip
from urllib.parse import urljoin

import pytest
import requests

from tests.browser.installation import DESKTOP, PHONE, Person, chromium
from tests.browser.texts import CITIZEN, COORDINATOR, EDITOR, demo_text, open_text, text_of

# "Good" in Core Web Vitals.
SHIFT_LIMIT = 0.1
# CSS and JS of a page without the editor, compressed.
PAGE_BYTES = 100_000
WATCH_SHIFTS = """
  window.shifts = []
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue
      const what = entry.sources.map(source => `${source.node?.nodeName}.${source.node?.className ?? ''}`)
      window.shifts.push({ value: entry.value, what })
    }
  }).observe({ type: 'layout-shift', buffered: true })
"""


@pytest.mark.parametrize("email", [COORDINATOR, CITIZEN, ""])
@pytest.mark.parametrize("phone", [False, True])
def test_nothing_jumps_when_the_editor_takes_over(people, site, email, phone):
    person = people(email, phone=phone)
    person.context.add_init_script(WATCH_SHIFTS)
    page = person.page
    open_text(page, demo_text(site).url)
    page.wait_for_timeout(1000)
    shifts = page.evaluate("window.shifts")
    assert sum(shift["value"] for shift in shifts) < SHIFT_LIMIT, shifts


def test_the_editor_shows_the_words_that_the_server_wrote(people, site):
    """The page as the server wrote it and as the editor draws it: the same blocks with the same words."""
    text = demo_text(site)
    read = "elements => elements.map(element => [element.tagName, element.dataset.block])"
    plain = people(java_script_enabled=False).open(text.url)
    written = plain.locator("#document-editor")
    live = people(CITIZEN)
    drawn = open_text(live.page, text.url)
    assert plain.locator("#document-editor [data-block]").evaluate_all(read) == live.page.locator(
        f"{EDITOR} [data-block]"
    ).evaluate_all(read)
    assert "".join(written.text_content().split()) == "".join(text_of(drawn).split())


@pytest.mark.parametrize("path", ["/", "document", "process"])
def test_text_twice_as_large_stays_on_the_page(people, site, path):
    """Zoom 200 %: the same window with half the CSS pixels, each twice as large (WCAG 1.4.4, 1.4.10)."""
    text = demo_text(site)
    rows = site.client(COORDINATOR).get(f"documents/{text.id}/")
    url = {"document": text.url, "process": f"/processes/{rows['process']}/"}.get(path, path)
    half = {"width": DESKTOP["width"] // 2, "height": DESKTOP["height"] // 2}
    page = people(CITIZEN, viewport=half, device_scale_factor=2).open(url)
    if path == "document":
        open_text(page)
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    assert cut_off(page) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_larger_letters_alone_stay_on_the_page(browser, site, size):
    """The browser's own letter size doubled: sizes in the styles must follow it and nothing may be cut."""
    large = chromium(browser.browser_type, "--blink-settings=defaultFontSize=32")
    try:
        page = Person(large, site, viewport=size).sign_in(CITIZEN).open("/")
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 32
        for url in ("/", demo_text(site).url):
            page.goto(urljoin(site.url, url))
            if page.locator("#document-editor").count():
                open_text(page)
            assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, url
            assert cut_off(page) == [], url
    finally:
        large.close()


def cut_off(page) -> list[str]:
    """Return elements whose words are cut: they overflow, and neither scroll nor show what hangs over."""
    return page.evaluate(
        """() => [...document.querySelectorAll('main *, header *, footer *')].filter(element => {
          const style = getComputedStyle(element)
          if (element.closest('svg, [hidden]') || !element.textContent.trim()) return false
          // what only screen readers get is cut to a pixel on purpose
          if (element.clientWidth <= 1 || element.closest('.visually-hidden')) return false
          const cuts = value => value === 'hidden' || value === 'clip'
          return cuts(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && style.textOverflow !== 'ellipsis' ||
            cuts(style.overflowY) && element.scrollHeight > element.clientHeight + 1 && style.webkitLineClamp === 'none'
        }).map(element => `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`)"""
    )


def test_pages_without_the_editor_are_light(people, site):
    page = people().open("/")
    parts = page.evaluate(
        """() => [...document.querySelectorAll('script[src]')].map(script => script.src)
          .concat([...document.querySelectorAll('link[rel=stylesheet]')].map(link => link.href))"""
    )
    size = sum(
        len(gzip.compress(requests.get(urljoin(site.url, part), timeout=30).content))
        for part in parts
    )
    assert size <= PAGE_BYTES, f"{size} bytes: {parts}"
