"""The bell rings in another browser and is read in all of a person's own, a choice of mails is kept, and a process says what is new since the last visit."""

import re

from playwright.sync_api import expect

from tests.browser.looks import fits_and_is_accessible
from tests.browser.texts import COAUTHOR, COORDINATOR, document_new


def test_the_bell_rings_and_the_choice_is_kept(people, site):
    text = document_new(site, "Heard at once")
    page = people(COAUTHOR, phone=True).page
    page.goto(f"{site.url}/accounts/settings/notifications/")
    page.get_by_label("What happens in my processes").select_option("weekly")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("What happens in my processes")).to_have_value("weekly")
    fits_and_is_accessible(page)

    document = site.client(COORDINATOR).get(f"documents/{text.id}/")
    process = f"{site.url}/processes/{document['process']}/"
    page.goto(process)
    before = page.locator("#bell summary").bounding_box()
    name = site.client(COAUTHOR).get("me/")["display_name"]
    site.client(COORDINATOR).post(
        f"documents/{text.id}/threads/", body=f"@{name}, what do you think?"
    )
    bell = page.locator("#bell")
    expect(bell.locator(".nav-count")).to_be_visible(timeout=5000)
    assert page.locator("#bell summary").bounding_box() == before
    other = page.context.new_page()
    other.goto(f"{site.url}/processes/")
    expect(other.locator("#bell .nav-count")).to_be_visible()
    bell.locator("summary").click()
    expect(bell.get_by_role("button", name="mentioned you").first).to_be_visible()
    # What the open bell shows is read, here and in the person's other windows.
    for window in (page, other):
        expect(window.locator("#bell .nav-count")).to_have_count(0)
    other.close()
    fits_and_is_accessible(page)
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    fits_and_is_accessible(page)
    bell.get_by_role("button", name="mentioned you").first.click()
    expect(page).to_have_url(re.compile(text.id))
    page.goto(process)
    since = page.locator("section", has=page.get_by_role("heading", name="Since you were here"))
    expect(since).to_contain_text("1 new comment on “Heard at once”")
    fits_and_is_accessible(page)
    page.goto(f"{site.url}/my-work/")
    expect(page.get_by_role("link", name="Reply to").first).to_be_visible()
    fits_and_is_accessible(page)
    page.get_by_role("button", name="I have seen it").first.click()
    expect(page.get_by_role("heading", name="Since you were here")).to_have_count(0)
