"""The checklist of a task on two screens: ticked by keys, seen at once, asked for when the task is to be finished."""

from playwright.sync_api import expect

from tests.browser.looks import fits_and_is_accessible
from tests.browser.texts import COORDINATOR


def test_a_tick_by_keys_is_seen_on_the_other_screen(people, site):
    rest = site.client(COORDINATOR)
    process = rest.post("processes/", title="A list", language="en", visibility="public")["id"]
    phase = rest.post("nodes/", process=process, kind="phase", title="Draft")["id"]
    goal = rest.post("nodes/", parent=phase, kind="objective", title="First text")["id"]
    task = rest.post("nodes/", parent=goal, kind="task", title="Write")["id"]
    for words in ("Everybody was asked", "The costs are in the table"):
        rest.post(f"tasks/{task}/checklist/", text=words)
    ours, theirs = people(COORDINATOR).page, people().page
    for page in (ours, theirs):
        page.goto(f"{site.url}/processes/{process}/tasks/{task}/")
        page.wait_for_function("window.koprade?.events?.socket?.readyState === 1")
    fetched = []
    theirs.on("request", lambda request: fetched.append(request.url))

    # Finished too early: the open points are named by the buttons, and lead to the list.
    ours.get_by_role("button", name="Finished").click()
    problem = ours.locator("#status-problem")
    expect(problem.get_by_role("link")).to_have_count(2)
    fits_and_is_accessible(ours)
    problem.get_by_role("link").first.click()

    # By keys; the focus stays on the box, and the other screen fetches the list alone.
    first = ours.get_by_role("checkbox", name="Everybody was asked")
    first.focus()
    ours.keyboard.press("Space")
    expect(first).to_have_attribute("aria-checked", "true")
    expect(first).to_be_focused()
    expect(theirs.locator("#checklist-progress")).to_have_text("1 of 2 points")
    assert {url.rsplit("/", 2)[-2] for url in fetched} == {"checklist"}

    # A new point is typed and sent with Enter; the next can be typed at once.
    ours.locator("#point-add summary").click()
    ours.locator("#point-text").fill("Read aloud")
    ours.keyboard.press("Enter")
    expect(theirs.locator(".point")).to_have_count(3)
    expect(ours.locator("#point-text")).to_have_value("")
    expect(ours.locator("#point-text")).to_be_focused()

    # Taken out and brought back.
    last = ours.locator(".point").last
    last.locator("summary").click()
    last.get_by_role("button", name="Take it out").click()
    expect(theirs.locator(".point")).to_have_count(2)
    expect(ours.locator("#point-add summary")).to_be_focused()
    ours.get_by_role("button", name="Undo").click()
    for page in (ours, theirs):
        expect(page.locator(".point")).to_have_count(3)

    # Moved: the focus is on the menu of the same point.
    ours.locator(".point summary").first.click()
    ours.get_by_role("button", name="Move down").first.click()
    expect(ours.locator(".point summary").nth(1)).to_be_focused()

    ours.locator(".point summary").first.click()
    for width, theme in ((360, "light"), (360, "dark"), (1280, "dark")):
        ours.set_viewport_size({"width": width, "height": 800})
        ours.emulate_media(color_scheme=theme, reduced_motion="reduce")
        fits_and_is_accessible(ours)
