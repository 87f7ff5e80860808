"""A process is set up by keys alone, on a phone, in five screens, with leaving in the middle."""

from playwright.sync_api import expect

from tests.browser.looks import fits_and_is_accessible
from tests.browser.texts import COORDINATOR


def press_until(page, role: str, name: str) -> None:
    """Go with Tab to a control and press it."""
    target = page.get_by_role(role, name=name, exact=True)
    for _number in range(120):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_a_process_is_set_up_by_keys_with_leaving_in_the_middle(people, site):
    page = people(COORDINATOR, phone=True).page
    page.goto(f"{site.url}/processes/start/")
    fits_and_is_accessible(page)
    page.get_by_label("An action plan").focus()
    page.keyboard.press("Space")
    page.get_by_label("What is it called?").focus()
    page.keyboard.type("Set up by keys")
    press_until(page, "button", "Go on")
    expect(page.get_by_role("heading", level=1)).to_contain_text("who decides")
    fits_and_is_accessible(page)
    press_until(page, "button", "Go on")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Until when")

    page.goto(f"{site.url}/my-work/")
    page.get_by_role("link", name="Go on setting up “Set up by keys”").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Until when")
    fits_and_is_accessible(page)
    press_until(page, "button", "Go on")
    page.get_by_label("E-mail addresses").fill("ngo-of-keys@example.org, half")
    press_until(page, "button", "Back")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Until when")
    press_until(page, "button", "Go on")
    expect(page.get_by_label("E-mail addresses")).to_have_value("ngo-of-keys@example.org, half")
    page.get_by_label("E-mail addresses").fill("ngo-of-keys@example.org")
    press_until(page, "button", "Another group")
    expect(page.get_by_label("E-mail addresses")).to_have_count(2)
    fits_and_is_accessible(page)
    press_until(page, "button", "Go on")
    expect(page.locator("main")).to_contain_text("1 person is invited")
    fits_and_is_accessible(page)
    press_until(page, "button", "Begin")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up by keys")
