"""What is announced after each change, and that nothing is announced of a change that failed."""

import contextlib

import pytest

from cocreation.kernel import events
from cocreation.kernel.errors import DomainError
from processes.models import Role
from processes.services import assets, joining, prerequisites, processes, roles, tasks, teams, tree
from tests.factories import processes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch, django_capture_on_commit_callbacks):
    """Return a function that does something and returns the (topic, type) pairs that were announced."""

    def watch(act) -> set[tuple[str, str]]:
        sent = []
        monkeypatch.setattr(
            events, "_send", lambda topic, event: sent.append((topic.split(".")[0], event["type"]))
        )
        with django_capture_on_commit_callbacks(execute=True), contextlib.suppress(DomainError):
            act()
        return set(sent)

    return watch


UPDATED = ("process", "process.updated")
ACCESS = ("process", "access.changed")
NODE = ("process", "node.updated")
TOLD = ("user", "notification.created")


def test_each_change_is_announced_to_who_watches(told):
    process = make.process(visibility="open_to_join")
    actor = process.created_by
    phase, objective, [task, other] = make.branch(process, tasks=2)
    goal = make.branch(process)[1]
    user = make.member(process, Role.OBSERVER)
    team = make.team(process)
    link = assets.asset_link_create(actor=actor, task=task, url="https://example.org")
    row = process.roles.get(user=user)
    place = {"actor": actor, "process": process}
    cases = [
        (lambda: processes.process_update(**place, title="New"), {UPDATED}),
        (lambda: processes.process_update(**place, visibility="public"), {UPDATED, ACCESS}),
        (lambda: roles.role_grant(**place, user=user, role="coauthor"), {ACCESS, TOLD}),
        (lambda: roles.role_revoke(actor=actor, row=row), {ACCESS}),
        (lambda: teams.team_create(**place, name="Youth"), {UPDATED}),
        (lambda: teams.team_member_add(actor=actor, team=team, user=user), {ACCESS, TOLD}),
        (
            lambda: tree.node_create(**place, kind="task", parent=objective, title="T"),
            {("process", "node.created")},
        ),
        (lambda: tree.node_update(actor=actor, node=task, title="T2"), {NODE}),
        (lambda: tree.node_update(actor=actor, node=task, title="T2"), set()),
        (
            lambda: tree.node_move(actor=actor, node=task, parent=objective, position=1),
            {NODE},
        ),
        (lambda: tree.node_move(actor=actor, node=task, parent=goal, position=0), {NODE, ACCESS}),
        (lambda: tree.node_disable(actor=actor, node=phase), {NODE, ACCESS}),
        (lambda: tree.node_restore(actor=actor, node=phase), {NODE, ACCESS}),
        (lambda: prerequisites.prerequisites_set(actor=actor, node=other, advice=[task]), {NODE}),
        (lambda: tasks.task_status_set(actor=actor, task=task, status="finished"), {NODE}),
        (lambda: tasks.task_assign(actor=actor, task=task, user=user), {NODE, TOLD}),
        (lambda: assets.asset_remove(actor=actor, asset=link), {("process", "asset.updated")}),
        (
            lambda: joining.join_request_create(actor=make.person(), process=process, reason="!"),
            {UPDATED, TOLD},
        ),
        (lambda: processes.process_finish(**place), {UPDATED, ACCESS}),
    ]
    for number, (act, expected) in enumerate(cases):
        assert told(act) == expected, number


def test_nothing_is_announced_of_what_was_refused(told):
    process = make.process()
    actor = process.created_by
    phase, _objective, [task] = make.branch(process)
    row = process.roles.get()
    for act in (
        lambda: roles.role_revoke(actor=actor, row=row),
        lambda: roles.role_grant(actor=actor, process=process, user=actor, role="observer"),
        lambda: tree.node_move(actor=actor, node=phase, parent=task, position=0),
        lambda: tree.node_update(actor=actor, node=task, title=""),
        lambda: prerequisites.prerequisites_set(actor=actor, node=task, blocks=[task]),
    ):
        assert told(act) == set()
