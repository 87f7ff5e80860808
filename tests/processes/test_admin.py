"""Operators' view: everything to look at, a coordinator to appoint."""

import pytest
from django.urls import reverse

from cocreation.kernel.errors import Forbidden
from community.models import Activity
from processes.models import ProcessRole, Role
from processes.permissions import role_of
from processes.services import stories
from processes.services.processes import process_finish
from tests.factories import processes as make

pytestmark = pytest.mark.django_db
LISTS = ["process", "processrole", "team", "node", "asset", "invitation", "joinrequest"]


@pytest.fixture
def operator(client):
    user = make.person("Operator", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize("name", LISTS)
def test_every_list_and_row_opens(client, operator, name):
    process = make.process(template=make.template(phases=1, tasks=1))
    task = process.nodes.get(kind="task")
    task.assets.create(kind="link", title="L", url="https://example.org")
    make.team(process, operator)
    process.invitations.create(
        email="a@example.org", role="observer", digest="secret-digest", expires_at=task.created_at
    )
    process.join_requests.create(user=operator, reason="!")
    answer = client.get(reverse(f"admin:processes_{name}_changelist"), {"q": "a"})
    assert answer.status_code == 200
    from django.apps import apps

    row = apps.get_model("processes", name).objects.first()
    page = client.get(reverse(f"admin:processes_{name}_change", args=[row.pk]))
    assert page.status_code == 200
    assert b"secret-digest" not in page.content


def test_an_operator_appoints_a_coordinator_and_the_log_says_so(client, operator):
    process, user = make.process(), make.person()
    url = reverse("admin:processes_processrole_add")
    body = {"process": process.pk, "user": user.pk, "role": Role.COORDINATOR}
    assert client.post(url, body).status_code == 302
    assert role_of(user, process) == Role.COORDINATOR
    assert Activity.objects.filter(actor=operator, verb="role.granted").exists()
    assert client.post(url, {"process": process.pk, "role": "observer"}).status_code == 200


def test_the_last_coordinator_is_kept_also_from_operators(client, operator):
    process = make.process()
    row = process.roles.get()
    url = reverse("admin:processes_processrole_delete", args=[row.pk])
    client.post(url, {"post": "yes"})
    assert ProcessRole.objects.filter(pk=row.pk).exists()


def test_processes_are_finished_and_reopened(client, operator):
    process = make.process()
    url = reverse("admin:processes_process_changelist")
    client.post(url, {"action": "finish", "_selected_action": [process.pk]})
    process.refresh_from_db()
    assert process.status == "finished"
    client.post(url, {"action": "reopen", "_selected_action": [process.pk]})
    process.refresh_from_db()
    assert process.status == "in_progress"


def test_others_do_not_get_in(client):
    client.force_login(make.person())
    assert client.get(reverse("admin:processes_process_changelist")).status_code == 302


def test_operators_look_at_stories_and_take_reviews_down(client, operator):
    process = make.process()
    process_finish(actor=process.created_by, process=process)
    story = stories.story_begin(actor=process.created_by, process=process)
    stories.story_update(
        actor=process.created_by, story=story, results="A law", lessons="Ask earlier"
    )
    story = stories.story_publish(actor=process.created_by, story=story)
    reader = make.person()
    review = stories.review_set(actor=reader, story=story, rating=1, body="Abuse")
    for name, row in (("story", story), ("storyreview", review)):
        assert client.get(reverse(f"admin:processes_{name}_changelist")).status_code == 200
        page = client.get(reverse(f"admin:processes_{name}_change", args=[row.pk]))
        assert page.status_code == 200
    with pytest.raises(Forbidden):
        stories.review_take_down(actor=process.created_by, review=review)
    client.post(
        reverse("admin:processes_storyreview_changelist"),
        {"action": "take_down", "_selected_action": [str(review.pk)]},
    )
    assert not story.reviews.exists()
    assert Activity.objects.filter(verb="story.review_removed").exists()
