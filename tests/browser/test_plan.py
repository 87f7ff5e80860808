"""The plan on two screens at once: live by parts, moved by keys and by hand, undone, held up by what must come first."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import complaints, fits_and_is_accessible
from tests.browser.texts import COAUTHOR, COORDINATOR


@pytest.fixture
def plan(site):
    """A process of the coordinator's with one objective and three tasks, where the co-author takes part."""
    rest = site.client(COORDINATOR)
    process = rest.post(
        "processes/", title="Plan on two screens", language="en", visibility="public"
    )
    phase = rest.post("nodes/", process=process["id"], kind="phase", title="Draft")
    objective = rest.post("nodes/", parent=phase["id"], kind="objective", title="First text")
    tasks = [
        rest.post("nodes/", parent=objective["id"], kind="task", title=title)["id"]
        for title in ("Listen", "Write", "Check")
    ]
    return {"id": process["id"], "url": f"{site.url}/processes/{process['id']}/", "tasks": tasks}


def titles(page: Page) -> list[str]:
    return page.locator(".task-line .task-name a").all_text_contents()


def stay(page: Page) -> None:
    """Leave a mark that fetching the whole guide would wipe off."""
    page.evaluate("document.getElementById('guide').dataset.untouched = 'yes'")


def is_untouched(page: Page) -> bool:
    return page.evaluate("document.getElementById('guide').dataset.untouched === 'yes'")


def test_a_change_arrives_on_the_other_screen_without_fetching_the_guide(people, site, plan):
    ours, theirs = people(COORDINATOR).page, people(COAUTHOR).page
    for page in (ours, theirs):
        page.goto(plan["url"])
        expect(page.locator(".task-line")).to_have_count(3)
        page.wait_for_function("() => window.koprade?.events?.socket?.readyState === 1")
        stay(page)
    fetched = []
    theirs.on("request", lambda request: "/guide/" in request.url and fetched.append(request.url))

    # Moving by keys: the focus stays on the line.
    ours.locator(f"#task-{plan['tasks'][0]} .task-name a").focus()
    ours.keyboard.press("Alt+ArrowDown")
    for page in (ours, theirs):
        expect(page.locator(".task-line .task-name a")).to_have_text(["Write", "Listen", "Check"])
    assert ours.evaluate("document.activeElement.textContent") == "Listen"

    # Undo is within reach, and undoes.
    ours.get_by_role("button", name="Undo").click()
    for page in (ours, theirs):
        expect(page.locator(".task-line .task-name a")).to_have_text(["Listen", "Write", "Check"])

    # The menu of a line is filled when it opens, also by keys, and does what it says to that line.
    ours.locator(f"#task-{plan['tasks'][2]} .node-tools summary").focus()
    ours.keyboard.press("Enter")
    ours.locator(f"#task-{plan['tasks'][2]}").get_by_role("button", name="Move up").click()
    expect(theirs.locator(".task-line .task-name a")).to_have_text(["Listen", "Check", "Write"])
    ours.get_by_role("button", name="Undo").click()
    expect(theirs.locator(".task-line .task-name a")).to_have_text(["Listen", "Write", "Check"])

    # A new one appears in its place, a renamed one changes, heads follow.
    rest = site.client(COORDINATOR)
    rest.post("nodes/", parent=parent_of(site, plan), kind="task", title="Ask", position=1)
    expect(theirs.locator(".task-line .task-name a")).to_have_text(
        ["Listen", "Ask", "Write", "Check"]
    )
    ours.locator(f"#task-{plan['tasks'][0]} .status-button").click()
    ours.locator(f"#task-{plan['tasks'][0]}").get_by_role("button", name="Finished").click()
    expect(theirs.locator(".phase .phase-count").first).to_contain_text("1 of 4 done")
    for page in (ours, theirs):
        expect(page.locator(f"#task-{plan['tasks'][0]} .is-finished")).to_be_visible()
    assert is_untouched(ours)
    assert is_untouched(theirs)
    assert all("/guide/nodes/" in url for url in fetched)


def parent_of(site, plan) -> str:
    return site.client(COORDINATOR).get(f"nodes/{plan['tasks'][0]}/")["parent"]


