"""An open process from outside: what its head tells other sites, its feed, the summary to embed, the visitor's page."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from documents.services.dispositions import disposition_set
from documents.services.documents import document_remove
from processes.models import Visibility
from processes.services.phases import phase_close, phase_open
from processes.services.processes import process_finish
from processes.services.stories import story_begin, story_publish, story_update
from tests.factories import documents as texts
from tests.factories import processes as factory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
ATOM = "{http://www.w3.org/2005/Atom}"
OPEN = [Visibility.PUBLIC, Visibility.OPEN_TO_COMMENT, Visibility.OPEN_TO_JOIN]


@pytest.fixture
def process():
    return factory.process(
        visibility="open_to_comment", title="Quiet streets", summary="Less noise"
    )


def page(path: str, client: Client | None = None) -> str:
    return (client or Client()).get(path).content.decode()


def feed(path: str) -> list[str]:
    root = ElementTree.fromstring(Client().get(path).content)
    return [entry.find(f"{ATOM}title").text for entry in root.iter(f"{ATOM}entry")]


def answered(process, title="A plan"):
    text = texts.document(process=process, actor=process.created_by, title=title)
    thread = texts.thread(text, body="Words of a citizen")
    disposition_set(
        actor=process.created_by, thread=thread, outcome="out_of_scope", reason="Another law."
    )
    return text


def test_the_head_of_an_open_process_tells_other_sites_what_it_is(process, settings):
    settings.PUBLIC_URL = "https://koprade.example"
    html = page(f"/processes/{process.pk}/")
    url = f"https://koprade.example/processes/{process.pk}/"
    for line in (
        '<meta property="og:title" content="Quiet streets">',
        '<meta property="og:description" content="Less noise">',
        f'<meta property="og:url" content="{url}">',
        f'<link rel="canonical" href="{url}">',
        '<meta property="og:image" content="https://koprade.example/card.png">',
        f'title="Quiet streets" href="{url}feed.atom">',
    ):
        assert line in html
    assert Client().get("/card.png").content.startswith(b"\x89PNG")


def test_structured_data_is_json_that_cannot_leave_its_element(settings):
    evil = "</script><script>alert(1)</script> & <!--"
    process = factory.process(visibility="public", title=evil)
    html = page(f"/processes/{process.pk}/")
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    facts = json.loads(block)
    assert (facts["@type"], facts["name"], facts["inLanguage"]) == ("Event", evil, "en")
    assert "alert(1)</script>" not in html


def test_texts_and_stories_tell_other_sites_what_they_are_once_everybody_may_read_them(
    process, settings
):
    settings.PUBLIC_URL = site = "https://koprade.example"
    actor = process.created_by
    evil = "A </script> plan"
    text = texts.document(process=process, actor=actor, title=evil)
    html = page(f"/documents/{text.pk}/")
    assert f'<link rel="canonical" href="{site}/documents/{text.pk}/">' in html
    assert '<meta property="og:type" content="article">' in html
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    facts = json.loads(block)
    assert (facts["@type"], facts["name"]) == ("DigitalDocument", evil)
    assert facts["isPartOf"]["url"] == f"{site}/processes/{process.pk}/"
    process_finish(actor=actor, process=process)
    story = story_begin(actor=actor, process=process)
    story = story_update(actor=actor, story=story, results="A law", lessons="Ask")
    member = Client()
    member.force_login(actor, BACKEND)
    draft = page(f"/stories/{story.pk}/", member)
    assert "og:" not in draft
    assert 'content="noindex"' in draft
    assert feed("/stories/feed.atom") == []
    assert str(story.pk) not in page("/sitemap.xml")
    story_publish(actor=actor, story=story)
    html = page(f"/stories/{story.pk}/")
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert json.loads(block)["@type"] == "Article"
    assert f'<meta property="og:url" content="{site}/stories/{story.pk}/">' in html
    assert feed("/stories/feed.atom") == [story.title]
    sitemap = page("/sitemap.xml")
    assert f"{site}/stories/{story.pk}/" in sitemap
    assert f"{site}/documents/{text.pk}/" in sitemap
    # Closed again: the story stays, the text says nothing to others any more.
    process.visibility = Visibility.PRIVATE
    process.save(update_fields=["visibility"])
    assert "og:" not in page(f"/documents/{text.pk}/", member)
    assert str(text.pk) not in page("/sitemap.xml")


def test_a_working_group_says_nothing_to_other_sites():
    process = factory.process(visibility="private", summary="Secret words")
    member = Client()
    member.force_login(process.created_by, BACKEND)
    html = page(f"/processes/{process.pk}/", member)
    assert '<meta name="robots" content="noindex">' in html
    assert "og:" not in html
    assert "ld+json" not in html
    assert 'name="description"' not in html
    for part in ("feed.atom", "embed/"):
        # Also for its own people: what leaves for other sites is answered as to a visitor.
        assert member.get(f"/processes/{process.pk}/{part}").status_code == 404
    assert Client().get(f"/processes/{process.pk}/share/").status_code == 404
    assert "working group" in page(f"/processes/{process.pk}/share/", member)
    assert "Secret words" not in page("/feed.atom") + page("/sitemap.xml")


def test_the_feed_tells_what_matters_in_the_language_of_the_process(process):
    text = answered(process, "Draft plan")
    phase = text.task.parent.parent
    phase_open(actor=process.created_by, phase=phase)
    phase_close(actor=process.created_by, phase=phase)
    process_finish(actor=process.created_by, process=process)
    titles = feed(f"/processes/{process.pk}/feed.atom")
    assert titles[0] == "The process is finished"
    assert titles[-1] == "The process “Quiet streets” began"
    for title in (
        f"“{phase.title}” is open",
        f"“{phase.title}” is closed",
        "A new text: “Draft plan”",
        "1 comment on “Draft plan” was answered",
    ):
        assert title in titles
    latvian = factory.process(visibility="public", title="Klusas ielas", language="lv")
    [began] = feed(f"/processes/{latvian.pk}/feed.atom")
    assert began.startswith("Sākās process")


def test_the_feed_holds_no_name_no_words_and_nothing_that_was_removed(process):
    text = answered(process, "Removed later")
    before = page(f"/processes/{process.pk}/feed.atom")
    assert "Removed later" in before
    for secret in ("Words of a citizen", "Another law", process.created_by.display_name):
        assert f">{secret}" not in before
    document_remove(actor=process.created_by, document=text)
    assert "Removed later" not in page(f"/processes/{process.pk}/feed.atom")


@pytest.mark.parametrize("part", ["feed.atom", "embed/"])
def test_what_did_not_change_is_not_sent_again(process, part):
    path = f"/processes/{process.pk}/{part}"
    first = Client().get(path)
    again = {"If-None-Match": first["ETag"]}
    assert Client().get(path, headers=again).status_code == 304
    texts.document(process=process, actor=process.created_by)
    assert Client().get(path, headers=again).status_code == 200


def test_the_feed_of_the_site_lists_the_open_processes(process):
    assert feed("/feed.atom") == ["Quiet streets"]


def test_only_the_summary_may_be_framed_and_it_sets_no_cookie_and_runs_no_script(process):
    response = Client().get(f"/processes/{process.pk}/embed/")
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'none'" in policy
    assert "X-Frame-Options" not in response
    assert not response.cookies
    html = response.content.decode()
    assert "<script" not in html
    assert "<form" not in html
    assert "Quiet streets" in html
    for other in ("", "share/", "texts/"):
        response = Client().get(f"/processes/{process.pk}/{other}")
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"


def test_the_code_to_embed_shows_the_whole_address(process, settings):
    settings.PUBLIC_URL = "https://koprade.example"
    html = page(f"/processes/{process.pk}/share/")
    assert f"&lt;iframe src=&quot;https://koprade.example/processes/{process.pk}/embed/" in (
        html.replace('"', "&quot;")
    )


def test_search_engines_find_open_processes_and_no_others(process, settings):
    settings.PUBLIC_URL = "https://koprade.example"
    hidden = factory.process_row(Visibility.PRIVATE)
    sitemap = page("/sitemap.xml")
    assert f"https://koprade.example/processes/{process.pk}/" in sitemap
    assert str(hidden.pk) not in sitemap
    assert "Sitemap: https://koprade.example/sitemap.xml" in page("/robots.txt")


@pytest.mark.parametrize(
    ("visibility", "words"),
    [
        ("public", "Read the text"),
        ("open_to_comment", "Read and comment"),
        ("open_to_join", "Sign in to join"),
    ],
)
def test_a_visitor_has_one_main_button_and_sees_how_comments_were_answered(visibility, words):
    process = factory.process(visibility=visibility)
    answered(process)
    html = page(f"/processes/{process.pk}/")
    head = html[html.index("<h1") : html.index('class="tabs"')]
    buttons = re.findall(r'button-main"[^>]*>(?:<svg.*?</svg>)?([^<]+)', head)
    assert buttons == [words]
    assert "1 of 1 comments answered" in html


def test_a_finished_process_leads_a_visitor_to_its_answers(process):
    text = answered(process)
    process_finish(actor=process.created_by, process=process)
    html = page(f"/processes/{process.pk}/")
    assert f'href="/documents/{text.pk}/answers/"' in html
    assert "Read how comments were answered" in html


def test_a_closed_consultation_does_not_ask_for_comments(process):
    text = answered(process)
    phase_open(actor=process.created_by, phase=text.task.parent.parent)
    assert "Read and comment" in page(f"/processes/{process.pk}/")
    phase_close(actor=process.created_by, phase=text.task.parent.parent)
    html = page(f"/processes/{process.pk}/")
    assert "Read and comment" not in html
    assert "Read the text" in html


def test_feed_summary_and_page_ask_the_same_for_one_text_and_for_many(process):
    answered(process)
    paths = [f"/processes/{process.pk}/{part}" for part in ("", "feed.atom", "embed/")]

    def count(path: str) -> int:
        Client().get(path)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(path).status_code == 200
        return len(queries)

    before = [count(path) for path in paths]
    for number in range(10):
        answered(process, f"Text {number}")
    assert [count(path) for path in paths] == before
