"""Exporting and importing through the pages and through REST, and who may not."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict
from community.models import Activity, BackgroundWork
from processes.models import Process, Role
from processes.services import archives
from processes.services.assets import asset_file_create
from tests.factories import processes as factory
from tests.factories.archives import rich_process

_BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Run jobs as a commit would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, _BACKEND)
    return client


def exported(client: Client, process: Process, commit) -> BackgroundWork:
    with commit():
        answer = client.post(f"/processes/{process.pk}/export/")
    work = BackgroundWork.objects.get(kind="process.export")
    assert answer["Location"] == f"/works/{work.pk}/"
    return work


def sent_in(client: Client, data: bytes, commit) -> BackgroundWork:
    upload = SimpleUploadedFile("a.zip", data)
    with commit():
        answer = client.post("/processes/import/", {"file": upload})
    work = BackgroundWork.objects.filter(kind="process.archive_check").latest("created_at")
    assert answer["Location"] == f"/works/{work.pk}/"
    return work


def test_a_coordinator_exports_looks_over_and_imports_on_the_pages(commit):
    process = rich_process(1)
    client = client_of(process.created_by)
    page = client.get(f"/processes/{process.pk}/export/").content.decode()
    assert "e-mail addresses" in page
    work = exported(client, process, commit)
    assert Activity.objects.filter(verb="process.exported", process_id=process.pk).exists()
    assert f"/works/{work.pk}/file/" in client.get(f"/works/{work.pk}/").content.decode()
    answer = client.get(f"/works/{work.pk}/file/")
    assert answer["Content-Disposition"].startswith("attachment")
    data = b"".join(answer.streaming_content)
    checked = sent_in(client, data, commit)
    shown = client.get(f"/works/{checked.pk}/").content.decode()
    assert process.title in shown
    assert "parts of the plan" in shown
    assert Process.objects.count() == 1
    with commit():
        client.post(f"/processes/import/{checked.pk}/")
    done = BackgroundWork.objects.get(kind="process.import")
    assert done.state == "done", done.error
    made = Process.objects.exclude(pk=process.pk).get()
    assert done.result_url == f"/processes/{made.pk}/"
    for tab in ("", "texts/", "people/", "timeline/", "activity/"):
        assert client.get(f"/processes/{made.pk}/{tab}").status_code == 200
    for document in made.documents.all():
        assert client.get(f"/documents/{document.pk}/").status_code == 200
    task = made.nodes.filter(kind="task").order_by("created_at").first()
    assert client.get(f"/processes/{made.pk}/tasks/{task.pk}/").status_code == 200


def test_a_bad_file_is_answered_with_a_sentence_and_cannot_be_imported(commit):
    client = client_of(factory.person())
    checked = sent_in(client, b"not a zip", commit)
    assert (checked.state, checked.error_code) == ("failed", "archive_not_a_zip")
    assert "no ZIP file" in client.get(f"/works/{checked.pk}/").content.decode()
    assert client.post(f"/processes/import/{checked.pk}/").status_code == 409
    upload = SimpleUploadedFile("a.zip", b"")
    assert client.post("/processes/import/", {"file": upload}).status_code == 422


def test_a_check_that_was_removed_meanwhile_begins_no_import():
    checked = BackgroundWork.objects.create(
        owner=factory.person(),
        kind=archives.CHECK,
        state="done",
        upload="gone.zip",
        expires_at=clock.now() + datetime.timedelta(days=1),
    )
    BackgroundWork.objects.filter(pk=checked.pk).delete()
    with pytest.raises(Conflict):
        archives.import_request(actor=checked.owner, checked=checked)
    assert not BackgroundWork.objects.exists()


def test_only_coordinators_export(commit):
    process = factory.process(visibility="public")
    for role in (Role.FACILITATOR, Role.COAUTHOR, Role.OBSERVER):
        member = client_of(factory.member(process, role))
        assert member.get(f"/processes/{process.pk}/export/").status_code == 403
        assert member.post(f"/processes/{process.pk}/export/").status_code == 403
    assert client_of(factory.person()).post(f"/processes/{process.pk}/export/").status_code == 403
    assert not BackgroundWork.objects.exists()


def test_nobody_sees_the_work_of_others(commit):
    process = factory.process()
    work = exported(client_of(process.created_by), process, commit)
    for path in ("", "file/"):
        assert client_of(factory.person()).get(f"/works/{work.pk}/{path}").status_code == 404
    assert client_of(factory.person()).post(f"/works/{work.pk}/cancel/").status_code == 404


def test_work_under_way_is_watched_and_called_off():
    process = factory.process()
    client = client_of(process.created_by)
    client.post(f"/processes/{process.pk}/export/")
    work = BackgroundWork.objects.get()
    page = client.get(f"/works/{work.pk}/").content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    part = client.get(f"/works/{work.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    client.post(f"/works/{work.pk}/cancel/")
    work.refresh_from_db()
    assert work.state == "cancelled"
    assert "every 1s" not in client.get(f"/works/{work.pk}/").content.decode()


def test_programs_export_and_import(commit):
    process = factory.process(title="Night buses")
    factory.branch(process)
    api = APIClient()
    api.force_authenticate(process.created_by)
    with commit():
        work = api.post(f"/api/v1/processes/{process.pk}/export/")
    assert work.status_code == 202
    work = api.get(f"/api/v1/background-works/{work.json()['id']}/").json()
    assert (work["state"], work["has_file"]) == ("done", True)
    data = b"".join(api.get(f"/api/v1/background-works/{work['id']}/file/").streaming_content)
    with commit():
        upload = SimpleUploadedFile("a.zip", data)
        checked = api.post("/api/v1/process-archives/", {"file": upload}, format="multipart")
    assert checked.status_code == 202
    with commit():
        done = api.post(f"/api/v1/process-archives/{checked.json()['id']}/import/", {})
    assert done.status_code == 202
    made = api.get(f"/api/v1/background-works/{done.json()['id']}/").json()
    assert made["state"] == "done", made
    assert Process.objects.filter(title="Night buses").count() == 2
    denied = api.post(
        f"/api/v1/process-archives/{checked.json()['id']}/import/", {"with_people": True}
    )
    assert (denied.status_code, denied.json()["code"]) == (403, "operators_only")
    assert api.get("/api/v1/background-works/").json()["count"] == 3
    stranger = APIClient()
    stranger.force_authenticate(factory.person())
    assert stranger.get(f"/api/v1/background-works/{work['id']}/").status_code == 404
    assert stranger.post(f"/api/v1/processes/{process.pk}/export/").status_code == 404


def test_what_ran_is_listed_with_its_size_and_removed(commit):
    process = factory.process(title="Night buses")
    client, stranger = client_of(process.created_by), client_of(factory.person("Stranger"))
    assert "Nothing was done in the background" in client.get("/works/").content.decode()
    work = exported(client, process, commit)
    page = client.get("/works/").content.decode()
    assert "Exporting a process: Night buses" in page
    assert f"/works/{work.pk}/file/" in page
    assert str(work.pk) not in stranger.get("/works/").content.decode()
    assert stranger.post(f"/works/{work.pk}/remove/").status_code == 404
    api = APIClient()
    api.force_authenticate(process.created_by)
    [row] = api.get("/api/v1/background-works/").json()["results"]
    assert row["size_bytes"] == work.file.size
    assert client.post(f"/works/{work.pk}/remove/")["Location"] == "/works/"
    assert api.delete(f"/api/v1/background-works/{work.pk}/").status_code == 404
    with commit():
        work = BackgroundWork.objects.get(
            pk=api.post(f"/api/v1/processes/{process.pk}/export/").json()["id"]
        )
    assert api.delete(f"/api/v1/background-works/{work.pk}/").status_code == 204
    assert not BackgroundWork.objects.exists()


def test_a_file_too_large_to_come_back_says_so_before_and_after(commit, settings):
    settings.ARCHIVE_MAX_BYTES = 1_000
    process = factory.process()
    client = client_of(process.created_by)
    page = f"/processes/{process.pk}/export/"
    assert "ARCHIVE_MAX_BYTES" not in client.get(page).content.decode()
    task = factory.branch(process)[2][0]
    upload = SimpleUploadedFile("a.txt", b"words " * 200)
    asset_file_create(actor=process.created_by, task=task, upload=upload)
    assert "ARCHIVE_MAX_BYTES" in client.get(page).content.decode()
    work = exported(client, process, commit)
    assert work.report["too_large"] == {"setting": "ARCHIVE_MAX_BYTES", "limit": 1000}
    assert "ARCHIVE_MAX_BYTES" in client.get(f"/works/{work.pk}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_with_real_transactions_too_an_import_is_all_or_nothing(monkeypatch):
    process = rich_process(2)
    client = client_of(process.created_by)
    client.post(f"/processes/{process.pk}/export/")
    work = BackgroundWork.objects.get()
    assert work.state == "done", work.error
    data = b"".join(client.get(f"/works/{work.pk}/file/").streaming_content)
    client.post("/processes/import/", {"file": SimpleUploadedFile("a.zip", data)})
    checked = BackgroundWork.objects.get(kind="process.archive_check")
    assert checked.state == "done", checked.error
    with monkeypatch.context() as patched:
        patched.setattr(archives, "grants_sync", lambda process: 1 / 0)
        client.post(f"/processes/import/{checked.pk}/")
    failed = BackgroundWork.objects.get(kind="process.import")
    assert (failed.state, failed.error_code) == ("failed", "broken")
    assert Process.objects.count() == 1
    client.post(f"/processes/import/{checked.pk}/")
    assert BackgroundWork.objects.filter(kind="process.import", state="done").count() == 1
    assert Process.objects.count() == 2
