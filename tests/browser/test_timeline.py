"""The time line by keys and by hand: what follows is shown first, moves together, is undone; axe on both views."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import complaints
from tests.browser.test_accessibility import SETTLED
from tests.browser.texts import COORDINATOR


@pytest.fixture
def plan(site):
    """A process with two tasks of four days, the second waiting for the first."""
    rest = site.client(COORDINATOR)
    process = rest.post("processes/", title="Plan over time", language="en", visibility="public")
    phase = rest.post("nodes/", process=process["id"], kind="phase", title="Draft")
    objective = rest.post("nodes/", parent=phase["id"], kind="objective", title="First text")
    days = (("Write", "2027-03-01", "2027-03-04"), ("Check", "2027-03-05", "2027-03-08"))
    tasks = [
        rest.post(
            "nodes/",
            parent=objective["id"],
            kind="task",
            title=title,
            starts_on=first,
            ends_on=last,
        )["id"]
        for title, first, last in days
    ]
    rest.put(f"nodes/{tasks[1]}/prerequisites/", blocks=[tasks[0]])
    url = f"{site.url}/processes/{process['id']}/timeline/"
    return {"process": process["id"], "url": url, "tasks": tasks}


def days_of(site, task: str) -> tuple[str, str]:
    row = site.client(COORDINATOR).get(f"nodes/{task}/")
    return row["starts_on"], row["ends_on"]


def panel(page: Page):
    return page.get_by_role("dialog", name="Change the days")


def test_moved_by_keys_after_seeing_what_follows_and_undone(people, site, plan):
    page = people(COORDINATOR).page
    page.goto(plan["url"])
    first, second = (page.locator(f"#bar-{task}") for task in plan["tasks"])
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()

    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Enter")
    expect(panel(page)).to_contain_text("1 task waits for this one")
    expect(panel(page)).to_contain_text("3 days later")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    assert days_of(site, plan["tasks"][0]) == ("2027-03-01", "2027-03-04")

    first.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    panel(page).get_by_role("button", name="Move all").click()
    expect(first).to_be_focused()
    assert days_of(site, plan["tasks"][0]) == ("2027-03-02", "2027-03-05")
    assert days_of(site, plan["tasks"][1]) == ("2027-03-06", "2027-03-09")

    page.get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    assert days_of(site, plan["tasks"][0]) == ("2027-03-01", "2027-03-04")
    assert days_of(site, plan["tasks"][1]) == ("2027-03-05", "2027-03-08")

    # Shorter: what waits comes to earlier days when that is chosen.
    first.focus()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    expect(panel(page)).to_contain_text("1 day earlier")
    panel(page).get_by_role("button", name="Move and bring forward what waits").click()
    expect(first).to_be_focused()
    assert days_of(site, plan["tasks"][1]) == ("2027-03-04", "2027-03-07")

    # The phase takes along what is in it, over a weekend that does not count.
    site.client(COORDINATOR).patch(f"processes/{plan['process']}/", work_days="weekdays")
    page.reload()
    branch = page.locator(".gantt-bar.is-branch").first
    branch.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(panel(page)).to_contain_text("2 tasks in it move along")
    panel(page).get_by_role("button", name="Move all").click()
    expect(branch).to_be_focused()
    assert days_of(site, plan["tasks"][0]) == ("2027-03-02", "2027-03-04")
    assert days_of(site, plan["tasks"][1]) == ("2027-03-05", "2027-03-08")


def test_dragged_by_hand_and_refused_before_what_it_waits_for(people, site, plan):
    page = people(COORDINATOR).page
    page.goto(f"{plan['url']}?zoom=week")
    bar = page.locator(f"#bar-{plan['tasks'][1]} .bar")
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    x, y = box["x"] + 20, box["y"] + box["height"] / 2

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 50, y, steps=4)
    page.mouse.up()
    expect(panel(page)).to_contain_text("at the earliest")
    panel(page).get_by_text("Cancel").click()

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y, steps=4)
    page.mouse.up()
    panel(page).get_by_role("button", name="Move it").click()
    expect(page.get_by_text("has other days")).to_be_visible()
    assert days_of(site, plan["tasks"][1]) == ("2027-03-07", "2027-03-10")


def test_a_finger_that_goes_sideways_moves_the_bar(people, plan):
    page = people(COORDINATOR, phone=True).page
    page.goto(f"{plan['url']}?zoom=week")
    bar = page.locator(f"#bar-{plan['tasks'][1]} .bar")
    bar.evaluate("bar => bar.scrollIntoView({ block: 'center', inline: 'center' })")
    box = bar.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *places: float) -> None:
        points = [{"x": place, "y": y} for place in places]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x)
    for step in range(10, 60, 10):
        touch("touchMove", x + step)
    touch("touchEnd")

    expect(panel(page)).to_contain_text("Nothing else has to move.")


@pytest.mark.parametrize("view", ["", "?view=table"])
def test_both_views_are_accessible_on_a_phone_and_in_the_dark(people, plan, view):
    page = people(COORDINATOR).page
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")
    page.goto(plan["url"] + view)
    page.wait_for_function(SETTLED, arg=None)

    assert not complaints(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
