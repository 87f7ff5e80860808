"""What people do with a text on the document page."""

import re
import time
from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from tests.browser.installation import Site

COORDINATOR = "coordinator@demo.example"
COAUTHOR = "coauthor@demo.example"
CITIZEN = "citizen@demo.example"
EDITOR = "#document-editor .ProseMirror"


class Text(NamedTuple):
    """A document: id and address of its page."""

    id: str
    url: str


def demo_text(site: Site) -> Text:
    """Return the document of the demo with the most comments, among those that the co-author sees too.

    Other tests make copies of processes, where nobody but their maker takes part.
    """
    rows = site.client(COAUTHOR).get("documents/?page_size=100")["results"]
    best = max(rows, key=lambda row: row["thread_count"])
    return Text(best["id"], f"{site.url}/documents/{best['id']}/")


def document_new(site: Site, title: str) -> Text:
    """Start an empty document in the demo process, which everybody may read and comment."""
    rest = site.client(COORDINATOR)
    task = rest.get(f"documents/{demo_text(site).id}/")["task"]
    made = rest.post(f"tasks/{task}/assets/", kind="document", title=title)["document"]
    return Text(made["id"], f"{site.url}/documents/{made['id']}/")


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something that no locator can express."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def open_text(page: Page, url: str = "") -> Locator:
    """Open a document (or wait for the one that opens) and return the live text."""
    if url:
        page.goto(url)
    expect(page.locator("#editor-status")).to_have_attribute(
        "data-state", re.compile("^(saved|read_only)$"), timeout=30_000
    )
    return page.locator(EDITOR)


def passage(page: Page, words: str) -> Locator:
    """Return the block that holds the words."""
    return page.locator(f"{EDITOR} [data-block]").filter(has_text=words).last


def text_of(block: Locator) -> str:
    """Return a block's words, without the names at other people's cursors."""
    return block.evaluate(
        """element => {
          const walker = document.createTreeWalker(element, NodeFilter.SHOW_ALL, node =>
            node instanceof Element && node.matches('.ProseMirror-widget')
              ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT)
          let text = ''
          while (walker.nextNode()) if (walker.currentNode.nodeType === 3) text += walker.currentNode.data
          return text
        }"""
    )


def wait_text(page: Page, words: str, whole: str) -> None:
    """Wait until the block that holds `words` reads `whole`."""
    until(lambda: text_of(passage(page, words)) == whole, 10, whole)


def wait_saved(page: Page) -> None:
    """Wait until everything typed has its receipt."""
    expect(page.locator("#editor-status")).to_have_attribute("data-state", "saved", timeout=20_000)


def select_words(page: Page, words: str) -> None:
    """Select words in the live text as a mouse or keyboard would: the browser's own selection."""
    found = page.evaluate(
        """([root, words]) => {
          const text = document.querySelector(root)
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT)
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words)
            if (at < 0) continue
            if (text.isContentEditable) text.focus()
            document.getSelection().setBaseAndExtent(node, at, node, at + words.length)
            return true
          }
          return false
        }""",
        [EDITOR, words],
    )
    assert found, f"not in one piece in the text: {words}"
    # ProseMirror reads the selection on `selectionchange`, which comes later.
    page.wait_for_timeout(100)


def move(page: Page, *keys: str) -> None:
    """Press keys that move the cursor.

    The browser reports where it is a moment later; the editor acts on the report. People are slower than that.
    """
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(100)


def caret_at(page: Page, words: str, key: str) -> None:
    """Put the cursor at the start or the end (`Home`, `End`) of the line of a passage."""
    passage(page, words).click()
    move(page, key)
