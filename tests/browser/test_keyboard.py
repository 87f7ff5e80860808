"""The main job without a mouse: from the start page to a comment on a passage, and into and out of the text."""

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.texts import (
    CITIZEN,
    COAUTHOR,
    EDITOR,
    demo_text,
    document_new,
    move,
    open_text,
    wait_saved,
)

WORDS = f"Written without a mouse, {uuid.uuid4()}."
ENOUGH = 120


def tab_to(page: Page, selector: str, words: str = "") -> None:
    """Press Tab until the focus is where the selector says, as somebody without a mouse does."""
    for _ in range(ENOUGH):
        page.keyboard.press("Tab")
        if page.evaluate(
            """([selector, words]) => {
              const here = document.activeElement
              return here.matches(selector) && here.textContent.includes(words)
            }""",
            [selector, words],
        ):
            return
    raise AssertionError(f"{ENOUGH} tabs do not lead to {selector} {words}")


def focus_is_visible(page: Page) -> bool:
    """Tell whether one sees where the focus is: an outline or a shadow."""
    return page.evaluate(
        """() => {
          const style = getComputedStyle(document.activeElement)
          return parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none' || style.boxShadow !== 'none'
        }"""
    )


def test_skip_link_leads_past_the_menu(people):
    page = people().open("/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")
    assert focus_is_visible(page)


def test_from_the_start_page_to_a_comment_on_a_passage(people, site):
    text = demo_text(site)
    page = people(CITIZEN).open("/")
    rest = site.client(CITIZEN)
    title = rest.get(f"processes/{rest.get(f'documents/{text.id}/')['process']}/")["title"]
    tab_to(page, "#open a", title)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    tab_to(page, f"main a[href='/documents/{text.id}/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/**")
    open_text(page)

    # Who only reads has no cursor in the text: each paragraph has a button beside it, and arrows lead from one to the next.
    tab_to(page, ".margin-button")
    while "has-threads" in page.locator(".margin-button:focus").get_attribute("class"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    composer = page.locator(".thread-composer textarea")
    expect(composer).to_be_focused()
    page.keyboard.type(WORDS)
    page.keyboard.press("Control+Enter")
    card = page.locator("article.thread", has_text=WORDS)
    expect(card).to_be_visible()
    # About a passage, not the whole text.
    assert '"block_id": ""' not in card.get_attribute("data-anchor")


@pytest.fixture
def text(site):
    return document_new(site, "Written with keys")


def test_write_format_and_leave_the_text_with_keys(people, text):
    page = people(COAUTHOR).open(text.url)
    open_text(page)
    tab_to(page, EDITOR)
    page.keyboard.type("## Why\nBecause of ")
    page.keyboard.press("Control+b")
    page.keyboard.type("noise")
    page.keyboard.press("Control+b")
    page.keyboard.type("\n- first\nsecond\n\n/table")
    page.keyboard.press("Enter")
    live = page.locator(EDITOR)
    expect(live.locator("h2")).to_have_text("Why")
    expect(live.locator("strong")).to_have_text("noise")
    expect(live.locator("li")).to_have_text(["first", "second"])
    expect(live.locator("table")).to_be_visible()
    wait_saved(page)

    # Comment on the paragraph with the cursor.
    move(page, "Control+Home", "ArrowDown")
    page.keyboard.press("Control+Alt+m")
    expect(page.locator(".thread-composer textarea")).to_be_focused()
    page.keyboard.type(WORDS)
    page.keyboard.press("Control+Enter")
    expect(page.locator("article.thread", has_text=WORDS)).to_contain_text("Because of noise")
    tab_to(page, EDITOR)

    # One stop for the whole toolbar, arrows inside it, Escape back into the text.
    page.keyboard.press("Alt+F10")
    assert page.evaluate(
        "document.querySelector('#editor-toolbar').contains(document.activeElement)"
    )
    page.keyboard.press("ArrowRight")
    assert page.evaluate(
        "document.querySelector('#editor-toolbar').contains(document.activeElement)"
    )
    page.keyboard.press("Escape")
    expect(live).to_be_focused()
    # The text is no trap.
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(live).not_to_be_focused()
