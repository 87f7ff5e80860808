"""An open process from outside: what a visitor sees, its summary in a frame of another site, and the log's filter."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.browser.looks import fits_and_is_accessible
from tests.browser.texts import CITIZEN, COORDINATOR


def processes(site) -> dict[str, str]:
    """Return one process of the demo for each openness, and a finished one, by its address."""
    found = {}
    # As somebody who takes part in nothing: what visitors see, without what other tests imported.
    for row in site.client(CITIZEN).get("processes/?page_size=100")["results"]:
        kind = "finished" if row["status"] == "finished" else row["visibility"]
        found.setdefault(kind, f"{site.url}/processes/{row['id']}/")
    return found


@pytest.fixture
def elsewhere():
    """Serve pages of another origin: each frames the address that its query names."""

    class Frame(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            address = self.path.partition("?")[2]
            self.wfile.write(f"<title>Other</title><iframe src='{address}'></iframe>".encode())

        def log_message(self, *_words):
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Frame)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/?"
    server.shutdown()


def test_a_visitor_has_one_clear_step_whatever_the_openness(people, site):
    visitor = people(phone=True)
    page = visitor.page
    known = processes(site)
    words = {
        "open_to_comment": "Read and comment",
        "open_to_join": "Sign in to join",
        "finished": "Read how comments were answered",
    }
    for kind, step in words.items():
        page.goto(known[kind])
        button = page.locator(".page-head .button-main")
        expect(button).to_have_count(1)
        expect(button).to_contain_text(step)
        assert button.bounding_box()["y"] < page.viewport_size["height"], "seen without scrolling"
        page.emulate_media(color_scheme="dark" if kind == "finished" else "light")
        fits_and_is_accessible(page)
    page.goto(known["open_to_comment"] + "share/")
    fits_and_is_accessible(page)
    page.goto(known["open_to_comment"] + "embed/")
    fits_and_is_accessible(page)


def test_another_site_frames_the_summary_and_nothing_else(people, site, elsewhere):
    known = processes(site)["open_to_comment"]
    page = people().page.context.browser.new_page()
    page.goto(elsewhere + known + "embed/")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("link", name="Read and comment")).to_be_visible()
    assert not page.context.cookies()
    page.goto(elsewhere + known)
    expect(frame.get_by_role("heading", level=1)).to_have_count(0)
    page.close()


def test_the_log_is_narrowed_while_one_types(people, site):
    page = people(COORDINATOR).page
    page.goto(processes(site)["open_to_comment"] + "activity/")
    fits_and_is_accessible(page)
    page.get_by_text("Narrow it down").click()
    page.get_by_label("What", exact=True).select_option("process")
    expect(page.locator("#results")).to_contain_text("started this process")
    expect(page.locator("#results")).not_to_contain_text("replied")
    page.get_by_label("Words").fill("zzz")
    expect(page.locator("#results")).to_contain_text("Nothing found")
    fits_and_is_accessible(page)
