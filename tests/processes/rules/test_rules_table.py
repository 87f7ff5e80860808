"""The whole table of rights, written out a second time by hand: role × openness × state × ability."""

import itertools
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser

from community.models import User
from processes.models import Node, NodeKind, Process
from processes.permissions import ABILITIES, ProcessAccess
from processes.permissions.roles import RoleRow

EVERYTHING = {
    "process_read", "process_edit", "process_visibility_set", "process_finish", "role_grant",
    "invitation_create", "team_edit", "join_request_create", "join_request_decide", "node_create",
    "node_edit", "node_move", "node_disable", "task_status_set", "task_assign", "asset_create",
    "asset_edit", "document_create", "document_read", "document_write", "thread_create",
    "comment_create", "thread_resolve", "thread_dispose", "document_edit", "activity_read",
    "document_redact", "wait_override", "process_export", "story_write", "phase_rule", "checklist_tick",
    "contribution_publish",
}  # fmt: skip
READ = {"process_read", "document_read"}
INSIDE = READ | {"activity_read"}
COMMENT = {"thread_create", "comment_create"}
VOICE = COMMENT | {"document_write", "thread_resolve", "thread_dispose"}

GIVEN = {
    "coordinator": EVERYTHING - {"join_request_create"},
    "facilitator": EVERYTHING
    - {"join_request_create", "process_visibility_set", "process_finish", "thread_dispose"}
    - {"document_redact", "wait_override", "process_export"}
    - {"story_write", "phase_rule", "contribution_publish"},
    "coauthor": INSIDE
    | COMMENT
    | {"document_write", "document_create", "asset_create", "thread_resolve", "checklist_tick"},
    "commenter": INSIDE | COMMENT,
    "observer": INSIDE,
}
OPEN = {
    "private": set(),
    "public": READ,
    "open_to_comment": READ | COMMENT,
    "open_to_join": READ | {"join_request_create"},
}


def expected_when_open(role: str, visibility: str) -> set[str]:
    if role == "none":
        return set()
    if role == "anonymous":
        return OPEN[visibility] & READ
    if role == "visitor":
        return OPEN[visibility]
    if role == "operator":
        return OPEN[visibility] | (GIVEN["coordinator"] - VOICE)
    return (OPEN[visibility] - {"join_request_create"}) | GIVEN[role]


def expected(role: str, visibility: str, state: str) -> set[str]:
    given = expected_when_open(role, visibility)
    wide = {
        a for a in given if a.startswith(("process_", "join_", "team_", "story_", "contribution_"))
    }
    if state == "finished":
        return given & (
            INSIDE | {"process_finish", "process_export", "story_write", "contribution_publish"}
        )
    if state == "disabled":
        restore = {"node_disable"} if role in ("coordinator", "operator") else set()
        return (given & INSIDE) | wide | restore
    return given


def make_access(role: str, visibility: str, state: str) -> tuple[ProcessAccess, Node]:
    process = Process(
        visibility=visibility, status="finished" if state == "finished" else "in_progress"
    )
    task = Node(process=process, kind=NodeKind.TASK)
    if state == "disabled":
        task.disabled_at = process.created_at
    user = AnonymousUser() if role == "anonymous" else User(is_superuser=role == "operator")
    named = [RoleRow((), role, True)] if role in (*GIVEN, "none") else []
    access = ProcessAccess(user, process, named)
    access.__dict__["assigned_node_ids"] = frozenset()
    return access, task


ROLES = [*GIVEN, "none", "visitor", "anonymous", "operator"]


@pytest.mark.parametrize(
    ("role", "visibility", "state"),
    itertools.product(ROLES, OPEN, ["open", "finished", "disabled"]),
)
def test_abilities_are_those_of_the_table(role, visibility, state):
    access, task = make_access(role, visibility, state)
    allowed = {ability for ability, may in access.abilities(task).items() if may}
    assert allowed == expected(role, visibility, state)


def test_the_table_knows_every_ability():
    assert set(ABILITIES) == EVERYTHING


@pytest.mark.parametrize(
    ("role", "visibility", "state"),
    itertools.product(ROLES, OPEN, ["open", "finished", "disabled"]),
)
def test_every_refusal_has_a_reason_and_a_code(role, visibility, state):
    access, task = make_access(role, visibility, state)
    for ability in ABILITIES:
        decision = access.decide(ability, task)
        if not decision:
            assert decision.reason
            assert decision.code in {
                "not_found", "sign_in", "role", "has_role", "process_finished", "node_disabled",
            }  # fmt: skip


def test_what_may_not_be_seen_is_not_found_whatever_is_asked():
    access, task = make_access("visitor", "private", "open")
    assert {access.decide(ability, task).code for ability in ABILITIES} == {"not_found"}


def test_anonymous_is_asked_to_sign_in_where_that_would_help():
    access, task = make_access("anonymous", "open_to_comment", "open")
    assert access.decide("comment_create", task).code == "sign_in"
    assert access.decide("document_write", task).code == "role"
    access, task = make_access("anonymous", "open_to_join", "open")
    assert access.decide("join_request_create").code == "sign_in"


def test_finished_is_the_reason_before_any_other():
    access, task = make_access("anonymous", "open_to_comment", "finished")
    assert access.decide("comment_create", task).code == "process_finished"


def test_who_switched_a_branch_off_may_switch_it_on_again():
    access, task = make_access("facilitator", "private", "disabled")
    assert not access.decide("node_disable", task)
    task.disabled_by = access.user
    assert access.decide("node_disable", task)
    assert not access.decide("node_edit", task)


def test_a_disabled_account_is_nobody():
    access = ProcessAccess(User(is_active=False, is_superuser=True), Process(visibility="private"))
    assert not access.decide("process_read")


def test_an_unknown_ability_is_a_fault_of_ours():
    access, task = make_access("coordinator", "private", "open")
    with pytest.raises(ValueError, match="no such ability"):
        access.decide("fly", task)


def test_a_node_of_another_process_is_not_looked_up(db):
    access, _task = make_access("coordinator", "private", "open")
    access.process.save()
    with pytest.raises(LookupError):
        access.decide("node_edit", uuid.uuid4())
