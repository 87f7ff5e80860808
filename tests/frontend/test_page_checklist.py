"""The checklist on a task's page: by plain forms and in parts; what is refused is said by the form."""

import pytest

from processes.models import ChecklistItem, NodeStatus, Role
from processes.services.checklists import point_add
from tests.factories import processes as factory
from tests.frontend.clients import signed_in
from tests.frontend.test_page_plan import undo

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "checklist"}


@pytest.fixture
def process():
    return factory.process(visibility="public")


@pytest.fixture
def task(process):
    return factory.branch(process)[2][0]


@pytest.fixture
def points(task):
    actor = task.process.created_by
    return [point_add(actor=actor, task=task, text=words) for words in ("One <b>", "Two")]


@pytest.fixture
def url(task):
    return f"/processes/{task.process_id}/tasks/{task.pk}/"


def test_a_list_is_made_changed_and_ticked_by_plain_forms(process, task, url):
    client = signed_in(process.created_by)
    assert "Make a checklist" in client.get(url).content.decode()
    for words in ("One", "Two", "Three"):
        client.post(f"{url}checklist/new/", {"text": words, "is_needed": "on"})
    one, two, three = ChecklistItem.objects.all()
    client.post(f"{url}checklist/{three.pk}/move/", {"direction": "up"})
    client.post(f"{url}checklist/{two.pk}/edit/", {"text": "Second"})
    client.post(f"{url}checklist/{one.pk}/tick/", {"is_done": "1"})
    rows = ChecklistItem.objects.values_list("text", "is_needed", "done_by")
    assert list(rows) == [
        ("One", True, process.created_by.pk),
        ("Three", True, None),
        ("Second", False, None),
    ]
    page = client.post(f"{url}checklist/{one.pk}/remove/", follow=True).content.decode()
    assert "1 of 3" not in page
    assert "1 of 3" in undo(client, page).content.decode()
    plan = client.get(f"/processes/{process.pk}/").content.decode()
    assert "1 of 3 points of the checklist" in plan


def test_finishing_too_early_names_the_open_points_by_the_form(process, task, url, points):
    client = signed_in(process.created_by)
    address = f"/processes/{process.pk}/nodes/{task.pk}/status/"
    answer = client.post(address, {"status": "finished"})
    page = answer.content.decode()
    assert answer.status_code == 409
    for point in points:
        assert f'href="#point-{point.pk}"' in page
    assert "One &lt;b&gt;" in page
    part = client.post(address, {"status": "finished"}, headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Retarget"]) == (409, "#messages")
    task.refresh_from_db()
    assert task.status == NodeStatus.AWAITING


def test_what_was_typed_stays_where_a_point_is_refused(process, task, url, points):
    client = signed_in(process.created_by)
    answer = client.post(f"{url}checklist/{points[0].pk}/edit/", {"text": "x" * 301})
    assert answer.status_code == 422
    assert "x" * 301 in answer.content.decode()
    long = {"text": "y" * 301, "is_needed": "on"}
    for headers in ({}, PART):
        answer = client.post(f"{url}checklist/new/", long, headers=headers)
        assert answer.status_code == 422
        assert "y" * 301 in answer.content.decode()


def test_coauthors_tick_others_only_read(process, task, url, points):
    point = points[0]
    coauthor = signed_in(factory.member(process, Role.COAUTHOR))
    part = coauthor.post(f"{url}checklist/{point.pk}/tick/", {"is_done": "1"}, headers=PART)
    assert "1 of 2 points" in part.content.decode()
    assert "Make a checklist" not in part.content.decode()
    for action in ("edit", "move", "remove"):
        assert coauthor.post(f"{url}checklist/{point.pk}/{action}/").status_code == 403
    assert coauthor.post(f"{url}checklist/new/", {"text": "Mine"}).status_code == 403
    visitor = signed_in(factory.person())
    assert visitor.post(f"{url}checklist/{point.pk}/tick/").status_code == 403
    page = visitor.get(url).content.decode()
    assert "point-tick" in page
    assert 'role="checkbox"' not in page


def test_the_list_alone_takes_few_queries(process, url, points, django_assert_max_num_queries):
    client = signed_in(process.created_by)
    with django_assert_max_num_queries(6):
        part = client.get(f"{url}checklist/", headers=PART)
    assert "One &lt;b&gt;" in part.content.decode()
    assert client.get(f"{url}checklist/").status_code == 302
