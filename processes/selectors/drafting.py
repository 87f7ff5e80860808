"""What the template of a process proposes for a task: a document to start, roles for teams of each kind (ADR 0012)."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interlinkers.models import Interlinker
from interlinkers.models.translations import words_in
from processes.models import Asset, AssetKind, Node, ProcessRole, Role, Team, TeamKind
from processes.permissions.access import access_for_people
from processes.permissions.roles import RANK, RoleRow, level_roles, role_on_path

# A template is made elsewhere: it may propose who writes, comments or reads, never who leads or is kept out.
PROPOSED = (Role.COAUTHOR, Role.COMMENTER, Role.OBSERVER)
# What stands between a proposal and a team, by its code.
STATES = {
    "give": _("does not have it yet"),
    "decided": _("was given a role here"),
    "has": _("has as much already"),
    "more": _("somebody in it has more here"),
    "barred": _("somebody in it was kept out of here"),
}


@dataclass(frozen=True)
class StartSuggestion:
    """That the template says this task gives birth to a document: what to call it and what to start from."""

    title: str
    interlinker: Interlinker | None
    # Markdown that the template itself brings, in the process's language as far as there is one.
    text: str = ""


@dataclass(frozen=True)
class RoleProposal:
    """The role that the template proposes on a task for a team, and what becomes of it (a code of `STATES`)."""

    team: Team
    role: str
    state: str

    @property
    def role_label(self) -> str:
        """The role in words, translated."""
        return str(Role(self.role).label)

    @property
    def state_label(self) -> str:
        """What becomes of it in words, translated."""
        return str(STATES[self.state])


def start_suggestion(task: Node, assets: list[Asset]) -> StartSuggestion | None:
    """Return the document that the template proposes to start here, None once the task holds one."""
    source = task.template_node
    if source is None or not source.document:
        return None
    if any(asset.kind == AssetKind.DOCUMENT and asset.removed_at is None for asset in assets):
        return None
    language = task.process.language
    title = words_in(source.document.get("titles") or {}, language) or task.title
    wanted = source.document.get("interlinker") or ""
    rows = Interlinker.objects.filter(is_published=True).prefetch_related("translations")
    # Ids are stable within their source only.
    rows = rows.filter(external_id=wanted, source=source.template.source)
    interlinker = rows.first() if wanted else None
    words = words_in(source.document.get("texts") or {}, language)
    return StartSuggestion(title[:200], interlinker, words)


def roles_proposed(task: Node) -> dict[str, str]:
    """Return {kind of team: role} as the template says; what we do not know or do not take is left out. No queries."""
    said = task.template_node.roles if task.template_node else {}
    return {
        kind: role for kind, role in said.items() if kind in TeamKind.values and role in PROPOSED
    }


def role_proposals(task: Node) -> list[RoleProposal]:
    """Return what the template proposes for each team of the process that it concerns, by the team's name.

    A team gets nothing where it, or all its people, have as much from elsewhere: a row on the task would outlive what
    they have there. Nor where a row would lower somebody, or let somebody in whom "No access" keeps out.
    Queries: none without a proposal, else 7 at most.
    """
    proposed = roles_proposed(task)
    if not proposed:
        return []
    teams = list(
        Team.objects.filter(process=task.process_id, kind__in=proposed).prefetch_related(
            "members__user"
        )
    )
    people = {member.user for team in teams for member in team.members.all()}
    accesses = access_for_people([user for user in people if user.is_active], task.process)
    levels = _levels_of(task, teams)
    found = []
    for team in teams:
        present = [
            accesses[member.user_id].role_at(task)
            for member in team.members.all()
            if member.user_id in accesses
        ]
        state = _state(task, levels[team.pk], present, proposed[team.kind])
        found.append(RoleProposal(team, proposed[team.kind], state))
    return found


def _levels_of(task: Node, teams: list[Team]) -> dict:
    """Return {team: {place: role}} of the places on the way from the task up to the process."""
    path = _path(task)
    here = Q(node__isnull=True) | Q(node__in=path)
    rows = defaultdict(list)
    for team_id, role, node_id in ProcessRole.objects.filter(here, team__in=teams).values_list(
        "team_id", "role", "node_id"
    ):
        rows[team_id].append(RoleRow((node_id,) if node_id else (), role, is_direct=False))
    return {team.pk: level_roles(rows[team.pk]) for team in teams}


def _path(task: Node) -> list:
    steps, step = [], task
    while step is not None:
        steps.append(step.pk)
        step = step.parent
    return steps


def _state(task: Node, levels: dict, present: list[str], role: str) -> str:
    """Return the code of what becomes of a proposal. `present`: what the people of the team are at the task now."""
    if task.pk in levels:
        return "decided"
    wanted, own = RANK[role], role_on_path(levels, _path(task))
    ranks = [RANK.get(one, 0) for one in present]
    if Role.NONE in (own, *present):
        return "barred"
    if RANK.get(own or "", 0) >= wanted or (ranks and min(ranks) >= wanted):
        return "has"
    return "more" if ranks and max(ranks) > wanted else "give"
