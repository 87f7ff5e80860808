"""Role × phase: how much of what a role gives a phase lets through. Pure functions over loaded rules."""

import uuid
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cocreation.kernel.decisions import Denied
from processes.models import Node, NodeKind, PhaseLevel, PhaseState, Process, Role
from processes.phase_words import (
    PhaseDays,
    bounded_words,
    closed_words,
    phase_days,
    planned_words,
    rule_of,
)

# What each level lets through of the abilities that phases bound; all other abilities are no matter of phases, above
# all steering (plan, people) and answering, which goes on when a consultation has closed.
WRITE = frozenset({"document_write", "document_create", "asset_create"})
COMMENT = frozenset({"thread_create", "comment_create", "thread_resolve"})
BOUNDED = WRITE | COMMENT
LETS_THROUGH = {
    PhaseLevel.WRITE: WRITE | COMMENT,
    PhaseLevel.COMMENT: COMMENT,
    PhaseLevel.READ: frozenset(),
}
RANK = {PhaseLevel.READ: 0, PhaseLevel.COMMENT: 1, PhaseLevel.WRITE: 2}
LEADERS = frozenset({Role.COORDINATOR, Role.FACILITATOR})


@dataclass(frozen=True)
class Rule:
    """The rules of one phase as rights need them. `only`: ids of the things (documents) they are about; empty: all."""

    title: str
    state: str
    leaders: str
    coauthors: str
    commenters: str
    visitors: str
    days: PhaseDays = field(default_factory=PhaseDays)
    only: frozenset[uuid.UUID] = frozenset()

    def level(self, role: str) -> str:
        """Return the level that this phase, when open, has for a role. Nobody has less than passers-by."""
        own = self.visitors
        if role in LEADERS:
            own = self.leaders
        elif role == Role.COAUTHOR:
            own = self.coauthors
        elif role == Role.COMMENTER:
            own = self.commenters
        return max(own, self.visitors, key=lambda level: RANK[PhaseLevel(level)])

    def words(self, role: str) -> str:
        """Return what the phase says to a role."""
        said = {"phase": self.title, "level": str(PhaseLevel(self.level(role)).label)}
        if self.state == PhaseState.CLOSED:
            return closed_words(self.title, self.days, is_comment=False)
        if self.state == PhaseState.PLANNED:
            return planned_words(self.title, self.days)
        return _("In “%(phase)s” this role %(level)s, if it gives as much.") % said

    def refusal(self, ability: str, role: str, object_id: uuid.UUID | None) -> Denied | None:
        """Return why the phase does not let an ability of a role through, None when it does.

        In a phase that is not open yet, leaders may prepare the texts; in a closed one nobody changes them.
        """
        if ability not in BOUNDED:
            return None
        if self.state == PhaseState.CLOSED:
            words = closed_words(self.title, self.days, is_comment=ability in COMMENT)
            return Denied(words, "phase_closed")
        if self.state == PhaseState.PLANNED:
            if role in LEADERS:
                return None
            return Denied(planned_words(self.title, self.days), "phase_not_open")
        if self.only and object_id is not None and object_id not in self.only:
            sentence = _("“%(phase)s” is about other texts.") % {"phase": self.title}
            return Denied(sentence, "phase_rule")
        if ability in LETS_THROUGH[PhaseLevel(self.level(role))]:
            return None
        may_comment = ability in WRITE and self.level(role) == PhaseLevel.COMMENT
        words = bounded_words(self.title, self.days, may_comment=may_comment)
        return Denied(words, "phase_rule")


def load_rules(process: Process) -> dict[uuid.UUID, Rule]:
    """Return the rules of the phases of a process that have any. Queries: none, or 2 where there are."""
    if not process.phase_rule_count:
        return {}
    # All phases, not only those with rules: a closed one says when the next is planned.
    phases = list(
        Node.objects.filter(process=process, kind=NodeKind.PHASE)
        .select_related("phase_rule")
        .prefetch_related("phase_rule__only")
        .order_by("order", "created_at")
    )
    return {
        phase.pk: Rule(
            title=phase.title,
            state=rule.state,
            leaders=rule.leaders,
            coauthors=rule.coauthors,
            commenters=rule.commenters,
            visitors=rule.visitors,
            days=phase_days(process, phases, index),
            only=frozenset(asset.object_id or asset.pk for asset in rule.only.all()),
        )
        for index, phase in enumerate(phases)
        if (rule := rule_of(phase)) is not None
    }
