"""Fixtures of the browser tests: the running installation, Chromium, people.

`BROWSER_SITE_DIR=/some/folder` keeps the installation between runs: loading the demo is most of the time of one test.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.installation import Person, Site, chromium


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The installation with the demo content, running."""
    kept = os.environ.get("BROWSER_SITE_DIR")
    site = Site.with_demo(Path(kept) if kept else tmp_path_factory.mktemp("site"))
    yield site
    site.stop()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = chromium(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture
def people(browser, site):
    """Make people: `people("coordinator@demo.example")`, `people(phone=True)`; faults of their pages fail the test."""
    made: list[Person] = []

    def make(email: str = "", **options) -> Person:
        person = Person(browser, site, **options)
        made.append(person)
        return person.sign_in(email) if email else person

    yield make
    faults = [fault for person in made for fault in person.faults]
    for person in made:
        person.context.close()
    assert not faults
