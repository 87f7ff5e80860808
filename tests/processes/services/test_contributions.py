"""What people gave: each sees their own, groups are told only as shares of five people or more, points are off."""

import datetime
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from community.models import Activity
from documents.models import AuthorCount
from documents.services.authorship import authors_count
from documents.services.dispositions import disposition_set
from processes.certificate_pdf import certificate_pdf, shown
from processes.models import PublishedShares, Role, TeamKind
from processes.selectors import contributions as selectors
from processes.selectors.processes import process_get_for
from processes.services import contributions as services
from processes.services.leaving import person_forget
from processes.services.tasks import task_assign, task_status_set
from processes.shares import SMALLEST_CELL, cells_of, shares_of
from tests.factories import documents as text_factory
from tests.factories import processes as factory

PEOPLE = [uuid.UUID(int=number) for number in range(1, 40)]
GROUPS = st.dictionaries(
    st.sampled_from(PEOPLE), st.sampled_from([*TeamKind.values, "none"]), max_size=39
)


@settings(max_examples=20, deadline=None)
@given(GROUPS, st.lists(st.integers(0, 500), min_size=39, max_size=39))
def test_no_sum_or_difference_of_cells_is_about_fewer_than_five_people(groups, amounts):
    numbers = dict(zip(PEOPLE, amounts, strict=True))
    cells = cells_of(numbers, groups)
    everybody = {person for person, number in numbers.items() if number}
    people = [person for cell in cells.values() for person in cell]
    # All of it, each person once: what is left when cells are taken away is made of cells.
    assert sorted(people) == (sorted(everybody) if cells else [])
    assert all(len(cell) >= SMALLEST_CELL for cell in cells.values())
    for group in set(groups.values()):
        members = {person for person in everybody if groups.get(person, "none") == group}
        assert group not in cells or cells[group] == members
    shares = shares_of(numbers, groups)
    assert sum(share["percent"] for share in shares) == (100 if shares else 0)
    assert all(share["percent"] % 5 == 0 for share in shares)


def test_one_small_group_takes_the_smallest_other_with_it():
    groups = dict(zip(PEOPLE, ["citizens"] * 9 + ["nonprofit"] * 5 + ["forprofit"], strict=False))
    numbers = dict.fromkeys(PEOPLE[:15], 10)
    assert {name: len(cell) for name, cell in cells_of(numbers, groups).items()} == {
        "citizens": 9,
        "others": 6,
    }
    assert shares_of(numbers, groups) == [
        {"group": "citizens", "percent": 60},
        {"group": "others", "percent": 40},
    ]
    # Four people are nobody's business, and "others have it all" says nothing.
    assert cells_of(dict.fromkeys(PEOPLE[:4], 1), groups) == {}
    assert cells_of(dict.fromkeys(PEOPLE[5:14], 1), dict.fromkeys(PEOPLE[5:10], "x")) == {}


@pytest.fixture
def process(db):
    return factory.process()


def commented(process, people, per_person=1):
    document = text_factory.document(process=process, actor=process.created_by, text="Two words.")
    for person in people:
        for _number in range(per_person):
            text_factory.thread(document, actor=person)
    return document


def numbers_of(user, process):
    return {row.name: row.number for row in selectors.record_of(user, process).rows}


def test_my_record_counts_what_i_did_and_says_that_words_are_being_counted(process):
    anna, ben = (factory.member(process, Role.COAUTHOR, name=name) for name in ("Anna", "Ben"))
    document = commented(process, [anna, ben, ben])
    text_factory.edit(document, "Two", "Three", actor=anna)
    for thread in document.threads.all():
        disposition_set(
            actor=process.created_by, thread=thread, outcome="answered", reason="Thanks."
        )
    team = factory.team(process, ben)
    task_assign(actor=process.created_by, task=document.task, team=team)
    task_status_set(actor=process.created_by, task=document.task, status="finished")
    assert selectors.record_of(anna, process).is_counting
    authors_count(document_id=document.pk)
    assert not selectors.record_of(anna, process).is_counting
    assert numbers_of(anna, process) == {
        "words": 1, "comments": 1, "answers": 0, "tasks": 0, "reviews": 0, "days": 1,
    }  # fmt: skip
    assert numbers_of(ben, process)["tasks"] == 1
    assert numbers_of(process.created_by, process)["answers"] == 3
    assert selectors.record_of(anna, process).points is None
    person_forget(anna)
    from documents.services.leaving import person_forget as words_forget

    words_forget(anna)
    assert not AuthorCount.objects.filter(user=anna).exists()


def big_process(process):
    """Six citizens who comment twice, five of a ministry once, one firm."""
    kinds = {"citizens": 6, "public_administration": 5, "forprofit": 1}
    people = {}
    for kind, number in kinds.items():
        people[kind] = [factory.member(process, Role.COMMENTER) for _one in range(number)]
        team = factory.team(process, *people[kind])
        team.kind = kind
        team.save()
    document = commented(process, people["citizens"], 2)
    for kind in ("public_administration", "forprofit"):
        for person in people[kind]:
            text_factory.thread(document, actor=person)
    return people


