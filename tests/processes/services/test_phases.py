"""Opening, closing and extending phases: at once, with a trace, and told to everybody who takes part."""

import datetime

import pytest
from django.utils.formats import date_format

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid
from community.models import Activity, Notification
from documents.models import Document, Version
from documents.permissions import decide_document
from documents.services.threads import thread_create
from processes.models import Asset, Process, Role
from processes.permissions import decide
from processes.selectors.phases import phase_views
from processes.services.assets import asset_document_create
from processes.services.phases import (
    phase_close,
    phase_extend,
    phase_open,
    phase_rules_set,
    text_carry_on,
)
from tests.factories import processes as make

pytestmark = pytest.mark.django_db
COMMENT = {
    "leaders": "comment",
    "coauthors": "comment",
    "commenters": "comment",
    "visitors": "comment",
}


@pytest.fixture
def process():
    return make.process(visibility="open_to_comment")


@pytest.fixture
def actor(process):
    return process.created_by


@pytest.fixture
def branch(process):
    return make.branch(process)


def start(actor, task, title="Draft plan") -> Asset:
    return asset_document_create(actor=actor, task=task, title=title, start={"kind": "empty"})


def may(user, ability, task):
    """Ask anew, as a later request would."""
    task = type(task).objects.select_related("process", "parent__parent").get(pk=task.pk)
    return bool(decide(user, ability, task))


def test_rules_hold_at_once_and_raise_the_epoch(process, actor, branch):
    phase, _objective, [task] = branch
    coauthor = make.member(process, Role.COAUTHOR)
    epoch = Process.objects.get(pk=process.pk).access_epoch
    assert may(coauthor, "document_write", task)
    phase_rules_set(actor=actor, phase=phase, **COMMENT)
    assert not may(coauthor, "document_write", task)
    assert may(coauthor, "thread_create", task)
    fresh = Process.objects.get(pk=process.pk)
    assert fresh.access_epoch > epoch
    assert fresh.phase_rule_count == 1


def test_the_first_phase_with_rules_is_open_and_later_ones_wait(process, actor, branch):
    later = make.branch(process)[0]
    assert phase_rules_set(actor=actor, phase=branch[0], **COMMENT).state == "open"
    assert phase_rules_set(actor=actor, phase=later, **COMMENT).state == "planned"
    phase_close(actor=actor, phase=branch[0])
    phase_open(actor=actor, phase=later)
    states = [view.state for view in phase_views(process, actor)]
    assert states == ["closed", "open"]


def test_closing_freezes_every_text_under_the_name_of_the_phase_and_stops_it(
    process, actor, branch
):
    phase, _objective, [task] = branch
    assets = [start(actor, task, title) for title in ("One", "Two")]
    elsewhere = start(actor, make.branch(process)[2][0], "Elsewhere")
    assert phase_close(actor=actor, phase=phase) == 2
    frozen = Version.objects.filter(title="End of “Phase 1”").values_list("document_id", flat=True)
    assert set(frozen) == {asset.object_id for asset in assets}
    document = Document.objects.get(pk=assets[0].object_id)
    assert decide_document(actor, "document_write", document).code == "phase_closed"
    assert decide_document(actor, "document_read", document)
    assert decide_document(actor, "thread_dispose", document)
    assert decide_document(actor, "document_write", Document.objects.get(pk=elsewhere.object_id))
    assert Activity.objects.get(verb="phase.closed").details == {"frozen": 2}


def test_who_comes_too_late_is_told_when_the_next_phase_opens(process, actor, branch):
    phase, _objective, [task] = branch
    off, planned = (make.branch(process)[0] for _ in range(2))
    day = clock.today() + datetime.timedelta(days=9)
    type(off).objects.filter(pk=off.pk).update(disabled_at=clock.now(), starts_on=clock.today())
    type(off).objects.filter(pk=planned.pk).update(starts_on=day)
    phase_close(actor=actor, phase=phase)
    refusal = decide(actor, "thread_create", task)
    shown = date_format(day, "j F Y")
    assert f"Comments in “{phase.title}” closed on " in refusal.reason
    assert refusal.reason.endswith(f"the next phase is to open on {shown}.")
    phase_open(actor=actor, phase=planned)
    assert decide(actor, "thread_create", task).reason.endswith("; its texts can be read.")


def test_a_phase_is_opened_closed_and_extended_in_that_order_only(actor, branch):
    phase = branch[0]
    with pytest.raises(Conflict):
        phase_extend(actor=actor, phase=phase, ends_on=clock.today())
    phase_open(actor=actor, phase=phase)
    with pytest.raises(Conflict) as refusal:
        phase_open(actor=actor, phase=phase)
    assert refusal.value.code == "phase_open"
    phase_close(actor=actor, phase=phase)
    with pytest.raises(Conflict) as refusal:
        phase_close(actor=actor, phase=phase)
    assert refusal.value.code == "phase_not_open"
    phase_open(actor=actor, phase=phase)
    assert Activity.objects.filter(verb="phase.reopened").exists()


