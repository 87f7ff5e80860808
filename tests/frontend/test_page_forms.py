"""Forms by a plain POST: they do it, or are shown again with what was typed and what is wrong (422)."""

import datetime

import pytest
from django.test import Client

from cocreation.kernel import clock
from community.models import Mail
from processes.models import Invitation, JoinRequest, Node, NodeStatus, Process, Role, Visibility
from tests.factories import processes as factory
from tests.frontend.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    made = factory.process(visibility=Visibility.OPEN_TO_JOIN)
    factory.branch(made)
    return made


@pytest.fixture
def coordinator(process):
    return signed_in(process.created_by)


def task_of(process) -> Node:
    return process.nodes.get(kind="task")


def test_process_is_created_from_a_template():
    client, template = signed_in(factory.person()), factory.template()
    data = {
        "title": "Public transport plan",
        "visibility": "open_to_comment",
        "language": "en",
        "template": str(template.pk),
    }

    response = client.post("/processes/new/", data)

    made = Process.objects.get()
    assert response.url == f"/processes/{made.pk}/"
    assert made.nodes.filter(kind="task").count() == 4
    assert client.get(response.url).status_code == 200


def test_process_form_keeps_what_was_typed():
    client = signed_in(factory.person())
    long_title = "x" * 10_000

    for data in ({"summary": "Kept words"}, {"title": long_title, "summary": "Kept words"}):
        response = client.post(
            "/processes/new/", {"visibility": "private", "language": "en", **data}
        )
        assert response.status_code == 422
        assert "Kept words" in response.content.decode()
    assert not Process.objects.exists()


def test_task_status_is_set_in_place(process, coordinator):
    task = task_of(process)
    path = f"/processes/{process.pk}/nodes/{task.pk}/status/"

    part = coordinator.post(path, {"status": "finished"}, headers={"HX-Request": "true"})
    plain = coordinator.post(path, {"status": "in_progress", "next": "https://evil.example/"})

    assert "<html" not in part.content.decode()
    assert plain.url == f"/processes/{process.pk}/"
    task.refresh_from_db()
    assert task.status == NodeStatus.IN_PROGRESS


def test_task_status_denied_to_a_commenter(process):
    client = signed_in(factory.member(process, Role.COMMENTER))
    task = task_of(process)

    response = client.post(
        f"/processes/{process.pk}/nodes/{task.pk}/status/", {"status": "finished"}
    )

    assert response.status_code == 403
    task.refresh_from_db()
    assert task.status == NodeStatus.AWAITING


def test_plan_is_changed_by_plain_forms(process, coordinator):
    base = f"/processes/{process.pk}/nodes"
    objective = process.nodes.get(kind="objective")

    coordinator.post(f"{base}/new/?parent={objective.pk}", {"title": "Legal check"})
    task = process.nodes.get(title="Legal check")
    coordinator.post(
        f"{base}/{task.pk}/edit/", {"title": "Legal review", "revision": task.revision}
    )
    coordinator.post(f"{base}/{task.pk}/move/", {"direction": "up"})
    coordinator.post(f"{base}/{task.pk}/disable/")

    task.refresh_from_db()
    assert (task.title, task.order) == ("Legal review", 0)
    assert task.disabled_at is not None
    coordinator.post(f"{base}/{task.pk}/disable/")
    task.refresh_from_db()
    assert task.disabled_at is None


def test_node_form_shows_what_is_wrong(process, coordinator):
    task = task_of(process)
    today = clock.today()
    data = {
        "title": "Kept title",
        "starts_on": today.isoformat(),
        "ends_on": (today - datetime.timedelta(days=3)).isoformat(),
        "revision": task.revision,
    }

    response = coordinator.post(f"/processes/{process.pk}/nodes/{task.pk}/edit/", data)

    assert response.status_code == 422
    assert "Kept title" in response.content.decode()


