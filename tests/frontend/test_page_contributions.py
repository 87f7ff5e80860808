"""The pages of the contribution record: one's own, shares of groups, points, certificates."""

import pytest
from django.test import Client

from processes.models import Role, Visibility
from processes.paths import certificate_path
from processes.selectors.contributions import certificates_of
from processes.services.tasks import task_assign, task_status_set
from tests.factories import documents as text_factory
from tests.factories import processes as factory
from tests.frontend.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return factory.process(visibility=Visibility.PUBLIC)


def test_my_record_a_certificate_its_page_for_others_and_its_end(process):
    anna = factory.member(process, Role.COMMENTER, name="Anna Ķirse")
    client, path = signed_in(anna), f"/processes/{process.pk}/contribution/"
    assert "Nothing of yours yet" in client.get(path).content.decode()
    assert Client().get(path).status_code == 302
    document = text_factory.document(process=process, actor=process.created_by)
    text_factory.thread(document, actor=anna)
    page = client.get(path).content.decode()
    assert "are being counted" in page
    assert "Comments written" in page
    assert "Publish shares" not in page
    client.post(f"{path}certificate/")
    certificate = certificates_of(anna).get()
    address = certificate_path(certificate)
    assert f'href="{address}"' in client.get(path).content.decode()
    assert client.get(f"/certificates/{certificate.pk}/pdf/").content.startswith(b"%PDF")
    shown = Client().get(address)
    assert "Anna Ķirse" in shown.content.decode()
    assert shown["X-Robots-Tag"] == "noindex"
    other = signed_in(process.created_by)
    assert other.get(f"/certificates/{certificate.pk}/pdf/").status_code == 404
    assert other.post(f"/certificates/{certificate.pk}/withdraw/").status_code == 404
    client.post(f"/certificates/{certificate.pk}/withdraw/")
    gone = Client().get(address)
    assert gone.status_code == 404
    assert "No certificate is valid under this code" in gone.content.decode()
    assert "No certificates yet" in client.get("/certificates/").content.decode()


def test_shares_are_read_by_everybody_and_published_by_coordinators(process):
    path = f"/processes/{process.pk}/contribution/groups/"
    assert "have not published" in Client().get(path).content.decode()
    reader = signed_in(factory.member(process, Role.COAUTHOR))
    assert reader.post(f"{path}publish/").status_code == 403
    coordinator = signed_in(process.created_by)
    answer = coordinator.post(f"{path}publish/", follow=True)
    assert "No group has five people" in answer.content.decode()
    document = text_factory.document(process=process, actor=process.created_by)
    people = [factory.member(process, Role.COMMENTER) for _one in range(6)]
    factory.team(process, *people[:5])
    text_factory.thread(document, actor=people[5])
    for person in people[:5]:
        text_factory.thread(document, actor=person)
    for person in [factory.member(process, Role.COMMENTER) for _one in range(4)]:
        text_factory.thread(document, actor=person)
    coordinator.post(f"{path}publish/")
    page = Client().get(path).content.decode()
    assert "Citizens" in page
    assert "about 50%" in page
    assert reader.post(f"{path}withdraw/").status_code == 403
    coordinator.post(f"{path}withdraw/")
    assert "about 50%" not in Client().get(path).content.decode()


def test_points_are_seen_when_a_coordinator_turned_them_on(process):
    anna = factory.member(process, Role.COAUTHOR, name="Anna")
    _phase, _objective, (task,) = factory.branch(process)
    coordinator, client = signed_in(process.created_by), signed_in(anna)
    record, settings = (f"/processes/{process.pk}/contribution/{part}" for part in ("", "points/"))
    page = f"/processes/{process.pk}/tasks/{task.pk}/"
    assert "How much work is it?" not in coordinator.get(page).content.decode()
    assert client.get(settings).status_code == 403
    assert coordinator.post(settings, {"has_points": "on"}).status_code == 422
    coordinator.post(settings, {"has_points": "on", "points_reason": "A tree for each."})
    assert "How much work is it?" in coordinator.get(page).content.decode()
    assert client.post(f"{page}complexity/", {"complexity": "3"}).status_code == 403
    coordinator.post(f"{page}complexity/", {"complexity": "3"})
    assert "3 points when it is finished" in client.get(page).content.decode()
    task_assign(actor=process.created_by, task=task, user=anna)
    task_status_set(actor=process.created_by, task=task, status="finished")
    mine = client.get(record).content.decode()
    assert "A tree for each." in mine
    assert "Nobody, not even coordinators, sees" not in mine
    assert "A tree for each." not in signed_in(factory.person()).get(record).content.decode()
    coordinator.post(settings, {})
    assert "A tree for each." not in client.get(record).content.decode()
