"""Every page, on a phone in both themes and on a desktop: axe (WCAG 2.2 AA), one h1, nothing to scroll sideways.

Each page is loaded once per person and examined three times: the width and the theme change under it, as they do when
somebody turns a phone or the evening comes.
"""

import uuid

import pytest
from playwright.sync_api import Page

from tests.browser.installation import DESKTOP, PHONE
from tests.browser.looks import WCAG, complaints
from tests.browser.texts import COORDINATOR, open_text

# What a theme can change; the rest is the same in the dark.
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
# The theme has come, and colours do not move any more.
SETTLED = """theme => (!theme || document.documentElement.dataset.bsTheme === theme) &&
  document.getAnimations().every(animation => animation.playState !== 'running')"""
EVERYBODY = {
    "home": "/",
    "processes": "/processes/",
    "process": "/processes/{process}/",
    "process texts": "/processes/{process}/texts/",
    "process people": "/processes/{process}/people/",
    "process time line": "/processes/{process}/timeline/",
    "task": "/processes/{process}/tasks/{task}/",
    "document": "/documents/{document}/",
    "response table": "/documents/{document}/answers/",
    "print": "/documents/{document}/print/",
    "catalogue": "/catalogue/",
    "interlinker": "/catalogue/{interlinker}/",
    "templates": "/templates/",
    "template": "/templates/{template}/",
    "stories": "/stories/",
    "organisations": "/organisations/",
    "organisation": "/organisations/{organisation}/",
    "about": "/about/",
    "help": "/help/",
    "accessibility": "/accessibility/",
    "privacy": "/privacy/",
    "no such page": "/processes/{nobody}/",
    "mails": "/demo/mails/",
}
STRANGERS = {
    "sign in": "/accounts/login/",
    "sign up": "/accounts/signup/",
    "ask for a link": "/accounts/link/",
    "link sent": "/accounts/link/sent/",
    "wrong link": "/accounts/link/nothing/",
    "password forgotten": "/accounts/password/reset/",
}
MEMBERS = {
    "my work": "/my-work/",
    "notifications": "/accounts/notifications/",
    "start a process": "/processes/new/",
    "process activity": "/processes/{process}/activity/",
    "change the process": "/processes/{process}/edit/",
    "add a phase": "/processes/{process}/nodes/new/",
    "change the task": "/processes/{process}/nodes/{task}/edit/",
    "import a process": "/processes/import/",
    "export the process": "/processes/{process}/export/",
    "copy the process": "/processes/{process}/copy/",
    "save as a template": "/processes/{process}/template/",
    "answering": "/documents/{document}/answering/",
    "new organisation": "/organisations/new/",
    "settings": "/accounts/settings/",
    "addresses": "/accounts/email/",
    "change the password": "/accounts/password/change/",
    "remove the account": "/accounts/settings/remove/",
    "sign out": "/accounts/logout/",
}


@pytest.fixture(scope="session")
def places(site):
    """Ids for the addresses above, of the richest things in the demo."""
    rest = site.client(COORDINATOR)
    document = max(
        rest.get("documents/?page_size=100")["results"], key=lambda row: row["thread_count"]
    )

    def first(kind: str) -> dict:
        return rest.get(f"{kind}/")["results"][0]

    return {
        "process": document["process"],
        "task": document["task"],
        "document": document["id"],
        "interlinker": first("interlinkers")["id"],
        "template": first("process-templates")["id"],
        "organisation": first("organisations")["slug"],
        "nobody": str(uuid.UUID(int=7)),
    }


def layout_faults(page: Page) -> list[str]:
    faults = []
    wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    if wide > 0:
        faults.append(f"scrolls sideways by {wide} px")
    # A text may have headings of its own; the page has one.
    if (headings := page.locator("h1:not(.document-text h1)").count()) != 1:
        faults.append(f"{headings} h1")
    return faults


def examine(person, url: str) -> list[str]:
    page = person.page
    person.faults.clear()
    answer = page.goto(person.site.url + url)
    if answer.status >= 500:
        return [f"answered {answer.status}"]
    if page.locator("#document-editor").count():
        open_text(page)
    faults = []
    for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(size)
        # What the dark changes, colours, is the same on both sizes.
        for theme in ("light", "dark") if name == "phone" else ("light",):
            page.emulate_media(color_scheme=theme)
            page.wait_for_function(SETTLED, arg=None if "/print/" in url else theme)
            found = complaints(page, WCAG if theme == "light" else COLOURS)
            faults += [f"{name}, {theme}: {fault}" for fault in found]
        faults += [f"{name}: {fault}" for fault in layout_faults(page)]
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    return faults + person.faults


@pytest.fixture(scope="module")
def visitors(browser, site):
    """One browser for each kind of person, kept for all pages."""
    from tests.browser.installation import Person

    kept = {"stranger": Person(browser, site), "member": Person(browser, site).sign_in(COORDINATOR)}
    yield kept
    for person in kept.values():
        person.context.close()


@pytest.mark.parametrize("name", [*EVERYBODY, *STRANGERS])
def test_page_is_accessible_to_a_stranger(visitors, places, name):
    url = (EVERYBODY | STRANGERS)[name].format(**places)
    faults = examine(visitors["stranger"], url)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", [*EVERYBODY, *MEMBERS])
def test_page_is_accessible_to_a_coordinator(visitors, places, name):
    url = (EVERYBODY | MEMBERS)[name].format(**places)
    faults = examine(visitors["member"], url)
    assert not faults, "\n".join(faults)
