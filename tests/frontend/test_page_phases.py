"""The pages of phases: rules in words, opening with texts that go on, closing after saying what will happen."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cocreation.kernel import clock
from documents.models import Document
from processes.models import PhaseRule, Role
from processes.services.assets import asset_document_create
from tests.factories import processes as factory
from tests.frontend.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return factory.process(visibility="open_to_comment")


@pytest.fixture
def branch(process):
    return factory.branch(process)


@pytest.fixture
def coordinator(process):
    return signed_in(process.created_by)


def text(process, task, title="Draft plan"):
    return asset_document_create(
        actor=process.created_by, task=task, title=title, start={"kind": "empty"}
    )


def path(phase, action) -> str:
    return f"/processes/{phase.process_id}/phases/{phase.pk}/{action}/"


def test_rules_are_set_by_a_form_and_said_in_words_to_everybody(process, coordinator, branch):
    phase = branch[0]
    page = coordinator.get(path(phase, "rules") + "?preset=consultation").content.decode()
    assert 'name="leaders" value="comment"' in page
    data = {"leaders": "comment", "coauthors": "comment", "commenters": "comment"}
    assert coordinator.post(path(phase, "rules"), data).status_code == 422
    coordinator.post(path(phase, "rules"), data | {"visitors": "comment"})
    words = Client().get(f"/processes/{process.pk}/rights/").content.decode()
    assert (
        "May comment: coordinators and facilitators, co-authors, commenters, everybody else."
        in words
    )
    assert path(phase, "close") not in words
    shown = Client().get(f"/processes/{process.pk}/").content.decode()
    assert "“Phase 1” is open: you can comment" in shown


def test_closing_says_what_will_happen_then_freezes_the_texts(process, coordinator, branch):
    phase, _objective, [task] = branch
    asset = text(process, task)
    assert "Draft plan" in coordinator.get(path(phase, "close")).content.decode()
    assert not PhaseRule.objects.exists()
    coordinator.post(path(phase, "close"))
    document = f"/documents/{asset.object_id}/"
    page = coordinator.get(document).content.decode()
    assert "“Phase 1” is closed" in page
    assert 'data-can-write="false"' in page
    assert "End of “Phase 1”" in Client().get(f"{document}versions/").content.decode()
    assert Client().get(f"{document}versions/1/").status_code == 200
    assert Client().get(f"{document}versions/7/").status_code == 404


def test_closing_says_first_who_loses_what_in_numbers(process, coordinator, branch):
    phase = branch[0]
    for role in (Role.COAUTHOR, Role.COAUTHOR, Role.COMMENTER, Role.OBSERVER):
        factory.member(process, role)
    outside = factory.member(process, Role.COAUTHOR)
    factory.role_row(process, Role.NONE, user=outside, node=phase)
    page = coordinator.get(path(phase, "close")).content.decode()
    for sentence in (
        "1 coordinator or facilitator can no longer write or comment.",
        "2 co-authors can no longer write or comment.",
        "1 commenter can no longer comment.",
        "Citizens and everybody else can no longer comment.",
    ):
        assert sentence in page
    levels = {"leaders": "comment", "coauthors": "comment", "commenters": "comment"}
    coordinator.post(path(phase, "rules"), levels | {"visitors": "read"})
    page = coordinator.get(path(phase, "close")).content.decode()
    assert "2 co-authors can no longer comment." in page
    assert "Citizens" not in page


def test_the_rules_that_a_template_proposes_hold_when_a_coordinator_says_so(process, coordinator):
    kinds = ["draft", "consult", "evaluate", ""]
    phases = [factory.branch(process)[0] for _ in kinds]
    for phase, kind in zip(phases, kinds, strict=True):
        type(phase).objects.filter(pk=phase.pk).update(phase_kind=kind)
    proposed = f"/processes/{process.pk}/rights/proposed/"
    assert "The template proposes" in coordinator.get(f"/processes/{process.pk}/").content.decode()
    assert "Evaluation" in coordinator.get(f"/processes/{process.pk}/rights/").content.decode()
    form = coordinator.get(path(phases[2], "rules")).context["form"]
    assert form["coauthors"].value() == "comment"
    facilitator = signed_in(factory.member(process, Role.FACILITATOR))
    assert facilitator.post(proposed).status_code == 403
    assert not PhaseRule.objects.exists()
    coordinator.post(proposed)
    rules = PhaseRule.objects.order_by("phase__order").values_list("state", "leaders", "coauthors")
    assert list(rules) == [
        ("open", "write", "write"),
        ("planned", "comment", "comment"),
        ("planned", "write", "comment"),
    ]
    assert "template proposes" not in (
        coordinator.get(f"/processes/{process.pk}/rights/").content.decode()
    )


def test_a_text_goes_on_in_the_phase_that_opens(process, coordinator, branch):
    asset = text(process, branch[2][0])
    later, _goal, [task] = factory.branch(process)
    coordinator.post(path(branch[0], "close"))
    day = clock.today() + datetime.timedelta(days=20)
    data = {"ends_on": str(day), "texts": [str(asset.pk)], "task": str(task.pk)}
    assert "Draft plan" in coordinator.get(path(later, "open")).content.decode()
    coordinator.post(path(later, "open"), data)
    later.refresh_from_db()
    assert later.ends_on == day
    assert Document.objects.get().task == task


def test_a_day_that_has_passed_is_refused_and_nothing_is_half_done(process, coordinator, branch):
    asset = text(process, branch[2][0])
    later, _goal, [task] = factory.branch(process)
    data = {"ends_on": "2020-01-01", "texts": [str(asset.pk)], "task": str(task.pk)}
    assert coordinator.post(path(later, "open"), data).status_code == 422
    assert not PhaseRule.objects.exists()
    assert Document.objects.get().task == branch[2][0]


def test_more_time_is_given_to_an_open_phase(coordinator, branch):
    phase = branch[0]
    coordinator.post(path(phase, "open"), {})
    day = clock.today() + datetime.timedelta(days=20)
    assert coordinator.post(path(phase, "extend"), {"ends_on": ""}).status_code == 422
    coordinator.post(path(phase, "extend"), {"ends_on": str(day)})
    phase.refresh_from_db()
    assert phase.ends_on == day


@pytest.mark.parametrize("action", ["rules", "open", "close", "extend"])
def test_others_than_coordinators_do_not_steer_phases(process, branch, action):
    for role in (Role.FACILITATOR, Role.COAUTHOR):
        client = signed_in(factory.member(process, role))
        assert client.get(path(branch[0], action)).status_code == 403
        assert client.post(path(branch[0], action)).status_code == 403
    assert not PhaseRule.objects.exists()


def test_versions_of_a_hidden_text_are_not_there():
    process = factory.process()
    asset = text(process, factory.branch(process)[2][0])
    for page in ("versions/", "versions/1/"):
        assert Client().get(f"/documents/{asset.object_id}/{page}").status_code == 404


def ruled(phases: int):
    """Make a process with so many phases, each with rules (one closed, one open, the rest planned) and a task."""
    process = factory.process(visibility="open_to_comment")
    made = [factory.branch(process)[0] for _ in range(phases)]
    states = ["closed", "open", *["planned"] * phases]
    PhaseRule.objects.bulk_create(
        PhaseRule(phase=phase, state=state, closed_at=clock.now())
        for phase, state in zip(made, states, strict=False)
    )
    type(process).objects.filter(pk=process.pk).update(phase_rule_count=phases)
    return process


def test_pages_of_a_process_cost_the_same_with_rules_for_1_and_for_50_phases():
    pages = ("", "rights/", "texts/")
    found: dict[str, list[int]] = {page: [] for page in pages}
    for phases in (1, 50):
        process = ruled(phases)
        client = signed_in(factory.member(process, Role.COAUTHOR))
        # The first look of a person writes down that they were here.
        client.get(f"/processes/{process.pk}/")
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/processes/{process.pk}/{page}").status_code == 200
            found[page].append(len(queries))
    assert all(few == many for few, many in found.values()), found
