"""No script in the browser: what is there to read can be read, and forms reach the server."""

import uuid

import pytest
from playwright.sync_api import expect

from frontend.demo.accounts import DEMO_PASSWORD
from tests.browser.texts import CITIZEN, COORDINATOR, demo_text

WORDS = f"A comment from a browser without scripts, {uuid.uuid4()}."


@pytest.fixture
def plain(people):
    return people(java_script_enabled=False)


def test_home_and_process_can_be_read(plain, site):
    page = plain.open("/")
    card = page.locator("#open a").first
    title = card.inner_text()
    card.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("#guide")).to_contain_text("done")
    expect(page.locator(".task-name a").first).to_be_attached()


def test_text_and_comments_can_be_read(plain, site):
    text = demo_text(site)
    page = plain.open(text.url)
    stored = site.client(COORDINATOR).get(f"documents/{text.id}/threads/?page_size=100")
    expect(page.locator("#document-editor")).to_contain_text(
        page.locator("nav.outline a").first.inner_text()
    )
    assert len(page.locator("#document-editor").inner_text().split()) > 800
    expect(page.locator("article.thread")).to_have_count(stored["count"])
    expect(page.locator("article.thread .disposition").first).to_be_visible()


def test_sign_in_and_comment_on_the_whole_text(plain, site):
    text = demo_text(site)
    page = plain.open(text.url)
    page.locator("header").get_by_role("link", name="Sign in").click()
    page.locator("input[name=login]").fill(CITIZEN)
    page.locator("input[name=password]").fill(DEMO_PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(text.url)

    page.locator("summary", has_text="Comment on the whole text").click()
    page.get_by_label("Your comment on the whole text").fill(WORDS)
    page.get_by_role("button", name="Send comment").click()
    expect(page.locator("article.thread", has_text=WORDS)).to_be_visible()


def test_comment_with_an_e_mail_address_alone(plain, site):
    page = plain.open(demo_text(site).url)
    page.locator("summary", has_text="Comment on the whole text").click()
    form = page.locator("details.composer form")
    form.locator("textarea").fill("Words of somebody without an account.")
    form.get_by_label("Your e-mail").fill("reader@demo.example")
    form.get_by_role("button", name="Send comment").click()
    expect(page.get_by_text("We sent a link to reader@demo.example")).to_be_visible()


def test_a_refused_comment_keeps_its_words(plain, site):
    page = plain.open(demo_text(site).url)
    page.locator("summary", has_text="Comment on the whole text").click()
    form = page.locator("details.composer form")
    form.locator("textarea").fill(WORDS)
    # An address that passes the browser's check and not the server's.
    form.get_by_label("Your e-mail").fill("a@b")
    form.get_by_role("button", name="Send comment").click()
    expect(page.locator(".field-error").first).to_be_visible()
    expect(page.locator("textarea[name=body]")).to_have_value(WORDS)
