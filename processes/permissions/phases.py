"""Role × phase: how much of what a role gives a phase lets through. Pure functions over loaded rules."""

import datetime
import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cocreation.kernel.decisions import Denied
from processes.models import PhaseLevel, PhaseRule, PhaseState, Process, Role

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
    ends_on: datetime.date | None = None
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
            return _("“%(phase)s” is closed: its texts can be read.") % said
        if self.state == PhaseState.PLANNED:
            return _("“%(phase)s” is not open yet.") % said
        return _("In “%(phase)s” this role %(level)s, if it gives as much.") % said

    def refusal(self, ability: str, role: str, object_id: uuid.UUID | None) -> Denied | None:
        """Return why the phase does not let an ability of a role through, None when it does.

        In a phase that is not open yet, leaders may prepare the texts; in a closed one nobody changes them.
        """
        if ability not in BOUNDED:
            return None
        said = {"phase": self.title}
        if self.state == PhaseState.CLOSED:
            return Denied(_("“%(phase)s” is closed: its texts can be read.") % said, "phase_closed")
        if self.state == PhaseState.PLANNED:
            if role in LEADERS:
                return None
            return Denied(_("“%(phase)s” is not open yet.") % said, "phase_not_open")
        if self.only and object_id is not None and object_id not in self.only:
            return Denied(_("“%(phase)s” is about other texts.") % said, "phase_rule")
        if ability in LETS_THROUGH[PhaseLevel(self.level(role))]:
            return None
        if ability in WRITE and self.level(role) == PhaseLevel.COMMENT:
            sentence = _("In “%(phase)s” you can comment, but not write in the text.")
        else:
            sentence = _("In “%(phase)s” you can read the texts.")
        return Denied(sentence % said, "phase_rule")


def load_rules(process: Process) -> dict[uuid.UUID, Rule]:
    """Return the rules of the phases of a process that have any. Queries: none, or 2 where there are."""
    if not process.phase_rule_count:
        return {}
    rows = PhaseRule.objects.filter(phase__process=process).select_related("phase")
    return {
        row.phase_id: Rule(
            title=row.phase.title,
            state=row.state,
            leaders=row.leaders,
            coauthors=row.coauthors,
            commenters=row.commenters,
            visitors=row.visitors,
            ends_on=row.phase.ends_on,
            only=frozenset(asset.object_id or asset.pk for asset in row.only.all()),
        )
        for row in rows.prefetch_related("only")
    }