def test_prerequisites_that_wait_for_each_other_are_refused(process, coordinator):
    objective = process.nodes.get(kind="objective")
    base = f"/processes/{process.pk}/nodes"
    coordinator.post(f"{base}/new/?parent={objective.pk}", {"title": "Second"})
    first, second = task_of_two(process)
    coordinator.post(f"{base}/{second.pk}/after/", {"requires": str(first.pk), "kind": "blocks"})

    response = coordinator.post(
        f"{base}/{first.pk}/after/", {"requires": str(second.pk), "kind": "advice"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "«Task 1» → «Second» → «Task 1»" in page or "«Second» → «Task 1» → «Second»" in page


def task_of_two(process):
    return list(process.nodes.filter(kind="task").order_by("order"))


def test_invitation_is_sent_and_accepted_in_two_clicks(process, coordinator):
    path = f"/processes/{process.pk}/invite/"
    coordinator.post(path, {"email": "ngo@example.org", "role": "coauthor", "message": "Come!"})
    link = _link_in_mail("/invitations/")
    stranger = Client()

    page = stranger.get(link)
    assert page.status_code == 200
    assert not Invitation.objects.get().accepted_at
    response = stranger.post(link)

    assert response.url == f"/processes/{process.pk}/"
    assert b"Co-author" in stranger.get(response.url).content
    again = Client().get(link)
    assert again.status_code == 410


def _link_in_mail(part: str) -> str:
    text = Mail.objects.latest("created_at").text
    start = text.index(part)
    return text[start:].split()[0]


def test_unknown_invitation_is_not_found():
    assert Client().get("/invitations/nonsense/").status_code == 404


def test_invitation_form_keeps_what_was_typed(process, coordinator):
    response = coordinator.post(
        f"/processes/{process.pk}/invite/", {"email": "no", "role": "coauthor", "message": "Kept"}
    )

    assert response.status_code == 422
    assert "Kept" in response.content.decode()


def test_request_to_join_is_made_and_accepted(process, coordinator):
    person = factory.person("Newcomer")
    client = signed_in(person)

    empty = client.post(f"/processes/{process.pk}/join/", {"reason": " "})
    client.post(f"/processes/{process.pk}/join/", {"reason": "I know the roads"})
    asked = JoinRequest.objects.get()
    assert empty.status_code == 422
    assert (
        "I know the roads" in coordinator.get(f"/processes/{process.pk}/people/").content.decode()
    )
    coordinator.post(f"/join-requests/{asked.pk}/", {"accept": "1", "role": "coauthor"})

    assert "Your role" in client.get(f"/processes/{process.pk}/").content.decode()


def test_last_coordinator_cannot_leave(process, coordinator):
    row = process.roles.get(user=process.created_by)

    response = coordinator.post(f"/roles/{row.pk}/revoke/")

    assert response.status_code == 409
    assert process.roles.filter(pk=row.pk).exists()


def test_document_is_started_and_a_link_added(process, coordinator):
    task = task_of(process)
    base = f"/processes/{process.pk}/tasks/{task.pk}"

    started = coordinator.post(f"{base}/documents/", {"title": "The plan"})
    coordinator.post(f"{base}/links/", {"url": "https://example.org/law", "title": "The law"})
    bad = coordinator.post(f"{base}/links/", {"url": "javascript:alert(1)", "title": "Kept title"})

    assert started.url.startswith("/documents/")
    html = coordinator.get(f"{base}/").content.decode()
    assert "The plan" in html
    assert "The law" in html
    assert bad.status_code == 422
    assert "Kept title" in bad.content.decode()


def test_word_import_that_is_no_word_file_is_refused_with_its_form(process, coordinator):
    from django.core.files.uploadedfile import SimpleUploadedFile

    task = task_of(process)
    upload = SimpleUploadedFile("plan.docx", b"this is no zip")

    response = coordinator.post(
        f"/processes/{process.pk}/tasks/{task.pk}/import/", {"file": upload, "title": "Kept title"}
    )

    assert response.status_code == 422
    assert "Kept title" in response.content.decode()


def test_finished_process_can_be_read_but_not_changed(process, coordinator):
    task = task_of(process)
    coordinator.post(f"/processes/{process.pk}/finish/")

    assert coordinator.get(f"/processes/{process.pk}/").status_code == 200
    response = coordinator.post(
        f"/processes/{process.pk}/nodes/{task.pk}/status/", {"status": "finished"}
    )
    assert response.status_code == 403
    assert "finished" in response.content.decode()
