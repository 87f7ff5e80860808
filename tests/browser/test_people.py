"""People come in by a link, are invited by a list, and see why they may or may not; on a phone and in the dark too."""

from playwright.sync_api import expect

from tests.browser.looks import fits_and_is_accessible
from tests.browser.test_journey import open_mail
from tests.browser.texts import CITIZEN, COORDINATOR


def test_people_come_in_by_a_link_and_by_a_list(people, site):
    process = site.client(COORDINATOR).post("processes/", title="Open doors", language="en")
    path = f"{site.url}/processes/{process['id']}/"
    leader, citizen = people(COORDINATOR).page, people(CITIZEN, phone=True).page
    leader.goto(f"{path}people/")
    fits_and_is_accessible(leader)
    leader.get_by_text("Make a link").first.click()
    leader.get_by_label("What is it for?").fill("Poster")
    leader.get_by_role("button", name="Make the link").click()
    address = leader.get_by_label("Invitation link").input_value()
    fits_and_is_accessible(leader)

    citizen.goto(address)
    fits_and_is_accessible(citizen)
    citizen.get_by_role("button", name="Take part").click()
    expect(citizen.locator(".page-head")).to_contain_text("Your role: Commenter")
    citizen.goto(f"{path}why/")
    expect(citizen.locator("main")).to_contain_text("In the process: Commenter")
    fits_and_is_accessible(citizen)

    leader.goto(f"{path}people/import/")
    leader.get_by_label("The list (CSV)").set_input_files(
        {
            "name": "people.csv",
            "mimeType": "text/csv",
            "buffer": "e-mail;role\nngo@example.org;coauthor\nbroken;king\n".encode("utf-16"),
        }
    )
    leader.get_by_role("button", name="Look it over").click()
    expect(leader.locator("main")).to_contain_text("“broken” is no e-mail address.")
    fits_and_is_accessible(leader)
    leader.get_by_role("button", name="Invite 1 person").click()
    expect(leader.locator("#work")).to_contain_text("1 person was invited.", timeout=20_000)

    citizen.goto(f"{path}leave/")
    fits_and_is_accessible(citizen)
    citizen.get_by_role("button", name="Leave").click()
    expect(citizen.locator("#messages")).to_contain_text("You have left")


def test_a_newcomer_makes_an_account_on_the_way_and_lands_in_the_process(people, site):
    rest = site.client(COORDINATOR)
    process = rest.post("processes/", title="A place for newcomers", language="en")["id"]
    link = rest.post(f"processes/{process}/invitation-links/", role="coauthor", label="Poster")
    address, newcomer = f"newcomer-{process[:8]}@example.org", people(phone=True)
    page = newcomer.page
    page.goto(link["url"])
    page.get_by_role("link", name="Make an account").click()
    page.locator("input[name=email]").fill(address)
    page.locator("input[name=name]").fill("Newcomer")
    page.locator("input[name=password1]").fill("a long way to the river")
    page.get_by_role("main").get_by_role("button", name="Make an account").click()
    open_mail(newcomer, address)
    page.locator(".mail-text a[href*=confirm]").click()
    page.get_by_role("button", name="Yes, confirm").click()
    page.get_by_role("button", name="Take part").click()
    expect(page.locator(".page-head")).to_contain_text("Your role: Co-author")
    expect(page.locator("h1")).to_contain_text("A place for newcomers")
