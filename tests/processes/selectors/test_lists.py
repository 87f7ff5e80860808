"""Lists: which processes are there for whom, my work, who takes part, what tasks hold."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from cocreation.kernel import clock
from cocreation.kernel.errors import Forbidden, NotFound
from community.models import Membership, Organisation
from interlinkers.models import Interlinker
from processes.models import Process, Role, Visibility
from processes.permissions import decide
from processes.selectors import people
from processes.selectors.assets import (
    asset_file_get_for,
    asset_get_for,
    process_assets,
    task_assets,
)
from processes.selectors.processes import processes_visible_to
from processes.selectors.task_page import task_detail
from processes.selectors.work import my_work
from processes.services.assets import asset_link_create, asset_remove
from processes.services.processes import process_finish
from processes.services.roles import role_grant
from processes.services.tasks import task_assign, task_status_set
from processes.services.tree import node_disable
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


def seen(user, **filters):
    return {process.title for process in processes_visible_to(user, **filters)}


def test_open_processes_are_there_for_everybody():
    for visibility in Visibility.values:
        make.process(visibility=visibility, title=visibility)
    for user in (AnonymousUser(), make.person()):
        assert seen(user) == {"public", "open_to_comment", "open_to_join"}
    assert "private" in seen(make.person(is_superuser=True))
    assert "private" not in seen(make.person(is_superuser=True, is_active=False))


def test_roles_of_persons_teams_and_branches_open_private_processes():
    direct, team, branch, nothing = (make.process(title=t) for t in ("d", "t", "b", "n"))
    user = make.person()
    phase = make.branch(branch)[0]
    for process, values in (
        (direct, {"user": user}),
        (team, {"team": make.team(team, user)}),
        (branch, {"user": user, "node": phase}),
    ):
        role_grant(actor=process.created_by, process=process, role=Role.OBSERVER, **values)
    assert seen(user) == seen(user, mine=True) == {"d", "t", "b"}
    assert nothing.title not in seen(user)


def test_none_hides_a_public_process_unless_a_branch_is_given():
    process = make.process(visibility="public", title="p")
    user = make.member(process, Role.NONE)
    assert seen(user) == set()
    phase = make.branch(process)[0]
    role_grant(
        actor=process.created_by, process=process, user=user, node=phase, role=Role.COMMENTER
    )
    assert seen(user) == {"p"}


def test_the_list_and_the_decision_agree():
    users = [make.person() for _ in range(4)]
    for number in range(8):
        process = make.process(visibility=Visibility.values[number % 4])
        phase = make.branch(process)[0]
        for user, role, node in (
            (users[0], Role.NONE, None),
            (users[1], Role.NONE, phase),
            (users[2], Role.COAUTHOR, phase),
        ):
            role_grant(actor=process.created_by, process=process, user=user, role=role, node=node)
        team = make.team(process, users[3])
        role_grant(actor=process.created_by, process=process, team=team, role=Role.NONE)
        if number > 3:
            role_grant(actor=process.created_by, process=process, user=users[3], role="observer")
    for user in (*users, AnonymousUser(), make.person()):
        wanted = {p.pk for p in Process.objects.all() if decide(user, "process_read", p)}
        assert set(processes_visible_to(user).values_list("pk", flat=True)) == wanted


@pytest.mark.parametrize("number", [1, 50])
def test_the_list_takes_one_query(number, django_assert_num_queries):
    user = make.person()
    for _ in range(number):
        process = make.process_row()
        make.role_row(process, Role.OBSERVER, user=user)
    list(processes_visible_to(user))  # content types and permissions are cached from here on
    with django_assert_num_queries(1):
        rows = list(processes_visible_to(user, search="process"))
        assert [row.organisation for row in rows] == [None] * len(rows)


def test_filters_narrow_the_list():
    user = make.person()
    city = Organisation.objects.create(slug="city", name="City", kind="public_administration")
    Membership.objects.create(organisation=city, user=user)
    make.process(user, title="Bus lanes", visibility="public", organisation=city)
    done = make.process(user, title="Night buses", language="lv", summary="After midnight")
    process_finish(actor=user, process=done)
    assert seen(user, status="finished") == {"Night buses"}
    assert seen(user, visibility="public") == {"Bus lanes"}
    assert seen(user, language="lv") == {"Night buses"}
    assert seen(user, organisation="city") == seen(user, organisation=city.pk) == {"Bus lanes"}
    assert seen(user, search="bus midnight") == {"Night buses"}
    assert seen(user, search="", status="") == {"Bus lanes", "Night buses"}
    assert seen(AnonymousUser(), mine=True) == set()


# --- my work -----------------------------------------------------------------------------------


def test_my_work_holds_unfinished_tasks_the_soonest_first():
    process = make.process()
    _phase, _objective, rows = make.branch(process, tasks=5)
    user = make.member(process, Role.COAUTHOR)
    today = clock.today()
    for days, task in zip((3, 1, None, 2, 4), rows, strict=True):
        task.ends_on = today + datetime.timedelta(days=days) if days else None
        task.save()
        task_assign(actor=process.created_by, task=task, user=user)
    task_status_set(actor=user, task=rows[3], status="finished")
    node_disable(actor=process.created_by, node=rows[4])
    assert [item.title for item in my_work(user)] == ["Task 2", "Task 1", "Task 3"]
    process_finish(actor=process.created_by, process=process)
    assert my_work(user) == []
    assert my_work(AnonymousUser()) == []


def test_a_task_that_may_not_be_seen_any_more_is_no_work():
    process = make.process()
    _phase, _objective, [task] = make.branch(process)
    user = make.member(process, Role.COAUTHOR)
    task_assign(actor=process.created_by, task=task, user=user)
    role_grant(actor=process.created_by, process=process, user=user, node=task, role=Role.NONE)
    assert my_work(user) == []


# --- people and things ------------------------------------------------------------------------


def test_participants_are_those_with_a_role_of_their_own_or_by_team():
    process = make.process()
    direct, by_team = make.member(process, Role.OBSERVER), make.person()
    role_grant(
        actor=process.created_by,
        process=process,
        team=make.team(process, by_team),
        role=Role.COAUTHOR,
    )
    assert set(people.participants(process)) == {process.created_by, direct, by_team}
    assert people.holder_get(process, user_id=direct.pk, team_id=None) == (direct, None)
    with pytest.raises(NotFound):
        people.holder_get(process, user_id=make.person().pk, team_id=None)


def test_rows_about_people_are_fetched_with_a_check():
    process = make.process(visibility="public")
    user = make.member(process, Role.COMMENTER)
    row, team = process.roles.get(user=process.created_by), make.team(process)
    assert people.role_get_for(process.created_by, row.pk, need="role_grant") == row
    assert people.role_get_for(user, process.roles.get(user=user).pk, need="role_grant")
    with pytest.raises(Forbidden):
        people.role_get_for(user, row.pk, need="role_grant")
    with pytest.raises(Forbidden):
        people.team_get_for(user, team.pk, need="team_edit")
    hidden = make.team(make.process())
    with pytest.raises(NotFound):
        people.team_get_for(user, hidden.pk, need="team_edit")


def test_assets_are_fetched_with_a_check_and_removed_ones_only_by_who_may_restore_them():
    process = make.process(visibility="public")
    _phase, _objective, [task] = make.branch(process)
    author = make.member(process, Role.COAUTHOR)
    asset = asset_link_create(actor=author, task=task, url="https://example.org")
    reader = make.person()
    assert asset_get_for(reader, asset.pk, need="document_read") == asset
    assert asset_get_for(author, asset.pk, need="asset_edit") == asset
    with pytest.raises(Forbidden):
        asset_get_for(make.member(process, Role.COAUTHOR), asset.pk, need="asset_edit")
    with pytest.raises(NotFound):
        asset_file_get_for(reader, asset.pk)
    asset_remove(actor=author, asset=asset)
    assert asset_get_for(author, asset.pk, need="asset_edit") == asset
    with pytest.raises(NotFound):
        asset_get_for(reader, asset.pk, need="document_read")
    assert list(task_assets(task)) == []
    assert list(task_assets(task, with_removed=True)) == [asset]


def test_things_of_a_process_are_listed_as_far_as_their_tasks_may_be_read():
    process = make.process()
    _phase, _objective, [mine, other] = make.branch(process, tasks=2)
    for task in (mine, other):
        asset_link_create(
            actor=process.created_by, task=task, url="https://example.org", title=task.title
        )
    user = make.member(process, Role.OBSERVER, node=mine)
    assert [asset.title for asset in process_assets(process, user)] == ["Task 1"]


def test_the_template_proposes_a_document_until_there_is_one():
    tool = Interlinker.objects.create(source="test", external_id="plan", nature="knowledge")
    document = {"interlinker": "plan", "titles": {"en": "Plan", "lv": "Plāns"}}
    process = make.process(
        template=make.template(phases=1, tasks=1, document=document), language="lv"
    )
    task = process.nodes.get(kind="task")
    suggestion = task_detail(task).suggestion
    assert (suggestion.title, suggestion.interlinker) == ("Plāns", tool)
    task.assets.create(kind="document", title="Plāns")
    assert task_detail(task).suggestion is None