def test_shares_are_published_as_they_were_on_the_day_and_withdrawn(process, monkeypatch):
    coordinator = process.created_by
    with pytest.raises(Conflict) as nothing:
        services.shares_publish(actor=coordinator, process=process)
    assert nothing.value.code == "nothing_to_tell"
    people = big_process(process)
    assert selectors.shares_published(process) is None
    shares = services.shares_publish(actor=coordinator, process=process)
    told = {kind["name"]: kind["cells"] for kind in shares.figures["kinds"]}
    assert told["comments"] == [
        {"group": "citizens", "percent": 65},
        {"group": "others", "percent": 35},
    ]
    commented(process, people["forprofit"], 30)
    assert selectors.shares_published(process).figures == shares.figures
    services.shares_withdraw(actor=coordinator, process=process)
    assert selectors.shares_published(process) is None
    # Also after withdrawing: two publications soon after each other would tell what somebody did in between.
    with pytest.raises(Conflict) as lately:
        services.shares_publish(actor=coordinator, process=process)
    assert lately.value.code == "published_lately"
    later = clock.now() + datetime.timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    services.shares_publish(actor=coordinator, process=process)
    assert PublishedShares.objects.filter(process=process).count() == 2
    verbs = Activity.objects.filter(process_id=process.pk, verb__startswith="contribution.")
    assert verbs.count() == 3


def test_only_coordinators_publish_and_nobody_reads_another_persons_record(process):
    for role in (Role.FACILITATOR, Role.COAUTHOR, Role.OBSERVER):
        person = factory.member(process, role)
        with pytest.raises(Forbidden):
            process_get_for(person, process.pk, need="contribution_publish")
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(SignInNeeded):
        selectors.record_of(AnonymousUser(), process)


def test_points_are_off_until_a_coordinator_says_what_for(process):
    anna = factory.member(process, Role.COAUTHOR, name="Anna")
    _phase, _objective, tasks = factory.branch(process, tasks=2)
    services.complexity_set(actor=process.created_by, task=tasks[0], complexity=4)
    for task in tasks:
        task_assign(actor=process.created_by, task=task, user=anna)
        task_status_set(actor=process.created_by, task=task, status="finished")
    with pytest.raises(NotFound):
        selectors.points_list(anna, process)
    with pytest.raises(Invalid):
        services.points_set(actor=process.created_by, process=process, has_points=True)
    services.points_set(
        actor=process.created_by, process=process, has_points=True, points_reason="A tree each."
    )
    rows = [(row.user, row.points, row.tasks) for row in selectors.points_list(anna, process)]
    assert rows == [(anna, 4, 2)]
    assert selectors.record_of(anna, process).points == 4
    with pytest.raises((Forbidden, NotFound)):
        selectors.points_list(factory.person(), process)
    with pytest.raises(Invalid):
        services.complexity_set(actor=process.created_by, task=tasks[0], complexity=6)
    services.points_set(
        actor=process.created_by, process=process, has_points=True, points_reason="Two trees."
    )
    services.points_set(actor=process.created_by, process=process, has_points=False)
    said = Activity.objects.filter(verb__startswith="points.").order_by("created_at", "id")
    assert [row.verb.split(".")[1] for row in said] == ["turned_on", "reason_changed", "turned_off"]
    with pytest.raises(NotFound):
        selectors.points_list(anna, process)


def test_a_certificate_says_what_it_said_on_its_day_until_its_owner_withdraws_it(process):
    anna = factory.member(process, Role.COMMENTER, name="Anna Ķirse")
    other = factory.person()
    with pytest.raises(Conflict) as nothing:
        services.certificate_create(actor=other, process=process)
    assert nothing.value.code == "nothing_yet"
    document = commented(process, [anna])
    certificate = services.certificate_create(actor=anna, process=process, language="lv")
    text_factory.thread(document, actor=anna)
    code = certificate.code
    typed = f"{code[:4]}-{code[4:8]} {code[8:].lower()}"
    found = selectors.certificate_by_code(typed)
    assert found == certificate
    numbers = {row["name"]: row["number"] for row in found.content["rows"]}
    assert numbers == {"comments": 1, "days": 1}
    assert found.content["person"] == "Anna Ķirse"
    for reader in (other, process.created_by):
        with pytest.raises(NotFound):
            selectors.certificate_get_for(reader, certificate.pk)
    services.certificate_withdraw(actor=other, certificate=certificate)
    assert selectors.certificate_by_code(code)
    services.certificate_withdraw(actor=anna, certificate=certificate)
    for wrong in (code, "", "NOT-A-CODE"):
        with pytest.raises(NotFound):
            selectors.certificate_by_code(wrong)


@pytest.mark.parametrize("language", ["en", "lv", "uk"])
def test_the_pdf_is_accessible_and_shows_any_name(process, language):
    anna = factory.member(process, Role.COMMENTER, name="Žanna Їжак 👩‍🏫 #b[x] $1 李")
    commented(process, [anna])
    certificate = services.certificate_create(actor=anna, process=process, language=language)
    pdf = certificate_pdf(certificate)
    assert pdf.startswith(b"%PDF-")
    certificate.content["person"] = shown("Žanna Їжак 👩‍🏫 #b[x]")
    assert certificate.content["person"] == "Žanna Їжак #b[x]"
    pdf = certificate_pdf(certificate)
    assert b"pdfuaid" in pdf
    assert f"/Lang({language})".encode() in pdf.replace(b" ", b"")
