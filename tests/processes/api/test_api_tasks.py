"""REST: tasks and what they hold."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from interlinkers.models import Interlinker, InterlinkerTranslation, ProblemProfile
from processes.models import Asset, Role
from tests.factories import processes as make
from tests.processes.api.test_api_processes import problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return make.process(visibility="public")


@pytest.fixture
def task(process):
    return make.branch(process)[2][0]


@pytest.fixture
def url(task):
    return f"/api/v1/tasks/{task.pk}/"


@pytest.fixture
def tool():
    made = Interlinker.objects.create(source="test", external_id="t", nature="knowledge")
    InterlinkerTranslation.objects.create(
        interlinker=made, language="en", name="Canvas", text="# Canvas\n\nWhy?"
    )
    return made


def test_a_task_is_shown_with_everything(as_user, task, url):
    body = as_user().get(url).json()
    assert (body["title"], body["assets"], body["assignments"]) == ("Task 1", [], [])
    assert body["suggestion"] is None
    assert body["abilities"]["document_read"]
    problem(as_user().get(f"/api/v1/tasks/{task.parent_id}/"), 404, "not_found")


def test_the_status_is_set_by_leaders_and_by_who_does_the_task(as_user, process, url):
    coauthor = make.member(process, Role.COAUTHOR)
    problem(as_user(coauthor).post(f"{url}status/", {"status": "finished"}), 403, "role")
    client = as_user(process.created_by)
    given = client.post(f"{url}assign/", {"user": coauthor.pk})
    assert given.status_code == 201
    assert as_user(coauthor).post(f"{url}status/", {"status": "finished"}).json()["status"] == (
        "finished"
    )
    problem(client.post(f"{url}status/", {"status": "nearly"}), 400, "invalid")
    problem(as_user(coauthor).delete(f"{url}assignments/{given.json()['id']}/"), 403, "role")
    assert client.delete(f"{url}assignments/{given.json()['id']}/").status_code == 204
    problem(client.delete(f"{url}assignments/{given.json()['id']}/"), 404, "not_found")


def test_tasks_are_given_by_leaders_to_people_who_take_part(as_user, process, url):
    coauthor = make.member(process, Role.COAUTHOR)
    problem(as_user(coauthor).post(f"{url}assign/", {"user": coauthor.pk}), 403, "role")
    client = as_user(process.created_by)
    problem(client.post(f"{url}assign/", {"user": make.person().pk}), 404, "not_found")
    problem(client.post(f"{url}assign/", {}), 422, "missing")


def test_a_document_is_started_empty(as_user, process, url):
    client = as_user(make.member(process, Role.COAUTHOR))
    made = client.post(f"{url}assets/", {"kind": "document", "title": "Plan", "start": "empty"})
    assert made.status_code == 201, made.content
    body = made.json()
    assert body["kind"] == "document"
    assert body["document"]["title"] == "Plan"
    assert client.get(f"/api/v1/documents/{body['document']['id']}/").status_code == 200
    assert body["abilities"] == {
        "document_read": True,
        "document_write": True,
        "asset_edit": True,
    }


def test_a_document_is_started_from_an_interlinker(as_user, process, url, tool):
    body = {"kind": "document", "title": "Plan", "start": "interlinker", "interlinker": tool.pk}
    made = as_user(process.created_by).post(f"{url}assets/", body)
    assert made.status_code == 201, made.content
    text = as_user().get(f"/api/v1/documents/{made.json()['document']['id']}/markdown/")
    assert "Why?" in text.json()["markdown"]


def test_links_and_interlinkers_are_put_into_a_task(as_user, process, url, tool):
    client = as_user(process.created_by)
    link = client.post(f"{url}assets/", {"kind": "link", "url": "https://example.org"}).json()
    assert (link["title"], link["url"], link["document"]) == (
        "example.org",
        "https://example.org",
        None,
    )
    chosen = client.post(f"{url}assets/", {"kind": "interlinker", "interlinker": tool.pk}).json()
    assert (chosen["title"], chosen["interlinker"]) == ("Canvas", str(tool.pk))
    assert as_user().get(f"{url}assets/").json()["count"] == 2


def test_a_file_is_kept_and_given_back_as_an_attachment(as_user, process, url):
    client = as_user(process.created_by)
    upload = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 ...")
    made = client.post(f"{url}assets/", {"kind": "file", "file": upload}, format="multipart")
    assert made.status_code == 201, made.content
    answer = as_user().get(f"/api/v1/assets/{made.json()['id']}/file/")
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 ..."
    bad = SimpleUploadedFile("plan.pdf", b"<html>")
    answer = client.post(f"{url}assets/", {"kind": "file", "file": bad}, format="multipart")
    assert "file" in problem(answer, 422, "file_type")["fields"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "spell"}, "kind"),
        ({"kind": "link"}, "url"),
        ({"kind": "file"}, "file"),
        ({"kind": "file", "file": "text"}, "file"),
        ({"kind": "interlinker"}, "interlinker"),
        ({"kind": "document"}, "title"),
        ({"kind": "document", "title": "T", "start": "docx"}, "file"),
        ({"kind": "document", "title": "T", "start": "magic"}, "start"),
        ({"kind": "link", "url": "javascript:alert(1)"}, "url"),
        ({"kind": "interlinker", "interlinker": "0" * 32}, "interlinker"),
    ],
)
def test_bad_input_names_the_field_and_keeps_nothing(as_user, process, url, body, field):
    answer = as_user(process.created_by).post(f"{url}assets/", body)
    assert answer.status_code in (400, 422), answer.content
    assert field in answer.json()["fields"]
    assert not Asset.objects.exists()


def test_a_list_instead_of_an_object_is_refused(as_user, process, url):
    answer = as_user(process.created_by).post(f"{url}assets/", [1, 2])
    assert answer.status_code == 400


@pytest.mark.parametrize("role", [Role.COMMENTER, Role.OBSERVER])
def test_readers_put_nothing_into_a_task(as_user, process, url, role):
    client = as_user(make.member(process, role))
    body = {"kind": "link", "url": "https://example.org"}
    problem(client.post(f"{url}assets/", body), 403, "role")
    problem(client.post(f"{url}assets/", {"kind": "document", "title": "T"}), 403, "role")
    problem(as_user().post(f"{url}assets/", body), 401, "not_authenticated")
    assert not Asset.objects.exists()


def test_one_asset_is_changed_removed_and_restored_by_who_added_it(as_user, process, url):
    client = as_user(make.member(process, Role.COAUTHOR))
    other = as_user(make.member(process, Role.COAUTHOR))
    made = client.post(f"{url}assets/", {"kind": "link", "url": "https://example.org"}).json()
    one = f"/api/v1/assets/{made['id']}/"
    assert client.patch(one, {"title": "Law"}).json()["title"] == "Law"
    problem(other.patch(one, {"title": "X"}), 403, "role")
    problem(other.delete(one), 403, "role")
    assert client.delete(one).status_code == 204
    problem(other.get(one), 404, "not_found")
    problem(other.post(f"{one}restore/"), 404, "not_found")
    assert client.post(f"{one}restore/").json()["removed_at"] is None
    assert other.get(one).status_code == 200


def test_recommendations_come_ranked_with_reasons(as_user, task, url, tool):
    profile = ProblemProfile.objects.create(source="test", external_id="p")
    tool.problem_profiles.add(profile)
    task.problem_profiles.add(profile)
    [found] = as_user().get(f"{url}recommendations/").json()
    assert found["interlinker"] == {"id": str(tool.pk), "name": "Canvas"}
    assert found["reasons"]


@pytest.mark.parametrize("number", [1, 50])
def test_assets_cost_the_same_for_1_and_50(
    as_user, task, url, number, django_assert_max_num_queries
):
    user = make.member(task.process, Role.COAUTHOR)
    for n in range(number):
        task.assets.create(kind="link", title=str(n), url="https://example.org", created_by=user)
    client = as_user(user)
    with django_assert_max_num_queries(7):
        assert len(client.get(f"{url}assets/?page_size=100").json()["results"]) == number
    with django_assert_max_num_queries(14):
        client.get(url)
