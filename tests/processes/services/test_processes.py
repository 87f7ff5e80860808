"""Making processes, from a template and empty; changing, finishing and reopening them."""

import datetime
import itertools

import pytest

from cocreation.kernel.errors import Conflict, Forbidden, Invalid
from community.models import Activity, Membership, Organisation
from interlinkers.models import (
    ProblemProfile,
    TemplateNodeTranslation,
    TemplatePrerequisite,
)
from processes.models import NodeKind, Prerequisite, Process, Role
from processes.permissions import role_of
from processes.services.processes import (
    process_create,
    process_finish,
    process_reopen,
    process_update,
)
from processes.services.tasks import task_status_set
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


def test_an_empty_process_has_its_maker_as_coordinator():
    user = make.person()
    process = process_create(actor=user, title="  Bus \n lanes ", language="lv")
    assert process.title == "Bus lanes"
    assert process.visibility == "private"
    assert role_of(user, process) == Role.COORDINATOR
    assert Activity.objects.get(verb="process.created").target_id == process.pk


@pytest.mark.parametrize(
    "fields",
    [{"title": ""}, {"title": "x" * 201}, {"language": "tlh"}, {"visibility": "half-open"}],
)
def test_a_bad_field_is_named_and_nothing_is_made(fields):
    with pytest.raises(Invalid) as error:
        make.process(**fields)
    assert set(error.value.fields) == set(fields)
    assert not Process.objects.exists()


def test_a_closed_account_makes_no_process():
    with pytest.raises(Forbidden):
        make.process(make.person(is_active=False))


def test_nobody_makes_a_process_in_the_name_of_a_strange_organisation():
    ministry = Organisation.objects.create(slug="m", name="Ministry", kind="public_administration")
    user = make.person()
    with pytest.raises(Invalid) as error:
        make.process(user, organisation=ministry)
    assert "organisation" in error.value.fields
    Membership.objects.create(organisation=ministry, user=user)
    assert make.process(user, organisation=ministry).organisation == ministry


def test_a_template_is_copied_in_its_order_with_its_links():
    template = make.template(phases=2, tasks=3)
    tasks = list(template.nodes.filter(kind="task").order_by("parent__external_id", "order"))
    TemplatePrerequisite.objects.create(node=tasks[1], requires=tasks[0])
    profile = ProblemProfile.objects.create(source="test", external_id="p1")
    tasks[0].problem_profiles.add(profile)
    process = make.process(template=template)
    assert process.nodes.count() == 10
    assert [n.title for n in process.nodes.filter(kind="phase")] == ["Phase 1", "Phase 2"]
    first = process.nodes.get(title="Task 1.1")
    assert first.template_node == tasks[0]
    assert list(first.problem_profiles.all()) == [profile]
    assert Prerequisite.objects.get().requires == first
    siblings = process.nodes.filter(parent=first.parent).order_by("order")
    assert [(n.order, n.title) for n in siblings] == [
        (0, "Task 1.1"),
        (1, "Task 1.2"),
        (2, "Task 1.3"),
    ]


def test_texts_of_a_template_come_in_the_process_language_else_in_another():
    template = make.template(phases=1, tasks=2)
    first = template.nodes.get(external_id="Task 1.1")
    TemplateNodeTranslation.objects.create(
        node=first, language="lv", name="Uzdevums", done_when="Kad gatavs"
    )
    process = make.process(template=template, language="lv")
    assert process.nodes.filter(title="Uzdevums", done_when="Kad gatavs").exists()
    assert process.nodes.filter(title="Task 1.2").exists()


def test_dates_follow_from_the_start_and_the_lengths():
    start = datetime.date(2026, 3, 2)
    process = make.process(
        template=make.template(phases=2, tasks=2, duration_days=5), starts_on=start
    )
    dates = [
        (node.starts_on, node.ends_on)
        for phase in process.nodes.filter(kind="phase")
        for node in process.nodes.filter(kind="task", parent__parent=phase)
    ]
    assert dates[0] == (start, datetime.date(2026, 3, 6))
    assert all(b[0] - a[1] == datetime.timedelta(days=1) for a, b in itertools.pairwise(dates))
    assert (
        make.process(template=make.template(), starts_on=start).nodes.filter(starts_on=None).count()
        == 8
    )


def test_copying_costs_the_same_for_few_and_many_nodes(django_assert_max_num_queries):
    for phases, tasks in ((1, 1), (5, 20)):
        template = make.template(phases=phases, tasks=tasks)
        user = make.person()
        with django_assert_max_num_queries(45):
            make.process(user, template=template)


def test_a_process_is_changed_and_tells_old_and_new():
    process = make.process(title="Old")
    process_update(actor=process.created_by, process=process, title="New", revision=1)
    process.refresh_from_db()
    assert (process.title, process.revision) == ("New", 2)
    line = Activity.objects.get(verb="process.updated")
    assert line.details["title"] == {"from": "Old", "to": "New"}


def test_two_people_change_different_fields_at_once():
    process = make.process()
    process_update(actor=process.created_by, process=process, title="New", revision=1)
    stale = Process.objects.get(pk=process.pk)
    process_update(actor=process.created_by, process=stale, summary="Short", revision=1)
    process.refresh_from_db()
    assert (process.title, process.summary) == ("New", "Short")


def test_two_people_change_one_field_at_once_and_the_second_is_shown_the_first():
    process = make.process()
    process_update(actor=process.created_by, process=process, title="Theirs", revision=1)
    with pytest.raises(Conflict) as conflict:
        process_update(actor=process.created_by, process=process, title="Mine", revision=1)
    assert conflict.value.code == "edited_meanwhile"
    assert conflict.value.details == {"current": {"title": "Theirs"}, "revision": 2}
    process_update(actor=process.created_by, process=process, title="Theirs", revision=1)


def test_facilitators_change_texts_but_not_openness():
    process = make.process()
    facilitator = make.member(process, Role.FACILITATOR)
    process_update(actor=facilitator, process=process, summary="Ours")
    with pytest.raises(Forbidden):
        process_update(actor=facilitator, process=process, visibility="public")
    process.refresh_from_db()
    assert process.visibility == "private"


def test_openness_raises_the_epoch():
    process = make.process()
    before = process.access_epoch
    process_update(actor=process.created_by, process=process, visibility="public")
    assert process.access_epoch == before + 1


def test_an_unknown_time_zone_is_refused():
    process = make.process()
    with pytest.raises(Invalid):
        process_update(actor=process.created_by, process=process, time_zone="Europe/Atlantis")
    with pytest.raises(Invalid):
        process_update(actor=process.created_by, process=process, time_zone="../../etc/passwd")


def test_finishing_and_reopening():
    process = make.process(template=make.template())
    process_finish(actor=process.created_by, process=process)
    assert process.status == "finished"
    with pytest.raises(Conflict):
        process_finish(actor=process.created_by, process=process)
    process_reopen(actor=process.created_by, process=process)
    task = process.nodes.filter(kind=NodeKind.TASK).first()
    task_status_set(actor=process.created_by, task=task, status="finished")
    with pytest.raises(Conflict):
        process_reopen(actor=process.created_by, process=process)
