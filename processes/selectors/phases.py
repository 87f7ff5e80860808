"""What may be done in each phase, by whom, in words."""

import datetime
import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _

from processes.models import (
    Asset,
    AssetKind,
    Node,
    NodeKind,
    PhaseLevel,
    PhaseRule,
    PhaseState,
    Process,
    Role,
    Visibility,
)
from processes.permissions import ProcessAccess, access_for
from processes.permissions.phases import RANK
from processes.phase_presets import KINDS, proposed_preset

FREE = "free"
GROUPS = ("leaders", "coauthors", "commenters", "visitors")
# What the roles give by themselves, where a phase has no rules.
BY_ROLE = {
    "leaders": PhaseLevel.WRITE,
    "coauthors": PhaseLevel.WRITE,
    "commenters": PhaseLevel.COMMENT,
}
BY_OPENNESS = {Visibility.OPEN_TO_COMMENT: PhaseLevel.COMMENT}


@dataclass(frozen=True)
class PhaseView:
    """A phase with its rules. `levels`: what each group may do in it now or when it is open, the openness of the
    process taken into account; `state` "free" when it has no rules. `only` are titles of the texts it is about."""

    id: uuid.UUID
    title: str
    state: str
    ends_on: datetime.date | None
    levels: dict[str, str]
    only: list[str]
    opened_at: datetime.datetime | None = None
    closed_at: datetime.datetime | None = None
    # The name of the rules that its template proposes, where it has none (processes/phase_presets.py).
    proposed: str = ""

    @property
    def state_label(self) -> str:
        """The state in words."""
        if self.state == FREE:
            return _("No rules of its own")
        return str(PhaseState(self.state).label)

    @property
    def sentences(self) -> list[str]:
        """The rules in plain words, one sentence for each level that anybody has."""
        return [sentence for level in PhaseLevel if (sentence := self._sentence(level))]

    def _sentence(self, level: PhaseLevel) -> str:
        groups = [group_label(name) for name in GROUPS if self.levels[name] == level]
        if not groups:
            return ""
        patterns = {
            PhaseLevel.WRITE: _("May write: %(groups)s."),
            PhaseLevel.COMMENT: _("May comment: %(groups)s."),
            PhaseLevel.READ: _("May only read: %(groups)s."),
        }
        return patterns[level] % {"groups": ", ".join(groups)}


def group_label(name: str) -> str:
    """Return what a group is called, in the middle of a sentence."""
    return {
        "leaders": _("coordinators and facilitators"),
        "coauthors": _("co-authors"),
        "commenters": _("commenters"),
        "visitors": _("everybody else"),
    }[name]


def rights_table(views: list[PhaseView]) -> list[tuple[str, list[str]]]:
    """Return (group, what it may in each phase), in words, for a table with a column for each phase."""
    return [
        (group_label(name), [str(PhaseLevel(view.levels[name]).label) for view in views])
        for name in GROUPS
    ]


def phase_views(process: Process, user) -> list[PhaseView]:
    """Return the phases that a person may see, with their rules, in their order. Queries: 2 to 4."""
    access = access_for(user, process)
    phases = Node.objects.filter(process=process, kind=NodeKind.PHASE, disabled_at=None)
    rules = {
        rule.phase_id: rule
        for rule in PhaseRule.objects.filter(phase__process=process).prefetch_related("only")
    }
    return [
        _view(process, phase, rules.get(phase.pk), access)
        for phase in phases.order_by("order", "created_at")
        if access.can_see(phase.pk)
    ]


def _view(
    process: Process, phase: Node, rule: PhaseRule | None, access: ProcessAccess
) -> PhaseView:
    bound = BY_OPENNESS.get(process.visibility, PhaseLevel.READ)
    levels = {**BY_ROLE, "visitors": bound}
    if rule is not None:
        own = {name: getattr(rule, name) for name in GROUPS}
        visitors = min(own["visitors"], bound, key=lambda level: RANK[PhaseLevel(level)])
        # Nobody with a role has less than passers-by.
        levels = {
            name: max(own[name], visitors, key=lambda level: RANK[PhaseLevel(level)])
            for name in GROUPS
        } | {"visitors": visitors}
    return PhaseView(
        id=phase.pk,
        title=phase.title,
        state=rule.state if rule else FREE,
        ends_on=phase.ends_on,
        levels={name: str(level) for name, level in levels.items()},
        # Only what the reader may see is named.
        only=[asset.title for asset in rule.only.all() if access.can_see(asset.task_id)]
        if rule
        else [],
        opened_at=rule.opened_at if rule else None,
        closed_at=rule.closed_at if rule else None,
        proposed="" if rule else proposed_preset(phase),
    )


def phase_rule(phase: Node) -> PhaseRule | None:
    """Return the rules of a phase, None where it has none."""
    return PhaseRule.objects.filter(phase=phase).prefetch_related("only").first()


def phase_texts(phase: Node) -> list[Asset]:
    """Return the texts of a phase, oldest first."""
    rows = Asset.objects.filter(
        task__parent__parent=phase, kind=AssetKind.DOCUMENT, removed_at=None
    )
    return list(rows.select_related("task__parent__parent").order_by("created_at"))


def tasks_of_phase(phase: Node) -> list[Node]:
    """Return the tasks of a phase that are not switched off, in their order."""
    rows = Node.objects.filter(
        parent__parent=phase, kind=NodeKind.TASK, disabled_at=None, parent__disabled_at=None
    )
    return list(rows.order_by("parent__order", "order"))


def phases_before_texts(phase: Node) -> list[Asset]:
    """Return the texts of earlier phases, which can go on in this one."""
    rows = Asset.objects.filter(
        task__process=phase.process_id,
        task__parent__parent__order__lt=phase.order,
        kind=AssetKind.DOCUMENT,
        removed_at=None,
    )
    return list(rows.select_related("task__parent__parent").order_by("created_at"))


def role_group(role: str) -> str:
    """Return the group of the rules that a role belongs to."""
    if role in (Role.COORDINATOR, Role.FACILITATOR):
        return "leaders"
    return {Role.COAUTHOR: "coauthors", Role.COMMENTER: "commenters"}.get(role, "visitors")


def proposes_rules(process: Process) -> bool:
    """Tell whether a process without any rules has phases whose kind proposes some. Queries: 1, none with rules."""
    if process.phase_rule_count:
        return False
    return Node.objects.filter(
        process=process, kind=NodeKind.PHASE, disabled_at=None, phase_kind__in=KINDS
    ).exists()


def open_now(process: Process, user) -> list[PhaseView]:
    """Return the open phases, for the line that says what one can do now. None where no phase has rules."""
    if not process.phase_rule_count:
        return []
    return [view for view in phase_views(process, user) if view.state == PhaseState.OPEN]
