"""What people do with a text on the document page."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

COORDINATOR = "coordinator@demo.example"
COAUTHOR = "coauthor@demo.example"
CITIZEN = "citizen@demo.example"
EDITOR = "#document-editor .ProseMirror"


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
          const copy = element.cloneNode(true)
          copy.querySelectorAll('.ProseMirror-widget').forEach(widget => widget.remove())
          return copy.textContent
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


def caret_at_end_of(page: Page, words: str) -> None:
    passage(page, words).click()
    page.keyboard.press("End")
