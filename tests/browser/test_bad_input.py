"""Bad input against the running installation: each with its clear answer, nothing lost, the others undisturbed."""

import io
import random
import re
import uuid
import zipfile

import pytest
import requests
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from realtime import protocol
from tests.browser.installation import ROOT
from tests.browser.texts import (
    CITIZEN,
    COAUTHOR,
    COORDINATOR,
    demo_text,
    document_new,
    open_text,
    text_of,
    wait_saved,
)
from tests.realtime.gate.handmade import paragraph, update

HANG = (ROOT / "tests" / "data" / "hostile" / "array_with_text.bin").read_bytes()
ZIP_BOMB_BYTES = 300_000_000


@pytest.fixture
def text(site):
    return document_new(site, "Between bad and good input")


def socket(site, ident: str, *, query: str = "", **headers: str):
    address = f"{site.url.replace('http', 'ws')}/ws/v1/documents/{ident}{query}"
    return connect(address, additional_headers=headers, max_size=None, open_timeout=20)


def close_code(connection) -> int:
    """Read until the server closes; return its code."""
    try:
        while True:
            connection.recv(timeout=20)
    except ConnectionClosed as closed:
        return closed.rcvd.code


def authorized(site, email: str) -> dict:
    return {"Authorization": f"Token {site.client(email).token}"}


HOSTILE = {
    "a text frame": ("hello", 4400),
    "nothing": (b"", 4400),
    "random bytes": (random.Random(7).randbytes(5000), 4400),
    "an update of random bytes": (protocol.sync_update(random.Random(8).randbytes(300)), 4400),
    "a second step of random bytes": (protocol.sync_step_2(random.Random(9).randbytes(300)), 4400),
    "awareness of random bytes": (protocol.awareness(random.Random(10).randbytes(80)), 4400),
    "the update that hangs the library": (protocol.sync_update(HANG), 4400),
    "far too much": (protocol.sync_update(bytes(19_000_000)), 4413),
}


def test_hostile_frames_while_somebody_types_disturb_nobody(people, site, text):
    writer = people(COAUTHOR)
    live = open_text(writer.page, text.url)
    live.click()
    said = []
    for name, (frame, code) in HOSTILE.items():
        with socket(site, text.id, **authorized(site, COORDINATOR)) as attacker:
            attacker.send(frame)
            words = f" While somebody sends {name}."
            writer.page.keyboard.type(words)
            said.append(words)
            assert close_code(attacker) == code, name
    wait_saved(writer.page)
    assert text_of(live).strip() == "".join(said).strip()
    assert "".join(said).strip() in site.client(COORDINATOR).markdown(text.id)
    expect(writer.page.locator("#editor-notice")).to_have_count(0)


def test_an_update_for_a_text_one_may_not_edit_is_refused(people, site, text):
    reader = people(COORDINATOR)
    open_text(reader.page, text.url)
    frame = protocol.sync_update(update([paragraph(4711, words="Smuggled in.")]))
    for headers in (authorized(site, CITIZEN), {}):
        with socket(site, text.id, query="?receipts=1", **headers) as sender:
            sender.send(frame)
            answers = [sender.recv(timeout=20) for _ in range(1)]
            while answers[-1][0] != protocol.Frame.REFUSAL:
                answers.append(sender.recv(timeout=20))
            assert b"read_only" in answers[-1]
    assert "Smuggled" not in site.client(COORDINATOR).markdown(text.id)
    assert "Smuggled" not in reader.page.locator("#document-editor").inner_text()


def test_a_page_of_somebody_else_gets_no_socket(site, text, people):
    cookies = people(COAUTHOR).context.cookies()
    cookie = "; ".join(f"{row['name']}={row['value']}" for row in cookies)
    for path in (f"documents/{text.id}", "events"):
        address = f"{site.url.replace('http', 'ws')}/ws/v1/{path}"
        with pytest.raises(InvalidStatus) as refused:
            connect(
                address, origin="https://elsewhere.example", additional_headers={"Cookie": cookie}
            )
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize("query", ["?ticket=nonsense", f"?ticket={'a' * 43}"])
def test_a_ticket_that_is_none_is_told_to_sign_in(site, text, query):
    with socket(site, text.id, query=query) as connection:
        assert close_code(connection) == 4401


