"""The main job, in three browsers: from a template to a text written together, live, commented and answered."""

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.installation import ROOT, Site
from tests.browser.texts import (
    COORDINATOR,
    EDITOR,
    caret_at,
    open_text,
    passage,
    select_words,
    until,
    wait_saved,
    wait_text,
)

DATA = Path(os.environ.get("KOPRADE_INTERLINK_DATA", ROOT.parent / "shared" / "interlink-data"))
TITLE = "Quiet nights in the old town"
FIRST = "The municipality limits noise in the old town at night."
NGO = "ngo-of-the-old-town@demo.example"
CITIZEN = "neighbour@demo.example"
COORDINATOR_WORDS = "Terraces close at eleven on weekdays."
NGO_WORDS = "Residents measure the noise themselves."
COMMENT = "Eleven is too late for people who start work at six."
REASON = "We heard this from many. Terraces now close at ten."


def import_templates(site: Site) -> str:
    """Import INTERLINK's catalogue when it is at hand; return the name of the template to use."""
    if not DATA.is_dir():
        return ""
    site.manage("import_interlink", str(DATA))
    rows = site.client(COORDINATOR).get("process-templates/?page_size=100")["results"]
    return next(row["name"] for row in rows if row["source"] == "interlink")


def open_mail(person, to: str) -> None:
    """Open the newest mail to an address on the demo's mail page, once the job has written it."""
    row = person.page.locator(".row-item", has_text=to).first

    def there() -> bool:
        person.open("/demo/mails/")
        return row.count() > 0

    until(there, 20, f"a mail to {to}")
    row.locator("a").click()


def stay(page) -> None:
    """Leave a mark that a reload would wipe off."""
    page.evaluate("window.untouched = true")


def stayed(page) -> bool:
    return page.evaluate("window.untouched === true")


def create_process(coordinator, template: str) -> None:
    page = coordinator.open("/processes/new/")
    page.get_by_label("What is it called?").fill(TITLE)
    card = page.locator("label.radio-card", has=page.locator("[name=template]"))
    (card.filter(has_text=template) if template else card).first.click()
    page.locator("[name=visibility][value=open_to_comment]").check()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def start_document(coordinator) -> str:
    """Start an empty document in the first task and return its address."""
    page = coordinator.page
    page.locator(".task-name a").first.click()
    title = page.locator("form[action$='/documents/'] [name=title]").first
    if not title.is_visible():
        page.locator("summary", has_text="Start a document").click()
    title.fill("Rules for quiet nights")
    page.get_by_role("button", name="Start empty").click()
    page.wait_for_url("**/documents/**")
    open_text(page).click()
    page.keyboard.type(FIRST)
    wait_saved(page)
    return page.url.split("#")[0]


def invite_and_accept(coordinator, ngo, process: str) -> None:
    page = coordinator.open(f"{process}people/")
    form = page.locator("#invite form").first
    form.locator("[name=email]").fill(NGO)
    form.locator("[name=role]").select_option("coauthor")
    form.get_by_role("button").last.click()
    expect(page.get_by_text(f"Invited: {NGO}")).to_be_visible()
    open_mail(ngo, NGO)
    ngo.page.locator(".mail-text a").first.click()
    ngo.page.locator("main form button[type=submit]").first.click()
    expect(ngo.page.get_by_role("heading", level=1)).to_have_text(TITLE)


def write_together(coordinator, ngo) -> None:
    """Both type into one paragraph at the same time, key by key."""
    caret_at(coordinator.page, FIRST, "End")
    caret_at(ngo.page, FIRST, "Home")
    ours, theirs = f" {COORDINATOR_WORDS}", f"{NGO_WORDS} "
    for at in range(max(len(ours), len(theirs))):
        coordinator.page.keyboard.type(ours[at : at + 1])
        ngo.page.keyboard.type(theirs[at : at + 1])
    wait_saved(coordinator.page)
    wait_saved(ngo.page)
    whole = f"{NGO_WORDS} {FIRST} {COORDINATOR_WORDS}"
    for page in (coordinator.page, ngo.page):
        wait_text(page, FIRST, whole)


