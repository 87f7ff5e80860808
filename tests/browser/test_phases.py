"""A consultation closes while somebody is in it: writing and commenting end at once, with a sentence, and no word is lost."""

from playwright.sync_api import expect

from tests.browser.looks import fits_and_is_accessible
from tests.browser.texts import CITIZEN, COAUTHOR, COORDINATOR, document_new, open_text, wait_saved


def test_a_phase_that_closes_ends_writing_at_once(people, site):
    text = document_new(site, "Written until the end")
    writer, coordinator = people(COAUTHOR).page, people(COORDINATOR, phone=True).page
    open_text(writer, text.url).click()
    writer.keyboard.insert_text("Before the end.")
    wait_saved(writer)

    coordinator.goto(text.url)
    coordinator.get_by_role("navigation").get_by_role("link").first.click()
    process = coordinator.url
    coordinator.goto(process + "rights/")
    fits_and_is_accessible(coordinator)
    phase = current_phase(site, text)
    coordinator.goto(f"{process}phases/{phase}/rules/")
    fits_and_is_accessible(coordinator)
    coordinator.goto(f"{process}phases/{phase}/close/")
    fits_and_is_accessible(coordinator)
    coordinator.get_by_role("button", name="Close it").click()
    expect(coordinator.locator("#messages")).to_contain_text("is closed")

    expect(writer.locator("#editor-status")).to_have_attribute(
        "data-state", "read_only", timeout=5000
    )
    writer.reload()
    expect(writer.locator(".document-head")).to_contain_text("closed on")
    writer.get_by_role("link", name="Versions").click()
    writer.get_by_role("link", name="End of").click()
    expect(writer.locator(".document-text")).to_contain_text("Before the end.")
    fits_and_is_accessible(writer)

    # Opened again, it goes on.
    coordinator.goto(f"{process}phases/{phase}/open/")
    coordinator.get_by_role("button", name="Open it").click()
    writer.goto(text.url)
    open_text(writer)
    expect(writer.locator("#editor-status")).to_have_attribute("data-state", "saved", timeout=5000)


def test_a_comment_that_is_being_written_when_the_phase_closes_keeps_its_words(people, site):
    rest = site.client(COORDINATOR)
    process = rest.post(
        "processes/", title="Comment in time", language="en", visibility="open_to_comment"
    )["id"]
    phase = rest.post("nodes/", process=process, kind="phase", title="Consultation")["id"]
    goal = rest.post("nodes/", parent=phase, kind="objective", title="Ask")["id"]
    task = rest.post("nodes/", parent=goal, kind="task", title="Comment")["id"]
    text = rest.post(f"tasks/{task}/assets/", kind="document", title="Draft")["document"]["id"]
    citizen = people(CITIZEN, phone=True).page
    citizen.goto(f"{site.url}/documents/{text}/")
    open_text(citizen)
    citizen.locator("[data-open-threads]").click()
    citizen.locator("details.composer summary").click()
    words = citizen.get_by_label("Your comment on the whole text")
    words.fill("Half a thought")

    rest.post(f"phases/{phase}/close/")
    reason = citizen.locator("#threads form .composer-closed")
    expect(reason).to_contain_text("Comments in “Consultation” closed on", timeout=15_000)
    expect(reason).to_contain_text("Your words are kept on this device.")
    expect(words).to_have_value("Half a thought")
    expect(words).not_to_be_editable()
    expect(citizen.locator("#threads").get_by_role("button", name="Send comment")).to_be_disabled()
    fits_and_is_accessible(citizen)

    rest.post(f"phases/{phase}/open/")
    expect(words).to_be_editable(timeout=15_000)
    citizen.locator("#threads").get_by_role("button", name="Send comment").click()
    expect(citizen.locator("#threads")).to_contain_text("Half a thought")


def current_phase(site, text) -> str:
    rest = site.client(COORDINATOR)
    task = rest.get(f"documents/{text.id}/")["task"]
    objective = rest.get(f"nodes/{task}/")["parent"]
    return rest.get(f"nodes/{objective}/")["parent"]
