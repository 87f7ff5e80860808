"""Role × phase × action, the whole table written out by hand; and that a phase never gives more than a role does."""

import itertools
from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from community.models import User
from processes.models import Node, NodeKind, Process, Visibility
from processes.permissions import ABILITIES, ProcessAccess
from processes.permissions.phases import BOUNDED, Rule
from processes.permissions.roles import RoleRow
from processes.phase_words import PhaseDays

ROLES = ["coordinator", "facilitator", "coauthor", "commenter", "observer", "visitor", "anonymous"]
LEVELS = {
    "drafting": {"leaders": "write", "coauthors": "write", "commenters": "comment", "visitors": "comment"},
    "consultation": {"leaders": "comment", "coauthors": "comment", "commenters": "comment", "visitors": "comment"},
    "decision": {"leaders": "write", "coauthors": "read", "commenters": "read", "visitors": "read"},
    "closed group": {"leaders": "write", "coauthors": "write", "commenters": "comment", "visitors": "read"},
}  # fmt: skip
ACTIONS = {"write": "document_write", "start": "document_create", "comment": "thread_create"}

# What each may do of write, start, comment in a process open to comment. "-" is nothing; anonymous people comment
# after signing in, so they have nothing of their own.
TABLE = {
    ("drafting", "planned"): {
        "coordinator": "write start comment", "facilitator": "write start comment", "coauthor": "-",
        "commenter": "-", "observer": "-", "visitor": "-", "anonymous": "-",
    },
    ("drafting", "open"): {
        "coordinator": "write start comment", "facilitator": "write start comment",
        "coauthor": "write start comment", "commenter": "comment", "observer": "comment",
        "visitor": "comment", "anonymous": "-",
    },
    ("consultation", "open"): {
        "coordinator": "comment", "facilitator": "comment", "coauthor": "comment",
        "commenter": "comment", "observer": "comment", "visitor": "comment", "anonymous": "-",
    },
    ("decision", "open"): {
        "coordinator": "write start comment", "facilitator": "write start comment", "coauthor": "-",
        "commenter": "-", "observer": "-", "visitor": "-", "anonymous": "-",
    },
    ("closed group", "open"): {
        "coordinator": "write start comment", "facilitator": "write start comment",
        "coauthor": "write start comment", "commenter": "comment", "observer": "-",
        "visitor": "-", "anonymous": "-",
    },
}  # fmt: skip
NOTHING = dict.fromkeys(ROLES, "-")


def expected(preset: str, state: str) -> dict[str, str]:
    if state == "closed":
        return NOTHING
    return TABLE[("drafting" if state == "planned" else preset, state)]


def make_access(
    role: str, levels: dict, state: str, visibility=Visibility.OPEN_TO_COMMENT, only=()
):
    process = Process(visibility=visibility)
    phase = Node(process=process, kind=NodeKind.PHASE)
    objective = Node(process=process, kind=NodeKind.OBJECTIVE, parent=phase)
    task = Node(process=process, kind=NodeKind.TASK, parent=objective)
    user = AnonymousUser() if role == "anonymous" else User()
    named = [] if role in ("anonymous", "visitor") else [RoleRow((), role, True)]
    access = ProcessAccess(user, process, named)
    access.assigned_node_ids = frozenset()
    access.rules = (
        {}
        if levels is None
        else {phase.pk: Rule(title="Phase", state=state, only=frozenset(only), **levels)}
    )
    return access, task


@pytest.mark.parametrize(
    ("preset", "state"), itertools.product(LEVELS, ["planned", "open", "closed"])
)
def test_what_each_role_may_in_each_phase(preset, state):
    found = {}
    for role in ROLES:
        access, task = make_access(role, LEVELS[preset], state)
        may = [name for name, ability in ACTIONS.items() if access.decide(ability, task)]
        found[role] = " ".join(may) or "-"
    assert found == expected(preset, state)


