"""Who writes the text of a task: said by whoever made the template, until it is published."""

import pytest
from rest_framework.test import APIClient

from community.models import Activity
from interlinkers.services.publishing import templates_publish
from processes.services.assets import asset_document_create
from processes.services.template_saving import template_save
from tests.factories import community as community_factory
from tests.factories import processes as factory
from tests.frontend.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def template():
    process = factory.process()
    task = factory.branch(process, tasks=2)[2][0]
    asset_document_create(
        actor=process.created_by, task=task, title="Rules", start={"kind": "empty"}
    )
    return template_save(actor=process.created_by, process=process, name="Ours")


@pytest.fixture
def node(template):
    return template.nodes.exclude(document={}).get()


def test_its_maker_says_it_and_the_page_shows_it(template, node):
    client = signed_in(template.created_by)
    url = f"/templates/tasks/{node.pk}/roles/"
    assert url in client.get(f"/templates/{template.pk}/").content.decode()
    page = client.post(url, {"nonprofit": "coauthor", "citizens": ""}, follow=True)
    assert "Non-profit organisation: Co-author" in page.content.decode()
    node.refresh_from_db()
    assert node.roles == {"nonprofit": "coauthor"}
    assert Activity.objects.filter(verb="process_template.edited").count() == 1
    assert 'value="coauthor" selected' in client.get(url).content.decode()
    refused = client.post(url, {"nonprofit": "coordinator"})
    assert refused.status_code == 422
    api = APIClient()
    api.force_authenticate(template.created_by)
    made = api.put(f"/api/v1/template-tasks/{node.pk}/roles/", {"citizens": "observer"})
    assert made.json() == {"citizens": "observer"}
    bad = api.put(f"/api/v1/template-tasks/{node.pk}/roles/", {"citizens": "coordinator"})
    assert bad.status_code == 400
    node.refresh_from_db()
    assert node.roles == {"citizens": "observer"}


def test_nobody_else_changes_it_nor_its_maker_once_it_is_published(template, node):
    operator = community_factory.operator()
    url = f"/templates/tasks/{node.pk}/roles/"
    body = {"nonprofit": "observer"}
    assert signed_in(factory.person()).post(url, body).status_code == 404
    assert signed_in(operator).post(url, body).status_code == 403
    other = template.nodes.filter(kind="task", document={}).first()
    own = signed_in(template.created_by)
    assert own.post(f"/templates/tasks/{other.pk}/roles/", body).status_code == 404
    templates_publish(actor=operator, ids=[template.pk], is_published=True)
    assert own.post(url, body).status_code == 403
    assert url not in own.get(f"/templates/{template.pk}/").content.decode()
    node.refresh_from_db()
    assert node.roles == {}
