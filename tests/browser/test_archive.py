"""A process goes out as a file and comes in again; its story is read by somebody who is not signed in."""

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.installation import PHONE
from tests.browser.looks import complaints
from tests.browser.texts import COORDINATOR

JOB = 60_000


def fits_and_is_accessible(page: Page) -> None:
    """On a phone in the dark: nothing sticks out, and axe has nothing to say."""
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not complaints(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def menu(page: Page) -> None:
    page.locator("summary", has_text="More actions").first.click()


def test_a_process_goes_out_comes_in_and_is_told(people, site, tmp_path):
    page = people(COORDINATOR).page
    page.goto(f"{site.url}/processes/?mine=1")
    page.locator("#results a[href^='/processes/']").first.click()
    title = page.get_by_role("heading", level=1).inner_text()
    menu(page)
    page.get_by_role("link", name="Export the process").click()
    expect(page.get_by_role("main")).to_contain_text("e-mail addresses")
    page.get_by_role("button", name="Make the file").click()
    # The page asks again by itself until the job is done.
    save = page.get_by_role("link", name="Save the file")
    expect(save).to_be_visible(timeout=JOB)
    fits_and_is_accessible(page)
    with page.expect_download() as download:
        save.click()
    path = tmp_path / "process.zip"
    download.value.save_as(path)
    # What ran is listed, and can be taken away.
    page.get_by_role("link", name="My exports and imports").first.click()
    expect(page.get_by_role("main").get_by_role("listitem").first).to_contain_text(title)
    fits_and_is_accessible(page)

    page.goto(f"{site.url}/processes/import/")
    page.get_by_label("Archive of a process").set_input_files(path)
    page.get_by_role("button", name="Look it over").click()
    bring = page.get_by_role("button", name="Import it")
    expect(bring).to_be_visible(timeout=JOB)
    expect(page.get_by_role("main")).to_contain_text(title)
    fits_and_is_accessible(page)
    bring.click()
    page.get_by_role("link", name="Open the process").click(timeout=JOB)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)

    # A picture needs words; then the page shows it.
    menu(page)
    page.get_by_role("link", name="Picture").click()
    photo = tmp_path / "photo.png"
    Image.new("RGB", (600, 300), "#7fb2d6").save(photo)
    page.get_by_label("Picture").set_input_files(photo)
    page.get_by_label("What does it show?").fill("A clear sky")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("img", name="A clear sky")).to_be_visible()
    fits_and_is_accessible(page)
    page.get_by_role("main").get_by_role("link", name=title).click()
    expect(page.get_by_role("img", name="A clear sky")).to_be_visible()

    menu(page)
    page.get_by_role("button", name="Finish the process").click()
    page.get_by_role("button", name="Yes, go on").click()
    expect(page.get_by_text("The process is finished.")).to_be_visible()
    menu(page)
    page.get_by_role("button", name="Tell its story").click()
    page.get_by_label("What came of it").fill("The plan is **in force**.")
    page.get_by_label("What you would tell the next ones").fill("Ask the drivers first.")
    fits_and_is_accessible(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Publish it").click()
    page.get_by_role("button", name="Yes, go on").click()
    expect(page.get_by_text("everybody can read it")).to_be_visible()

    stranger = people().page
    stranger.goto(f"{site.url}/stories/?search=drivers")
    stranger.get_by_role("link", name=title).click()
    expect(stranger.get_by_role("main")).to_contain_text("Ask the drivers first.")
    fits_and_is_accessible(stranger)