@given(
    role=st.sampled_from(ROLES),
    levels=st.fixed_dictionaries(
        {
            "leaders": st.sampled_from(["write", "comment", "read"]),
            "coauthors": st.sampled_from(["write", "comment", "read"]),
            "commenters": st.sampled_from(["comment", "read"]),
            "visitors": st.sampled_from(["comment", "read"]),
        }
    ),
    state=st.sampled_from(["planned", "open", "closed"]),
    visibility=st.sampled_from(list(Visibility)),
)
def test_a_phase_takes_away_writing_and_commenting_only_and_never_gives(
    role, levels, state, visibility
):
    ruled, task = make_access(role, levels, state, visibility)
    free, _task = make_access(role, None, "open", visibility)
    free_task = _task
    for ability in ABILITIES:
        with_rule, without = ruled.decide(ability, task), free.decide(ability, free_task)
        assert not with_rule or without
        if ability not in BOUNDED:
            assert bool(with_rule) == bool(without)
        elif without and not with_rule:
            assert with_rule.code in ("phase_closed", "phase_not_open", "phase_rule")
            assert "Phase" in with_rule.reason


DAYS = PhaseDays(
    closed_on=date(2026, 12, 3),
    opens_on=date(2026, 11, 2),
    ends_on=date(2026, 12, 4),
    next_on=date(2026, 12, 10),
)


@pytest.mark.parametrize(
    ("state", "preset", "ability", "days", "said"),
    [
        ("closed", "drafting", "thread_create", DAYS, "Comments in “Plan” closed on 3 December 2026; the next phase is to open on 10 December 2026."),
        ("closed", "drafting", "document_write", DAYS, "Writing in “Plan” closed on 3 December 2026; the next phase is to open on 10 December 2026."),
        ("closed", "drafting", "comment_create", replace(DAYS, next_on=None), "Comments in “Plan” closed on 3 December 2026; its texts can be read."),
        ("closed", "drafting", "document_write", replace(DAYS, next_on=date(2026, 12, 1)), "Writing in “Plan” closed on 3 December 2026; its texts can be read."),
        ("planned", "drafting", "document_write", DAYS, "“Plan” is not open yet; it is planned to open on 2 November 2026."),
        ("open", "consultation", "document_write", DAYS, "In “Plan”, until 4 December 2026, you can comment, but not write in the text."),
        ("open", "decision", "thread_create", DAYS, "In “Plan”, until 4 December 2026, you can only read the texts."),
    ],
)  # fmt: skip
def test_a_refusal_says_since_when_or_until_when_in_one_sentence(
    state, preset, ability, days, said
):
    rule = Rule(title="Plan", state=state, days=days, **LEVELS[preset])
    assert rule.refusal(ability, "coauthor", None).reason == said
    for language, part in (("lv", "2026. g."), ("uk", "2026")):
        with override(language):
            words = rule.refusal(ability, "coauthor", None).reason
        assert part in words
        assert "Plan" in words


def test_nobody_is_asked_to_sign_in_for_what_the_phase_refuses():
    access, task = make_access("anonymous", LEVELS["consultation"], "closed")
    assert access.decide("comment_create", task).code == "phase_closed"
    access, task = make_access("anonymous", LEVELS["consultation"], "open")
    assert access.decide("comment_create", task).code == "sign_in"


def test_a_phase_about_chosen_texts_leaves_the_others_to_be_read():
    chosen, other = User().pk, User().pk
    access, task = make_access("coauthor", LEVELS["drafting"], "open", only=[chosen])
    assert access.decide("document_write", task, object_id=chosen)
    assert access.decide("document_write", task, object_id=other).code == "phase_rule"
    assert access.decide("document_read", task, object_id=other)


def test_answers_are_given_when_the_consultation_has_closed():
    access, task = make_access("coordinator", LEVELS["consultation"], "closed")
    assert access.decide("thread_dispose", task)
    assert access.decide("node_edit", task)
