"""Documents and threads over REST, as programs see them."""

import io

import pytest
from PIL import Image
from rest_framework.test import APIClient

from documents.models import DocumentTicket
from documents.selectors.tickets import ticket_check
from processes.models import Role, Visibility
from tests.factories import documents as make
from tests.factories.processes import person

pytestmark = pytest.mark.django_db


def client(user=None) -> APIClient:
    api = APIClient()
    if user is not None:
        api.force_authenticate(user)
    return api


def picture(kind: str = "PNG", size=(20, 10)) -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", size, "red").save(data, kind)
    data.seek(0)
    data.name = f"picture.{kind.lower()}"
    return data


def test_document_answers_with_what_the_person_may_do():
    document = make.document()
    body = (
        client(make.member(document.process, Role.COAUTHOR))
        .get(f"/api/v1/documents/{document.pk}/")
        .json()
    )
    assert body["title"] == document.title
    assert body["sequence"] == 1
    assert body["abilities"] == {
        "document_read": True,
        "document_write": True,
        "document_edit": False,
        "document_redact": False,
        "thread_create": True,
        "comment_create": True,
        "thread_resolve": True,
        "thread_dispose": False,
    }


def test_private_document_is_not_there_for_strangers():
    document = make.document(visibility=Visibility.PRIVATE)
    for api in (client(), client(person())):
        answer = api.get(f"/api/v1/documents/{document.pk}/")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "not_found"


def test_markdown_has_every_word():
    document = make.document(text="# Ceļš\n\nКатерина **каже** 👋\n\n- a\n- b")
    body = client().get(f"/api/v1/documents/{document.pk}/markdown/").json()
    for word in ("# Ceļš", "Катерина **каже** 👋", "- a", "- b"):
        assert word in body["markdown"]


def test_ticket_opens_this_document_for_this_person_for_ten_minutes():
    document = make.document()
    user = make.member(document.process, Role.COAUTHOR)
    answer = client(user).post(f"/api/v1/documents/{document.pk}/ticket/")
    assert answer.status_code == 201
    secret = answer.json()["ticket"]
    assert ticket_check(document.pk, secret)[0] == user
    assert ticket_check(make.document().pk, secret) is None
    assert not DocumentTicket.objects.filter(digest=secret).exists()


def test_ticket_needs_somebody_to_give_it_to():
    document = make.document()
    answer = client().post(f"/api/v1/documents/{document.pk}/ticket/")
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


def test_thread_is_created_and_listed():
    document = make.document()
    api = client(make.member(document.process, Role.COMMENTER))
    url = f"/api/v1/documents/{document.pk}/threads/"
    answer = api.post(
        url, {"body": "**Why?**", "anchor": make.anchor_on(document, "walks to school")}
    )
    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert body["anchor"]["quote"] == "walks to school"
    assert body["comments"][0]["html"] == "<p><strong>Why?</strong></p>\n"
    assert client().get(url).json()["results"][0]["id"] == body["id"]
    assert client().get(url, {"status": "resolved"}).json()["results"] == []


def test_comment_in_html_is_shown_as_text_never_run():
    document = make.document()
    api = client(make.member(document.process, Role.COMMENTER))
    answer = api.post(
        f"/api/v1/documents/{document.pk}/threads/",
        {"body": "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"},
    )
    html = answer.json()["comments"][0]["html"]
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_observer_cannot_comment_and_learns_why():
    document = make.document(visibility=Visibility.PRIVATE)
    api = client(make.member(document.process, Role.OBSERVER))
    answer = api.post(f"/api/v1/documents/{document.pk}/threads/", {"body": "x"})
    assert answer.status_code == 403
    assert answer.json()["detail"]


def test_ten_megabyte_title_is_refused_with_a_clear_answer():
    document = make.document()
    api = client(document.created_by)
    answer = api.patch(f"/api/v1/documents/{document.pk}/", {"title": "x" * 2_000_000})
    assert answer.status_code == 400
    assert "title" in answer.json()["fields"]
    document.refresh_from_db()
    assert document.title == "A plan"