def test_an_expired_ticket_and_a_wrong_token_are_told_to_sign_in(site, text):
    query = f"?ticket={site.client(COAUTHOR).post(f'documents/{text.id}/ticket/')['ticket']}"
    with socket(site, text.id, query=query) as connection:
        assert connection.recv(timeout=20)
    site.manage(
        "shell",
        "-c",
        "from documents.models import DocumentTicket as T; from django.utils import timezone as t; "
        "T.objects.update(expires_at=t.now())",
    )
    with socket(site, text.id, query=query) as connection:
        assert close_code(connection) == 4401
    with socket(site, text.id, Authorization="Token nonsense") as connection:
        assert close_code(connection) == 4401
    answer = requests.get(
        f"{site.url}/api/v1/me/", headers={"Authorization": "Token nonsense"}, timeout=20
    )
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_what_is_not_there_is_not_found_at_every_door(people, site):
    nobody = uuid.uuid4()
    page = people(COORDINATOR).page
    for path in ("documents", "processes"):
        assert page.goto(f"{site.url}/{path}/{nobody}/").status == 404
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main a").first).to_be_visible()
        answer = requests.get(
            f"{site.url}/api/v1/{path}/{nobody}/", headers=authorized(site, COORDINATOR), timeout=20
        )
        assert answer.status_code == 404
        assert answer.headers["Content-Type"].startswith("application/problem+json")
    with socket(site, str(nobody), **authorized(site, COORDINATOR)) as connection:
        assert close_code(connection) == 4404


def zip_bomb() -> bytes:
    """Return a Word file of some hundred kB whose text is hundreds of MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            for _ in range(ZIP_BOMB_BYTES // 1_000_000):
                member.write(b" " * 1_000_000)
    return packed.getvalue()


def test_a_word_file_that_is_a_bomb_is_refused_and_the_title_kept(people, site, text):
    rest = site.client(COORDINATOR).get(f"documents/{text.id}/")
    task = f"/processes/{rest['process']}/tasks/{rest['task']}/"
    page = people(COORDINATOR).open(task)
    before = page.locator("#holds ~ ul > li").count()
    page.locator("summary", has_text="Start from a Word file").click()
    form = page.locator("form[action$='/import/']")
    form.locator("[name=title]").fill("A title to keep")
    form.locator("[name=file]").set_input_files(
        {"name": "bomb.docx", "mimeType": "application/octet-stream", "buffer": zip_bomb()}
    )
    with page.expect_response(re.compile("/import/")) as answer:
        form.get_by_role("button", name="Take it in").click()
    assert answer.value.status in (413, 422)
    expect(page.locator(".field-error, [role=alert]").first).to_be_visible()
    expect(page.locator("form[action$='/import/'] [name=title]")).to_have_value("A title to keep")
    expect(page.locator("form[action$='/import/'] [name=title]")).to_be_visible()
    expect(page.locator("#holds ~ ul > li")).to_have_count(before)


def fill_hugely(page, size: int) -> None:
    """Put a title into the form that no browser would let one type."""
    page.locator("[name=title]").evaluate(
        "(input, size) => { input.removeAttribute('maxlength'); input.value = 'x'.repeat(size) }",
        size,
    )


def test_a_title_of_two_megabytes_is_refused_and_the_rest_kept(people):
    page = people(COORDINATOR).open("/processes/new/")
    page.locator("summary", has_text="More").click()
    page.locator("[name=summary]").fill("A summary to keep")
    page.locator("[name=visibility][value=open_to_join]").check()
    fill_hugely(page, 2_000_000)
    with page.expect_response("**/processes/new/") as answer:
        page.get_by_role("button", name="Start", exact=True).click()
    assert answer.value.status == 422
    expect(page.locator(".field-error").first).to_contain_text("200")
    expect(page.locator("[name=summary]")).to_have_value("A summary to keep")
    expect(page.locator("[name=visibility][value=open_to_join]")).to_be_checked()


def test_a_title_of_ten_megabytes_is_answered_clearly_and_the_rest_kept(people):
    page = people(COORDINATOR).open("/processes/new/")
    page.locator("summary", has_text="More").click()
    page.locator("[name=summary]").press_sequentially("Kept")
    fill_hugely(page, 10_000_000)
    with page.expect_response("**/processes/new/") as answer:
        page.get_by_role("button", name="Start", exact=True).click()
    assert answer.value.status in (400, 413)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(page.url)
    page.locator("summary", has_text="More").click()
    expect(page.locator("[name=summary]")).to_have_value("Kept")


def test_html_in_a_comment_stays_words(people, site):
    text = demo_text(site)
    hostile = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> **bold**"
    site.client(CITIZEN).post(f"documents/{text.id}/threads/", body=hostile)
    page = people(CITIZEN).open(text.url)
    card = page.locator("article.thread", has_text="bold").last
    expect(card.locator("strong", has_text="bold")).to_be_attached()
    assert card.locator("script, img").count() == 0
    assert page.evaluate("window.hacked") is None
