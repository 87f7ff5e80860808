"""The net goes away while somebody writes: it is said, nothing is lost, and it is sent when the net is back."""

import pytest
from playwright.sync_api import expect

from tests.browser.texts import (
    COAUTHOR,
    COORDINATOR,
    document_new,
    open_text,
    passage,
    wait_saved,
)
from tests.browser.wire import Wire

OFFLINE = "Offline. Your changes are kept on this device."


@pytest.fixture
def text(site):
    """A document of the demo process with one sentence in it."""
    return document_new(site, "Words on the road")


def type_offline(person, words: str) -> None:
    person.context.set_offline(True)
    person.page.keyboard.type(words)
    expect(person.page.locator("#editor-status")).to_have_text(OFFLINE, timeout=40_000)


def test_words_typed_offline_are_said_to_be_kept_and_sent_later(people, site, text):
    writer, other = people(COAUTHOR), people(COORDINATOR)
    open_text(writer.page, text.url).click()
    open_text(other.page, text.url)
    writer.page.keyboard.type("Before the tunnel. ")
    wait_saved(writer.page)
    type_offline(writer, "Inside the tunnel.")
    assert "Inside the tunnel" not in site.client(COORDINATOR).markdown(text.id)
    other.page.locator(".ProseMirror").click()
    other.page.keyboard.type("Meanwhile outside. ")

    writer.context.set_offline(False)
    wait_saved(writer.page)
    stored = site.client(COORDINATOR).markdown(text.id)
    assert "Inside the tunnel." in stored
    for person in (writer, other):
        for words in ("Before the tunnel.", "Inside the tunnel.", "Meanwhile outside."):
            expect(passage(person.page, words)).to_be_attached()


def test_words_typed_offline_in_two_tabs_outlive_both(people, site, text):
    writer = people(COAUTHOR)
    wire = Wire(writer.context)
    page, second = writer.page, writer.context.new_page()
    open_text(page, text.url).click()
    open_text(second, text.url).click()
    # A train with a bad connection: pages still come, the socket does not.
    wire.close(4500)
    second.bring_to_front()
    second.keyboard.type("From the other tab.")
    page.bring_to_front()
    type_offline(writer, "Typed without a net.")
    writer.context.set_offline(False)
    page.reload()
    expect(passage(page, "Typed without a net.")).to_be_visible()
    assert "Typed without a net." not in site.client(COORDINATOR).markdown(text.id)

    page.close()
    second.close()
    wire.mend()
    again = writer.context.new_page()
    again.goto(text.url)
    wait_saved(again)
    stored = site.client(COORDINATOR).markdown(text.id)
    for words in ("Typed without a net.", "From the other tab."):
        expect(passage(again, words)).to_be_visible()
        assert words in stored