def test_coordinator_answers_and_co_author_does_not():
    document = make.document()
    thread = make.thread(document)
    url = f"/api/v1/threads/{thread.pk}/disposition/"
    body = {"outcome": "not_taken", "reason": "It is decided elsewhere."}
    assert client(make.member(document.process, Role.COAUTHOR)).put(url, body).status_code == 403
    assert client(document.created_by).put(url, body).status_code == 200
    table = client().get(f"/api/v1/documents/{document.pk}/response-table/").json()
    assert (table["answered"], table["asked"]) == (1, 1)
    assert table["rows"][0]["outcome"] == "not_taken"


def test_thread_is_settled_by_who_began_it_and_not_by_another_commenter():
    document = make.document()
    author = make.member(document.process, Role.COMMENTER)
    thread = make.thread(document, actor=author)
    url = f"/api/v1/threads/{thread.pk}/"
    other = client(make.member(document.process, Role.COMMENTER))
    assert other.patch(url, {"status": "resolved"}).status_code == 403
    assert client(author).patch(url, {"status": "resolved"}).json()["status"] == "resolved"
    assert client(author).patch(url, {"status": "open"}).json()["status"] == "open"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_picture_is_stored_without_what_came_with_it(kind):
    document = make.document()
    api = client(make.member(document.process, Role.COAUTHOR))
    answer = api.post(
        f"/api/v1/documents/{document.pk}/images/", {"file": picture(kind)}, format="multipart"
    )
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["width"], answer.json()["height"]) == (20, 10)


def test_page_that_calls_itself_a_picture_is_refused():
    document = make.document()
    fake = io.BytesIO(b"<svg onload=alert(1)>")
    fake.name = "picture.png"
    api = client(make.member(document.process, Role.COAUTHOR))
    answer = api.post(
        f"/api/v1/documents/{document.pk}/images/", {"file": fake}, format="multipart"
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "image_type"


def test_commenter_cannot_put_pictures_into_the_text():
    document = make.document()
    api = client(make.member(document.process, Role.COMMENTER))
    answer = api.post(
        f"/api/v1/documents/{document.pk}/images/", {"file": picture()}, format="multipart"
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("rows", [1, 50])
def test_list_of_threads_costs_the_same_for_one_and_for_fifty(rows, django_assert_max_num_queries):
    document = make.document()
    author = make.member(document.process, Role.COMMENTER)
    for _ in range(rows):
        make.thread(document, actor=author)
    with django_assert_max_num_queries(9):
        client(author).get(f"/api/v1/documents/{document.pk}/threads/", {"page_size": 50})


@pytest.mark.parametrize("rows", [1, 20])
def test_list_of_documents_costs_the_same_for_one_and_for_many(rows, django_assert_max_num_queries):
    for _ in range(rows):
        document = make.document()
    user = make.member(document.process, Role.COAUTHOR)
    with django_assert_max_num_queries(8):
        assert client(user).get("/api/v1/documents/").json()["count"] == rows


def test_a_coordinator_erases_a_passage_and_others_cannot():
    document = make.document(text="Call 20000000 today.")
    block = make.block_with(document, "20000000").id
    body = {"block_id": block, "quote": "20000000", "reason": "a private number"}
    path = f"/api/v1/documents/{document.pk}/redact/"
    facilitator = client(make.member(document.process, Role.FACILITATOR))
    assert facilitator.post(path, body, format="json").status_code == 403
    assert client().post(path, body, format="json").status_code == 401
    api = client(make.member(document.process, Role.COORDINATOR))
    assert api.post(path, {**body, "reason": ""}, format="json").status_code == 400
    answer = api.post(path, body, format="json")
    assert (answer.status_code, answer.json()) == (200, {"rows": 1, "elsewhere": 0})
    assert "20000000" not in api.get(f"/api/v1/documents/{document.pk}/markdown/").content.decode()
