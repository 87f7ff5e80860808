"""Inviting many people by a list: looked over first, then done by a job, person by person."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cocreation.kernel.errors import DomainError, Invalid
from community import background_kinds
from community.background_kinds import Outcome, Progress
from community.models import BackgroundWork, User
from community.services.background import work_start
from processes.models import Process, ProcessRole, Team, TeamMember
from processes.paths import process_path
from processes.people_csv import Line, People, read_people
from processes.permissions import decide, decide_grant, require
from processes.permissions.roles import RANK
from processes.services.invitations import LIST_PER_DAY, invitation_create
from processes.services.teams import team_create

KIND = "process.people_import"


def people_check(
    *, actor: User, process: Process, data: bytes, default_role: str, new_teams: bool = False
) -> People:
    """Look a list over for a process: nothing is written. Every line is good or says what is wrong with it.

    Besides what `read_people` finds: roles above the actor's own, people who have the role (or a higher one), and
    teams that are not there, unless they are to be made (`new_teams`, for those who may make teams).
    Raises: as `read_people`. Queries: 5.
    """
    people = read_people(data, default_role=default_role, language=process.language)
    refused = {
        role: str(getattr(decision, "reason", ""))
        for role in {line.role for line in people.lines if line.role}
        if not (decision := decide_grant(actor, process, role, ability="invitation_create"))
    }
    ranks = _ranks(process)
    makes_teams = new_teams and bool(decide(actor, "team_edit", process))
    known = {name.casefold() for name in process.teams.values_list("name", flat=True)}
    for line in people.lines:
        if line.role in refused:
            line.problems.append(refused[line.role])
        elif line.role and ranks.get(line.email, 0) >= RANK[line.role]:
            line.problems.append(_("This person has this role already, or a higher one."))
        if line.team and not makes_teams and line.team.casefold() not in known:
            line.problems.append(_no_team(line.team))
    return people


def teams_missing(process: Process, lines: list[Line]) -> list[str]:
    """Return the names of the teams that the lines name and the process does not have, sorted. 1 query."""
    known = {name.casefold() for name in process.teams.values_list("name", flat=True)}
    wanted = {line.team.casefold(): line.team for line in lines if line.team}
    return sorted(name for key, name in wanted.items() if key not in known)


def people_import_start(
    *, actor: User, process: Process, lines: list[Line], with_teams: bool = False
) -> BackgroundWork:
    """Have the good lines of a list invited by a job; teams named in it that are missing are made, if wanted.

    Emits: the job; what `invitation_create` and `team_create` emit, for each.
    """
    rows = [
        {"email": line.email, "role": line.role, "team": line.team, "language": line.language}
        for line in lines
        if not line.problems
    ]
    return work_start(
        actor=actor,
        kind=KIND,
        label=process.title,
        data={"rows": rows, "with_teams": with_teams},
        process_id=process.pk,
    )


def _run(work: BackgroundWork, progress: Progress) -> Outcome:
    """Invite one after the other, each in a transaction of its own: what is refused leaves the others."""
    process = Process.objects.get(pk=work.process_id)
    require(decide(work.owner, "invitation_create", process))
    rows = work.data["rows"]
    teams = _teams(work, process, rows) if rows else {}
    progress.total(len(rows))
    invited, refused = 0, []
    for row in rows:
        try:
            # Whoever is meant for a team is not invited without it.
            if (name := row["team"]) and name.casefold() not in teams:
                raise Invalid(_no_team(name), "team")
            invitation_create(
                actor=work.owner,
                process=process,
                email=row["email"],
                role=row["role"],
                team=teams.get(row["team"].casefold()),
                language=row["language"],
                per_day=LIST_PER_DAY,
            )
            invited += 1
        except DomainError as error:
            refused.append({"email": row["email"], "why": str(error.message)})
        progress.step()
    return Outcome(
        result_url=f"{process_path(process)}people/",
        report={"invited": invited, "refused": refused[:200]},
    )


def _teams(work: BackgroundWork, process: Process, rows: list[dict]) -> dict[str, Team]:
    """Return the teams of the list by name in small letters, making those that are missing."""
    teams = {team.name.casefold(): team for team in Team.objects.filter(process=process)}
    if work.data["with_teams"] and decide(work.owner, "team_edit", process):
        wanted = {row["team"].casefold(): row["team"] for row in rows if row["team"]}
        with transaction.atomic():
            for key, name in wanted.items():
                if key not in teams:
                    teams[key] = team_create(actor=work.owner, process=process, name=name)
    return teams


def _no_team(name: str) -> str:
    return _("There is no team “%(team)s”.") % {"team": name}


def _ranks(process: Process) -> dict[str, int]:
    """Return the rank that each person has in the whole process, by their address."""
    ranks: dict[str, int] = {}
    own = ProcessRole.objects.filter(process=process, node=None, user__isnull=False)
    by_team = TeamMember.objects.filter(team__roles__process=process, team__roles__node=None)
    for email, role in [
        *own.values_list("user__email", "role"),
        *by_team.values_list("user__email", "team__roles__role"),
    ]:
        ranks[email.lower()] = max(ranks.get(email.lower(), 0), RANK.get(role, 0))
    return ranks


def register_kind() -> None:
    """Make this kind of long work known (called by `ready()`)."""
    title = gettext_lazy("Inviting people from a list")
    background_kinds.register(background_kinds.Kind(KIND, title, _run))