def comment_from_a_phone(citizen, document: str) -> None:
    page = citizen.page
    open_text(page, document)
    passage(page, COORDINATOR_WORDS).tap()
    page.get_by_role("button", name="Comment", exact=True).tap()
    sheet = page.locator("dialog[open]")
    sheet.locator("textarea[name=body]").fill(COMMENT)
    sheet.locator("input[name=email]").fill(CITIZEN)
    sheet.get_by_role("button", name="Send comment").tap()
    expect(page.get_by_text(re.compile(f"link to {re.escape(CITIZEN)}"))).to_be_visible()


def cannot_type(citizen) -> None:
    page = citizen.page
    text = page.locator(EDITOR)
    expect(text).to_have_attribute("contenteditable", "false")
    before = text.inner_text()
    passage(page, FIRST).tap()
    page.keyboard.press("Escape")
    page.keyboard.type("I was here. ")
    assert text.inner_text() == before


def answer(coordinator) -> None:
    """Change the words, then answer with the changed words picked."""
    page = coordinator.page
    select_words(page, "eleven")
    page.keyboard.type("ten")
    wait_saved(page)
    card = page.locator("article.thread", has_text=COMMENT)
    card.locator("summary", has_text="Answer officially").click()
    form = card.locator("form.answer-form")
    form.locator("[name=outcome][value=taken_in_full]").check()
    form.locator("[name=reason]").fill(REASON)
    form.locator("[data-pick-change]").click()
    select_words(page, COORDINATOR_WORDS.replace("eleven", "ten"))
    page.get_by_role("button", name="Use these words").click()
    form.get_by_role("button", name="Give this answer").click()


@pytest.fixture
def running(site):
    """The installation; started again whatever happens to it."""
    yield site
    if site.process is None:
        site.start()


def test_from_a_template_to_an_answered_comment(people, running):
    template = import_templates(running)
    coordinator, ngo, citizen = people(COORDINATOR), people(), people(phone=True)

    create_process(coordinator, template)
    process = coordinator.page.url
    document = start_document(coordinator)
    invite_and_accept(coordinator, ngo, process)

    open_text(coordinator.page, document)
    open_text(ngo.page, document)
    expect(coordinator.page.locator(".presence-face")).to_have_count(2)
    write_together(coordinator, ngo)

    comment_from_a_phone(citizen, document)
    cannot_type(citizen)
    open_mail(citizen, CITIZEN)
    citizen.page.locator(".mail-text a").first.click()
    for person in (coordinator, ngo):
        stay(person.page)
    citizen.page.locator("main form button[type=submit]").first.click()
    for person in (coordinator, ngo):
        expect(person.page.locator("article.thread", has_text=COMMENT)).to_be_attached(timeout=3000)
        assert stayed(person.page)
    expect(citizen.page).to_have_url(re.compile(re.escape(document)))
    open_text(citizen.page)
    expect(citizen.page.locator("article.thread", has_text=COMMENT)).to_be_visible()
    citizen.page.locator("#threads").get_by_role("button", name="Close").tap()
    cannot_type(citizen)

    stay(citizen.page)
    answer(coordinator)
    card = citizen.page.locator("article.thread", has_text=COMMENT)
    expect(card.locator(".disposition")).to_contain_text(REASON, timeout=3000)
    assert stayed(citizen.page)
    expect(card.locator(".changed-words del")).to_have_text(["eleven"])
    expect(card.locator(".changed-words ins")).to_have_text(["ten"])
    open_mail(citizen, CITIZEN)
    expect(citizen.page.locator("main")).to_contain_text(REASON)

    after_a_crash(running, document, coordinator, ngo, citizen)


def after_a_crash(site, document: str, *persons) -> None:
    """The server dies without a word and comes back; everything is there and writing goes on."""
    site.stop(signal.SIGKILL)
    expect(persons[0].page.locator("#editor-status")).to_have_attribute("data-state", "offline")
    site.start()
    kept = f"{NGO_WORDS} {FIRST} {COORDINATOR_WORDS}".replace("eleven", "ten")
    for person in persons:
        open_text(person.page, document)
        wait_text(person.page, FIRST, kept)
        card = person.page.locator("article.thread", has_text=COMMENT)
        expect(card.locator(".disposition")).to_contain_text(REASON)