def test_more_time_is_a_later_day(actor, branch):
    phase = branch[0]
    day = clock.today() + datetime.timedelta(days=7)
    with pytest.raises(Invalid):
        phase_open(actor=actor, phase=phase, ends_on=clock.today() - datetime.timedelta(days=1))
    phase_open(actor=actor, phase=phase, ends_on=day)
    with pytest.raises(Invalid) as refusal:
        phase_extend(actor=actor, phase=phase, ends_on=day)
    assert "ends_on" in refusal.value.fields
    phase_extend(actor=actor, phase=phase, ends_on=day + datetime.timedelta(days=7))
    phase.refresh_from_db()
    assert phase.ends_on == day + datetime.timedelta(days=7)


def test_everybody_who_takes_part_is_told_once(
    process, actor, branch, django_capture_on_commit_callbacks
):
    member = make.member(process, Role.OBSERVER)
    day = clock.today() + datetime.timedelta(days=7)
    with django_capture_on_commit_callbacks(execute=True):
        phase_open(actor=actor, phase=branch[0], ends_on=day)
    told = Notification.objects.filter(kind="phase.opened")
    assert set(told.values_list("user", flat=True)) == {actor.pk, member.pk}
    assert told.first().data["ends_on"] == day.isoformat()


def test_levels_that_are_none_and_texts_of_other_phases_are_refused(process, actor, branch):
    phase = branch[0]
    strange = start(actor, make.branch(process)[2][0])
    for levels in ({"coauthors": "shout"}, {"commenters": "write"}, {"visitors": "write"}):
        with pytest.raises(Invalid):
            phase_rules_set(actor=actor, phase=phase, **levels)
    with pytest.raises(Invalid):
        phase_rules_set(actor=actor, phase=phase, only=[strange])
    with pytest.raises(Invalid):
        phase_open(actor=actor, phase=branch[1])


@pytest.mark.parametrize("role", ["facilitator", "coauthor", "commenter", "observer"])
def test_only_coordinators_open_and_close(process, branch, role):
    assert not decide(make.member(process, role), "phase_rule", branch[0])


def test_a_text_goes_on_in_the_next_phase_with_its_comments_and_its_frozen_version(
    process, actor, branch
):
    phase, _objective, [task] = branch
    asset = start(actor, task)
    document = Document.objects.get(pk=asset.object_id)
    thread_create(actor=actor, document=document, anchor=None, body="Why?")
    later, _goal, [next_task] = make.branch(process)
    phase_close(actor=actor, phase=phase)
    phase_open(actor=actor, phase=later, carry_on=[asset], into=next_task)
    document.refresh_from_db()
    assert document.task == next_task
    assert Asset.objects.get(pk=asset.pk).task == next_task
    assert document.threads.count() == 1
    assert document.versions.get().title == "End of “Phase 1”"
    assert decide_document(actor, "document_write", document)


def test_only_texts_of_the_same_process_go_on(process, actor, branch):
    asset = start(actor, branch[2][0])
    with pytest.raises(Invalid):
        text_carry_on(actor=actor, asset=asset, task=make.branch(make.process())[2][0])
    with pytest.raises(Invalid):
        text_carry_on(actor=actor, asset=asset, task=branch[0])


def test_a_text_goes_on_only_in_a_task_of_the_phase_that_opens(process, actor, branch):
    asset = start(actor, branch[2][0])
    later, _goal, [task] = make.branch(process)
    for into in (None, branch[2][0], later):
        with pytest.raises(Invalid):
            phase_open(actor=actor, phase=later, carry_on=[asset], into=into)
    other = start(actor, task, "Other")
    phase_rules_set(actor=actor, phase=later, only=[other])
    phase_close(actor=actor, phase=later)
    phase_open(actor=actor, phase=later, carry_on=[asset], into=task)
    document = Document.objects.get(pk=asset.object_id)
    assert decide_document(actor, "document_write", document)


def test_titles_of_texts_that_somebody_may_not_see_are_not_named(process, actor, branch):
    phase, objective, [task] = branch
    asset = start(actor, task, "Secret draft")
    phase_rules_set(actor=actor, phase=phase, only=[asset])
    member = make.member(process, Role.COAUTHOR)
    make.role_row(process, Role.NONE, user=member, node=objective)
    assert [view.only for view in phase_views(process, member)] == [[]]
    assert [view.only for view in phase_views(process, actor)] == [["Secret draft"]]
