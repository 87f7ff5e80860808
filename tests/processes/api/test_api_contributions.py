"""The contribution record by REST: one's own for oneself, shares for readers, a certificate for who has its code."""

import pytest

from processes.models import PublishedShares, Role, Visibility
from tests.factories import documents as text_factory
from tests.factories import processes as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return factory.process(visibility=Visibility.PUBLIC)


@pytest.fixture
def anna(process):
    anna = factory.member(process, Role.COMMENTER, name="Anna")
    text_factory.thread(
        text_factory.document(process=process, actor=process.created_by), actor=anna
    )
    return anna


def test_everybody_reads_their_own_record_and_nobody_without_an_account(process, anna, as_user):
    path = f"/api/v1/processes/{process.pk}/contribution/"
    numbers = {row["name"]: row["number"] for row in as_user(anna).get(path).json()["rows"]}
    assert numbers["comments"] == 1
    other = as_user(factory.person()).get(path).json()
    assert not any(row["number"] for row in other["rows"])
    assert as_user().get(path).status_code == 401
    # Archives of other sites may name zones that are not known here.
    type(process).objects.filter(pk=process.pk).update(time_zone="Mars/Phobos")
    assert as_user(anna).get(path).json()["first_on"]
    PublishedShares.objects.create(process=process, figures={"kinds": [], "published_at": 5})
    shares = as_user().get(f"/api/v1/processes/{process.pk}/contribution-shares/").json()
    assert shares["published_at"].startswith("20")


def test_a_certificate_is_its_owners_and_shown_to_who_has_the_code(process, anna, as_user):
    made = as_user(anna).post("/api/v1/certificates/", {"process": process.pk}, format="json")
    assert made.status_code == 201
    path = f"/api/v1/certificates/{made.json()['id']}/"
    pdf = as_user(anna).get(f"{path}pdf/")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    for who, status in ((process.created_by, 404), (None, 401)):
        assert as_user(who).get(path).status_code == status
        assert as_user(who).get(f"{path}pdf/").status_code == status
        assert as_user(who).delete(path).status_code == status
    check = f"/api/v1/certificates/check/{made.json()['code']}/"
    shown = as_user().get(check).json()
    assert set(shown) == {"code", "language", "content", "created_at"}
    assert shown["content"]["person"] == "Anna"
    assert len(as_user(anna).get("/api/v1/certificates/").json()) == 1
    assert as_user(anna).delete(path).status_code == 204
    assert as_user().get(check).status_code == 404
    assert as_user(anna).get("/api/v1/certificates/").json() == []


def test_publishing_and_points_are_for_coordinators(process, anna, as_user):
    base = f"/api/v1/processes/{process.pk}/"
    on = {"has_points": True, "points_reason": "A tree each."}
    task = process.nodes.get(kind="task")
    for who, status in ((anna, 403), (factory.member(process, Role.FACILITATOR), 403), (None, 401)):
        assert as_user(who).post(f"{base}contribution-shares/").status_code == status
        assert as_user(who).delete(f"{base}contribution-shares/").status_code == status
        answer = as_user(who).put(f"{base}points-settings/", on, format="json")
        assert answer.status_code == status
    coordinator = as_user(process.created_by)
    assert coordinator.post(f"{base}contribution-shares/").json()["code"] == "nothing_to_tell"
    assert as_user().get(f"{base}contribution-shares/").json() == {
        "published_at": None,
        "kinds": [],
    }
    assert as_user(anna).get(f"{base}points/").status_code == 404
    assert coordinator.put(f"{base}points-settings/", on, format="json").json() == on
    assert as_user(anna).get(f"{base}points/").json() == []
    path = f"/api/v1/tasks/{task.pk}/complexity/"
    assert as_user(anna).put(path, {"complexity": 3}, format="json").status_code == 403
    assert coordinator.put(path, {"complexity": 3}, format="json").json() == {"complexity": 3}
    assert coordinator.put(path, {"complexity": 9}, format="json").status_code == 400