def test_a_name_is_written_in_place_and_outlives_what_others_change_meanwhile(people, site, plan):
    page = people(COORDINATOR).page
    task = plan["tasks"][0]
    page.goto(plan["url"])
    page.wait_for_function("() => window.koprade?.events?.socket?.readyState === 1")
    line = page.locator(f"#task-{task}")
    field = line.get_by_label("New name")
    line.locator(".task-name a").focus()
    page.keyboard.press("F2")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(line.locator(".task-name a")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("Listen well")

    # Parts of the guide, then all of it, are fetched anew while it is written; and somebody else names it, too.
    rest = site.client(COORDINATOR)
    rest.patch(f"nodes/{task}/", title="Hear them", revision=1)
    rest.patch(f"nodes/{plan['tasks'][1]}/", title="Write it", revision=1)
    expect(page.locator(f"#task-{plan['tasks'][1]}")).to_contain_text("Write it")
    stay(page)
    page.evaluate("htmx.trigger('#guide', 'koprade:guide-whole')")
    expect(page.locator("#guide")).not_to_have_attribute("data-untouched", "yes")
    expect(field).to_be_focused()
    expect(field).to_have_value("Listen well")
    page.keyboard.press("Enter")
    expect(line.get_by_role("alert")).to_contain_text("Now it says: “Hear them”")
    fits_and_is_accessible(page)
    page.keyboard.press("Enter")
    expect(line.locator(".task-name a")).to_have_text("Listen well")
    expect(line.locator(".task-name a")).to_be_focused()

    # An objective, by a double click.
    page.locator(".objective > summary h3").dblclick()
    expect(page.get_by_label("New name")).to_have_value("First text")
    page.keyboard.press("Escape")

    # Another place is found by typing a part of a name.
    line.locator(".node-tools summary").click()
    line.get_by_role("link", name="Move to another place").click()
    dialog = page.get_by_role("dialog", name="Move “Listen well”")
    expect(dialog.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("chec")
    expect(dialog.get_by_role("option")).to_have_count(1)
    fits_and_is_accessible(page)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator(".task-line .task-name a")).to_have_text(
        ["Write it", "Check", "Listen well"]
    )

    # The phase, by its menu; undone by the button.
    frame = page.locator(".node-frame:has(> .phase)")
    frame.locator("> .node-tools summary").click()
    frame.locator("> .node-tools [data-rename]").click()
    page.keyboard.type("First draft")
    page.keyboard.press("Enter")
    expect(frame.get_by_role("heading", level=2)).to_have_text("First draft")
    page.get_by_role("button", name="Undo").click()
    expect(frame.get_by_role("heading", level=2)).to_have_text("Draft")


def test_a_task_is_dragged_to_another_place(people, plan):
    page = people(COORDINATOR).page
    page.goto(plan["url"])
    line = page.locator(f"#task-{plan['tasks'][0]}")
    line.hover()
    handle = line.locator("[data-drag]").bounding_box()
    last = page.locator(f"#task-{plan['tasks'][2]}").bounding_box()
    page.mouse.move(handle["x"] + 5, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, last["y"] + last["height"] - 2, steps=8)
    page.mouse.up()
    expect(page.locator(".notice-undo")).to_contain_text("“Listen” is moved.")
    page.reload()
    assert titles(page) == ["Write", "Check", "Listen"]


def test_a_finger_drags_a_line_by_its_handle(people, plan):
    page = people(COORDINATOR, phone=True).page
    page.goto(plan["url"])
    lines = [page.locator(f"#task-{task}") for task in plan["tasks"]]
    lines[0].evaluate("line => line.scrollIntoView({ block: 'center' })")
    handle = lines[0].locator("[data-drag]").bounding_box()
    last = lines[2].bounding_box()
    fingers = page.context.new_cdp_session(page)
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    ways = [y + (last["y"] + last["height"] - 2 - y) * step / 5 for step in range(1, 6)]
    for kind, *places in (("touchStart", y), *(("touchMove", way) for way in ways), ("touchEnd",)):
        points = [{"x": x, "y": place} for place in places]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(page.locator(".notice-undo")).to_contain_text("“Listen” is moved.")
    assert titles(page) == ["Write", "Check", "Listen"]


def test_a_task_waits_for_what_must_come_first(people, site, plan):
    listen, write, _check = plan["tasks"]
    site.client(COORDINATOR).put(f"nodes/{write}/prerequisites/", blocks=[listen])
    page = people(COORDINATOR, phone=True).page
    page.goto(plan["url"])
    line = page.locator(f"#task-{write}")
    expect(line).to_contain_text("waits for “Listen”")
    line.locator(".status-button").click()
    line.get_by_role("button", name="In progress").click()
    expect(page.locator("#messages")).to_contain_text("«Listen»")

    line.get_by_role("link", name="Write").click()
    page.get_by_role("link", name="Let it begin all the same").click()
    assert not complaints(page)
    page.get_by_label("Why may it begin all the same?").fill("The council meets on Monday")
    page.get_by_role("button", name="Make the exception").click()
    expect(page.locator("main")).to_contain_text("The council meets on Monday")
    page.get_by_role("button", name="In progress").click()
    expect(page.locator(".page-head .status")).to_contain_text("In progress")
    fits_and_is_accessible(page)
