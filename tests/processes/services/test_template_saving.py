"""A template out of a process: the plan without people; a draft of whoever made it."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cocreation.kernel.errors import Invalid, NotFound
from documents.selectors.texts import document_content
from interlinkers.models import ProcessTemplate
from interlinkers.selectors import template_get, templates_list
from interlinkers.services.publishing import templates_publish
from processes.models import Asset, Prerequisite, Process, Role
from processes.services.processes import process_create
from processes.services.template_saving import template_save
from tests.factories import community as community_factory
from tests.factories import processes as factory
from tests.factories.archives import rich_process
from tests.processes.services.test_copying import PLAN, plan

_BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db


def without_origin(rows: list) -> list:
    """A process made from the template came from another node of a template."""
    place = PLAN.index("template_node_id")
    return [(*row[:place], *row[place + 1 :]) for row in rows]


def test_a_process_made_from_the_template_has_the_same_plan():
    source = rich_process(1)
    template = template_save(actor=source.created_by, process=source, name="Our way")
    made = process_create(
        actor=source.created_by, title="Again", language=source.language, template=template
    )
    assert without_origin(plan(made)) == without_origin(plan(source))

    def ties(process: Process) -> list:
        rows = Prerequisite.objects.filter(node__process=process, node__disabled_at=None)
        return sorted((tie.node.title, tie.requires.title, tie.kind) for tie in rows)

    assert ties(made) == ties(source)
    assert ties(made)
    task = made.nodes.filter(problem_profiles__isnull=False).get()
    old = source.nodes.filter(problem_profiles__isnull=False).get()
    assert set(task.problem_profiles.all()) == set(old.problem_profiles.all())
    assert (
        task.template_node.interlinkers.exists() == old.assets.filter(kind="interlinker").exists()
    )
    lengths = {
        row.title: (row.ends_on - row.starts_on).days + 1
        for row in source.nodes.exclude(starts_on=None)
    }
    for node in template.nodes.exclude(duration_days=None):
        assert lengths[node.text("name")] == node.duration_days


def test_a_draft_is_its_makers_and_their_organisations_until_it_is_published():
    source = rich_process(1)
    template = template_save(actor=source.created_by, process=source, name="Our way")
    colleague = community_factory.user()
    community_factory.membership(source.organisation, colleague)
    stranger = community_factory.user()
    for user in (source.created_by, colleague, community_factory.operator()):
        assert template_get(template.pk, user=user) == template
    for user in (stranger, None):
        with pytest.raises(NotFound):
            template_get(template.pk, user=user)
        assert template not in templates_list(user=user)
    assert Client().get(f"/templates/{template.pk}/").status_code == 404
    templates_publish(actor=community_factory.operator(), ids=[template.pk], is_published=True)
    assert template_get(template.pk) == template


def test_chosen_texts_are_there_to_start_from():
    source = rich_process(2)
    asset = Asset.objects.get(kind="document")
    template = template_save(
        actor=source.created_by, process=source, name="Our way", texts=[asset.pk]
    )
    made = process_create(
        actor=source.created_by, title="Again", language=source.language, template=template
    )
    [task] = [row for row in made.nodes.filter(kind="task") if row.template_node.document]
    client = Client()
    client.force_login(source.created_by, _BACKEND)
    page = client.get(f"/processes/{made.pk}/tasks/{task.pk}/").content.decode()
    assert "Start from the template’s text" in page
    client.post(
        f"/processes/{made.pk}/tasks/{task.pk}/documents/",
        {"title": "Ours", "from_template": "1"},
    )
    document = made.documents.get()
    assert "slowly" in str(document_content(document)[0])


def test_only_coordinators_save_a_template_and_it_has_a_name():
    process = factory.process(visibility="public")
    factory.branch(process)
    for user in (factory.member(process, Role.FACILITATOR), factory.person()):
        client = Client()
        client.force_login(user, _BACKEND)
        assert client.post(f"/processes/{process.pk}/template/", {"name": "X"}).status_code == 403
    with pytest.raises(Invalid):
        template_save(actor=process.created_by, process=process, name=" ")
    assert not ProcessTemplate.objects.exists()
    client = Client()
    client.force_login(process.created_by, _BACKEND)
    answer = client.post(f"/processes/{process.pk}/template/", {"name": "X"}, follow=True)
    assert "A draft" in answer.content.decode()
    page = client.get("/processes/new/").content.decode()
    assert str(ProcessTemplate.objects.get().pk) in page


def test_programs_save_a_template():
    process = factory.process()
    factory.branch(process)
    api = APIClient()
    api.force_authenticate(process.created_by)
    made = api.post(f"/api/v1/processes/{process.pk}/template/", {"name": "Ours"})
    assert (made.status_code, made.json()["is_published"]) == (201, False)
    body = {"title": "New", "language": "en", "template": made.json()["id"]}
    assert api.post("/api/v1/processes/", body).status_code == 201
    stranger = APIClient()
    stranger.force_authenticate(factory.person())
    assert stranger.post("/api/v1/processes/", body).status_code == 422
    assert (
        stranger.post(f"/api/v1/processes/{process.pk}/template/", {"name": "X"}).status_code == 404
    )
