"""What the editor says when something is wrong, and what becomes of the words."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import fits_and_is_accessible
from tests.browser.texts import (
    COAUTHOR,
    COORDINATOR,
    document_new,
    open_text,
    passage,
    wait_saved,
)
from tests.browser.wire import SKEW, Wire


@pytest.fixture
def text(site):
    """A document of the demo process."""
    return document_new(site, "Words in doubt")


def state(page: Page, kind: str):
    """Wait for a state and return its line."""
    line = page.locator("#editor-status")
    expect(line).to_have_attribute("data-state", kind, timeout=20_000)
    return line


def test_after_sleep_the_page_goes_on_with_a_new_connection(people, site, text):
    writer = people(COAUTHOR)
    writer.context.add_init_script(SKEW)
    wire = Wire(writer.context)
    page = writer.page
    open_text(page, text.url).click()
    page.keyboard.insert_text("Before the lid was closed. " * 100)
    wait_saved(page)
    wire.sleep()
    page.keyboard.type("Typed on waking.")
    state(page, "saving")
    sent = len(wire.sent)
    page.evaluate("window.skew = 8 * 3600e3")
    wait_saved(page)
    assert "Typed on waking." in site.client(COORDINATOR).markdown(text.id)
    # The same page, and only the difference was sent.
    assert page.evaluate("window.skew") > 0
    assert max(wire.sent[sent:]) < 500


def test_words_typed_offline_are_offered_when_the_right_to_write_went_meanwhile(people, site, text):
    writer = people(COAUTHOR)
    page = writer.page
    wire = Wire(writer.context)
    open_text(page, text.url).click()
    page.keyboard.insert_text("## Fares\n")
    page.keyboard.type("Stored words.")
    wait_saved(page)
    wire.close(4500)
    page.keyboard.type(" Words without a net.")
    state(page, "offline")

    rest = site.client(COORDINATOR)
    row = rest.get(f"documents/{text.id}/")
    roles = f"processes/{row['process']}/roles/"
    mine = next(
        role
        for role in rest.get(roles)["results"]
        if "Passengers" in (role["user"] or {}).get("name", "")
    )
    rest.post(roles, user=mine["user"]["id"], role="observer")
    try:
        wire.mend()
        panel = page.locator("#editor-rescued")
        expect(panel).to_contain_text("You may no longer write here.", timeout=30_000)
        state(page, "read_only")
        expect(panel.locator("textarea")).to_have_value(re.compile("Words without a net"))
        expect(passage(page, "Stored words.")).to_be_visible()
        assert "without a net" not in rest.markdown(text.id)
        fits_and_is_accessible(page)
        with page.expect_download() as download:
            panel.get_by_role("button", name="Download").click()
        assert "Words without a net." in download.value.path().read_text()

        # Kept on the device: the page may be left and opened again.
        page.reload()
        expect(panel.locator("textarea")).to_have_value(re.compile("Words without a net"))
        page.on("dialog", lambda dialog: dialog.accept())
        panel.get_by_role("button", name="Discard").click()
        expect(panel).to_have_count(0)
    finally:
        rest.post(roles, user=mine["user"]["id"], role=mine["role"])


def test_words_typed_in_a_text_that_was_replaced_are_offered_and_never_merged(people, site, text):
    writer = people(COAUTHOR)
    page = writer.page
    wire = Wire(writer.context)
    open_text(page, text.url).click()
    page.keyboard.type("Stored words.")
    wait_saved(page)
    page.keyboard.press("Enter")
    wire.close(4500)
    page.keyboard.type("Typed too late.")
    state(page, "offline")
    renew = f"import uuid; Document.objects.filter(pk='{text.id}').update(generation=uuid.uuid4())"
    site.manage("shell", "-v0", "-c", f"from documents.models import Document; {renew}")

    wire.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(state(page, "ended")).to_have_text("Reload needed")
    notice = page.locator("#editor-notice")
    expect(notice).to_contain_text("Your changes are kept on this device.")
    notice.get_by_role("button", name="Reload").click()
    panel = page.locator("#editor-rescued")
    expect(panel).to_contain_text("The text was replaced by another version")
    expect(panel.locator("textarea")).to_have_value(re.compile("Typed too late"))
    open_text(page)
    expect(passage(page, "Stored words.")).to_be_visible()
    assert "too late" not in site.client(COORDINATOR).markdown(text.id)


def test_each_state_is_clear_on_a_phone_in_the_dark(people, site, text):
    writer = people(COAUTHOR, phone=True, dark=True)
    page = writer.page
    wire = Wire(writer.context)
    open_text(page, text.url).click()
    page.keyboard.type("Words.")
    wait_saved(page)
    heard = page.locator("#koprade-announcer")

    page.locator("h1").click()
    page.keyboard.press("Control+s")
    notice = page.locator("#editor-notice")
    expect(notice).to_contain_text(
        re.compile(r"everything is stored as you type\. Last stored at ")
    )
    expect(heard).to_contain_text("everything is stored")
    fits_and_is_accessible(page)
    notice.get_by_role("button", name="Close").click()

    for code, kind, words in (
        (4500, "offline", "Offline."),
        (4503, "server_full", "Too many people are here"),
        (4529, "too_fast", "Too much at once"),
    ):
        wire.close(code)
        expect(state(page, kind)).to_have_text(
            re.compile(f"{re.escape(words)}.* Your changes are kept on this device.")
        )
        expect(heard).to_contain_text(words)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if kind == "offline":
            fits_and_is_accessible(page)
        wire.mend()
        page.evaluate("dispatchEvent(new Event('online'))")
        wait_saved(page)

    wire.close(4409)
    expect(state(page, "ended")).to_have_text("Reload needed")
    expect(notice.get_by_role("button", name="Reload")).to_be_visible()
    fits_and_is_accessible(page)


def test_signing_out_asks_before_it_erases_words_that_were_not_sent(people, site, text):
    writer = people(COAUTHOR)
    page = writer.page
    wire = Wire(writer.context)
    open_text(page, text.url).click()
    wire.close(4500)
    page.keyboard.type("Not sent yet.")
    state(page, "offline")
    other = writer.context.new_page()
    other.goto(f"{site.url}/accounts/logout/")
    site.cookies.pop(COAUTHOR)
    sign_out = other.locator("main form[data-sign-out] button[type=submit]")
    sign_out.click()
    question = other.get_by_role("alertdialog")
    expect(question).to_contain_text("has not reached the server")
    question.get_by_role("button", name="Cancel").click()
    kept = "indexedDB.databases().then(all => all.length)"
    assert other.evaluate(kept) > 0

    sign_out.click()
    question.get_by_role("button", name="Yes, go on").click()
    expect(other.locator("form[data-sign-out]")).to_have_count(0)
    assert other.evaluate(kept) == 0
    # The tab that was open says so: what it has is only there.
    expect(page.locator("#editor-status")).to_contain_text("nothing is kept on this device")
    wire.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(state(page, "ended")).to_have_text("Signed out")
    expect(page.locator("#editor-rescued textarea")).to_have_value("Not sent yet.")
    assert (
        page.evaluate("Object.keys(localStorage).filter(key => key.includes('rescued')).length")
        == 0
    )
