"""Whatever goes wrong, a program gets application/problem+json: stable code, status, and words in its language."""

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.test import APIClient
from rest_framework.views import APIView

from cocreation import urls
from community.models import AccessToken
from community.models.access import TokenScope
from community.services.tokens import token_create
from processes.models import Role, Visibility
from tests.factories import processes as make


class Faulty(APIView):
    permission_classes = (AllowAny,)

    def get(self, request):
        raise ZeroDivisionError("a secret of ours")


class urlconf:
    urlpatterns = [path("api/v1/faulty/", Faulty.as_view()), *urls.urlpatterns]
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


def problem(answer, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:koprade:problem:{code}"
    assert body["detail"]
    return body


def test_what_is_no_json_is_400(api):
    answer = api.post("/api/v1/processes/", '{"title": ', content_type="application/json")
    problem(answer, 400, "parse_error")


def test_json_nested_without_end_is_400(api):
    body = "[" * 100_000 + "]" * 100_000
    answer = api.post("/api/v1/processes/", body, content_type="application/json")
    problem(answer, 400, "parse_error")


def test_a_body_of_another_shape_is_400(api):
    problem(api.post("/api/v1/processes/", [1, 2], format="json"), 400, "invalid")


def test_fields_of_the_wrong_shape_are_400_and_named(api):
    body = {"title": 7, "language": "xx", "visibility": True}
    fields = problem(api.post("/api/v1/processes/", body), 400, "invalid")["fields"]
    assert set(fields) == {"title", "language", "visibility"}
    body = {"title": "x" * 201, "language": "xx"}
    fields = problem(api.post("/api/v1/processes/", body), 400, "invalid")["fields"]
    assert set(fields) == {"title", "language"}


@pytest.mark.parametrize("size", ["0", "-1", "many", "", "²", "9" * 400 + "x"])
def test_a_page_that_is_no_number_is_400(api, size):
    for name in ("page", "page_size"):
        fields = problem(api.get("/api/v1/processes/", {name: size}), 400, "invalid")["fields"]
        assert set(fields) == {name}


def test_a_page_that_is_not_there_is_404(api):
    for page in ("99", "9" * 5000):
        problem(api.get("/api/v1/processes/", {"page": page}), 404, "not_found")


def test_nobody_is_asked_who_they_are(anonymous):
    answer = anonymous.post("/api/v1/processes/", {"title": "x"})
    problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Token"


def test_a_token_that_does_not_work_is_401(world):
    client = APIClient()
    for secret in ("nonsense", world.token + "x", "kpr_" + "a" * 10_000):
        client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        answer = client.get("/api/v1/me/")
        problem(answer, 401, "invalid_token")
        assert answer["WWW-Authenticate"] == "Token"


def test_an_expired_token_is_401(world, api):
    AccessToken.objects.filter(user=world.coordinator).update(
        expires_at=world.process.created_at - datetime.timedelta(days=1)
    )
    problem(api.get("/api/v1/me/"), 401, "invalid_token")


def test_a_token_that_may_only_read_is_403_with_the_reason(world):
    _row, secret = token_create(user=world.coordinator, name="r", scope=TokenScope.READ, days=1)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    assert client.get("/api/v1/me/").status_code == 200
    problem(client.patch("/api/v1/me/", {"name": "x"}), 403, "token_read_only")


def test_what_one_may_see_but_not_do_is_403_with_the_reason(world):
    observer = make.member(world.process, Role.OBSERVER)
    client = APIClient()
    client.force_authenticate(observer)
    body = problem(client.post(f"/api/v1/processes/{world.process.pk}/finish/"), 403, "role")
    assert "coordinator" in body["detail"].lower()


def test_what_one_may_not_see_is_404_as_if_it_were_not_there(world):
    private = make.process(visibility=Visibility.PRIVATE)
    client = APIClient()
    client.force_authenticate(world.citizen)
    hidden = problem(client.get(f"/api/v1/processes/{private.pk}/"), 404, "not_found")
    absent = problem(client.get(f"/api/v1/processes/{uuid.uuid4()}/"), 404, "not_found")
    assert hidden == absent


@pytest.mark.parametrize("address", ["processes/not-an-id/", "nothing/", "documents/1/threads/"])
def test_addresses_that_lead_nowhere_are_404(api, address):
    problem(api.get(f"/api/v1/{address}"), 404, "not_found")


def test_a_method_that_is_not_there_is_405_and_says_which_are(api, world):
    answer = api.delete(f"/api/v1/processes/{world.process.pk}/")
    problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, PATCH, HEAD, OPTIONS"


def test_a_form_that_we_do_not_speak_is_406(api):
    problem(api.get("/api/v1/me/", HTTP_ACCEPT="application/xml"), 406, "not_acceptable")


def test_a_state_that_does_not_allow_it_is_409(api, world):
    address = f"/api/v1/processes/{world.process.pk}/"
    revision = api.get(address).json()["revision"]
    api.patch(address, {"title": "Changed meanwhile", "revision": revision})
    answer = api.patch(address, {"title": "New", "revision": revision})
    problem(answer, 409, "edited_meanwhile")
    assert api.get(address).json()["title"] == "Changed meanwhile"


def test_a_body_of_10_mb_is_413_and_changes_nothing(api, world):
    address = f"/api/v1/processes/{world.process.pk}/"
    title = api.get(address).json()["title"]
    problem(api.patch(address, {"title": "x" * 10_000_000}), 413, "too_large")
    assert api.get(address).json()["title"] == title


def test_a_file_beyond_the_limit_is_413(api, world, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    address = f"/api/v1/tasks/{world.task.pk}/assets/"
    upload = SimpleUploadedFile("large.txt", b"x" * 2000)
    answer = api.post(address, {"kind": "file", "file": upload}, format="multipart")
    problem(answer, 413, "too_large")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    upload = SimpleUploadedFile("large.txt", b"x" * 4000)
    answer = api.post(address, {"kind": "file", "file": upload}, format="multipart")
    problem(answer, 413, "too_large")


def test_a_form_where_json_is_taken_is_415(api):
    answer = api.post("/api/v1/processes/", {"title": "x"}, format="multipart")
    problem(answer, 415, "unsupported_media_type")


def test_a_rule_that_is_broken_is_422_and_names_the_field(api, world):
    address = f"/api/v1/tasks/{world.task.pk}/assets/"
    body = problem(api.post(address, {"kind": "link", "url": "javascript:alert(1)"}), 422, "url")
    assert set(body["fields"]) == {"url"}
    assert set(problem(api.post(address, {"kind": "link"}), 422, "missing")["fields"]) == {"url"}


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_a_file_that_is_no_picture_is_422(api, world, content):
    upload = SimpleUploadedFile("picture.png", content)
    address = f"/api/v1/documents/{world.document.pk}/images/"
    answer = api.post(address, {"file": upload}, format="multipart")
    problem(answer, 422, answer.json()["code"])


def test_a_fault_of_ours_is_500_and_says_nothing_about_it(settings):
    settings.ROOT_URLCONF = urlconf
    answer = APIClient(raise_request_exception=False).get("/api/v1/faulty/")
    body = problem(answer, 500, "fault")
    assert "secret" not in str(body)


def test_a_host_that_is_not_ours_is_400(db):
    problem(APIClient().get("/api/v1/me/", HTTP_HOST="evil.example"), 400, "bad_request")


def test_a_session_without_its_csrf_token_may_not_write(world):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(world.coordinator)
    answer = client.patch("/api/v1/me/", {"name": "Mallory"})
    problem(answer, 403, "permission_denied")


@pytest.mark.parametrize(("language", "words"), [("en", "There is no such thing"), ("lv", None)])
def test_people_read_their_own_language(api, language, words):
    detail = api.get("/api/v1/nothing/", HTTP_ACCEPT_LANGUAGE=language).json()["detail"]
    english = api.get("/api/v1/nothing/", HTTP_ACCEPT_LANGUAGE="en").json()["detail"]
    if words:
        assert detail.startswith(words)
    else:
        assert detail != english
