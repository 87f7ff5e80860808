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

OFFLINE = "Offline, your changes are kept on this device"


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


def test_words_typed_offline_outlive_the_tab(people, site, text):
    writer = people(COAUTHOR)
    cut = False

    def wire(socket):
        # A train with a bad connection: pages still come, the socket does not.
        socket.close(code=4503) if cut else socket.connect_to_server()

    writer.context.route_web_socket("**/ws/v1/documents/**", wire)
    page = writer.page
    open_text(page, text.url).click()
    cut = True
    type_offline(writer, "Typed without a net.")
    writer.context.set_offline(False)
    page.reload()
    expect(passage(page, "Typed without a net.")).to_be_visible()
    assert "Typed without a net." not in site.client(COORDINATOR).markdown(text.id)

    page.close()
    cut = False
    again = writer.context.new_page()
    again.goto(text.url)
    expect(passage(again, "Typed without a net.")).to_be_visible()
    wait_saved(again)
    assert "Typed without a net." in site.client(COORDINATOR).markdown(text.id)
