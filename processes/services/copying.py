"""A new process out of another: always its plan; on wish people and roles, texts as they are now, files, a picture."""

import datetime
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cocreation.kernel.errors import Invalid, NotFound
from cocreation.kernel.storing import file_keep, files_undone
from community import background_kinds
from community.background_kinds import Outcome, Progress
from community.models import BackgroundWork, User
from community.services.background import work_start
from community.services.notifications import notify
from processes import asset_kinds
from processes.models import (
    Asset,
    AssetKind,
    ChecklistItem,
    Node,
    NodeKind,
    NodeStatus,
    Prerequisite,
    Process,
    ProcessRole,
    Story,
    StoryStatus,
    Team,
    TeamMember,
)
from processes.paths import process_path
from processes.permissions import access_for, decide, require
from processes.services.changes import process_lock, record
from processes.services.pictures import picture_copy
from processes.services.processes import process_create
from processes.services.roles import role_write
from processes.services.stories import story_reused
from processes.services.teams import team_create
from processes.validation import check_start

COPY = "process.copy"
BATCH = 200
# What of a part of the plan belongs to the process that it was in, not to the plan.
NOT_THE_PLAN = {
    "id", "process", "parent", "status", "finished_at", "disabled_at", "disabled_by", "revision",
    "field_revisions", "created_at", "updated_at", "starts_on", "ends_on",
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """What comes along besides the plan."""

    people: bool = False
    texts: bool = False
    files: bool = False
    picture: bool = False

    @property
    def is_large(self) -> bool:
        """Whether it may take long, so that it is better done in the background."""
        return self.texts or self.files

    @property
    def is_more_than_the_plan(self) -> bool:
        """Whether anything comes along that only coordinators may take."""
        return self.people or self.texts or self.files or self.picture


def copy_demand(*, actor: User, source: Process, choice: Choice) -> None:
    """Check who copies what: whoever may read a process may take its plan, the rest is for its coordinators.

    A published story opens the plan of its process, also of a private one, where the story says so.
    Raises: NotFound, Forbidden.
    """
    if choice.is_more_than_the_plan:
        require(decide(actor, "process_export", source))
    elif not _is_shared(source):
        require(decide(actor, "process_read", source))


def _is_shared(source: Process) -> bool:
    return Story.objects.filter(
        process=source, status=StoryStatus.PUBLISHED, shares_plan=True
    ).exists()


@files_undone()
@transaction.atomic
def process_copy(
    *,
    actor: User,
    source: Process,
    title: str,
    starts_on: datetime.date | None = None,
    choice: Choice | None = None,
) -> Process:
    """Make a working group with the plan of `source`, its dates moved so that it begins on `starts_on`; nothing that
    was switched off, no status and no comment comes along. Whoever copies is the coordinator.

    Only what the actor may see of the plan is copied. Raises: Forbidden, NotFound, Invalid.
    Emits: activity process.created, process.copied; notifications to people who come along.
    """
    choice = choice or Choice()
    copy_demand(actor=actor, source=source, choice=choice)
    check_start(starts_on)
    copy = process_create(
        actor=actor,
        title=title,
        summary=source.summary,
        description=source.description if decide(actor, "process_read", source) else "",
        language=source.language,
        governance=source.governance,
    )
    copy.template, copy.time_zone = source.template, source.time_zone
    copy.work_days = source.work_days
    copy.save(update_fields=["template", "time_zone", "work_days", "updated_at"])
    nodes = _plan_copy(actor, source, copy, starts_on)
    if choice.people:
        _people_copy(actor, source, copy, nodes)
    if choice.is_large:
        _things_copy(actor, source, nodes, choice)
    if choice.picture:
        picture_copy(actor=actor, source=source, copy=copy)
    record(actor, "process.copied", copy, source.title, source=str(source.pk), **asdict(choice))
    return copy


@transaction.atomic
def story_use(
    *, actor: User, story: Story, title: str, starts_on: datetime.date | None = None
) -> Process:
    """Begin a process with the plan of a published story. Raises: Forbidden, NotFound, Invalid."""
    copy = process_copy(actor=actor, source=story.process, title=title, starts_on=starts_on)
    story_reused(story=story)
    return copy


@transaction.atomic
def copy_request(
    *,
    actor: User,
    source: Process,
    title: str,
    starts_on: datetime.date | None = None,
    choice: Choice,
) -> BackgroundWork:
    """Ask for a copy in the background. Raises: Forbidden, NotFound, TooMany."""
    copy_demand(actor=actor, source=source, choice=choice)
    check_start(starts_on)
    if not title.strip():
        message = _("This field is required.")
        raise Invalid(message, "title", fields={"title": [message]})
    data = {"title": title, "starts_on": starts_on and starts_on.isoformat(), **asdict(choice)}
    return work_start(actor=actor, kind=COPY, label=title, data=data, process_id=source.pk)


def _copy_run(work: BackgroundWork, progress: Progress) -> Outcome:
    data = dict(work.data)
    title, day = data.pop("title"), data.pop("starts_on")
    starts_on = datetime.date.fromisoformat(day) if day else None
    progress.total(1)
    with progress.quiet(), files_undone(), transaction.atomic():
        progress.demand_running()
        copy = process_copy(
            actor=work.owner,
            source=Process.objects.get(pk=work.process_id),
            title=title,
            starts_on=starts_on,
            choice=Choice(**data),
        )
    progress.step()
    return Outcome(result_url=process_path(copy))


def _plan_copy(
    actor: User, source: Process, copy: Process, starts_on: datetime.date | None
) -> dict[uuid.UUID, Node]:
    """Copy the parts that count and return {id there: part here}."""
    rows = {row.pk: row for row in _plan_of(actor, source)}
    shift = _shift(rows.values(), starts_on)
    columns = [
        column.attname
        for column in Node._meta.concrete_fields  # noqa: SLF001 - Django documents it
        if column.name not in NOT_THE_PLAN
    ]
    nodes = {}
    for row in rows.values():
        node = Node(process=copy, status=NodeStatus.AWAITING)
        for name in columns:
            setattr(node, name, getattr(row, name))
        for name in ("starts_on", "ends_on"):
            day = getattr(row, name)
            setattr(node, name, day + shift if day else None)
        nodes[row.pk] = node
    for pk, row in rows.items():
        nodes[pk].parent = nodes.get(row.parent_id)
    for kind in (NodeKind.PHASE, NodeKind.OBJECTIVE, NodeKind.TASK):
        some = [node for node in nodes.values() if node.kind == kind]
        Node.objects.bulk_create(some, batch_size=BATCH)
    _plan_ties_copy(nodes)
    return nodes


def _plan_of(actor: User, source: Process) -> list[Node]:
    """Return the parts that are not switched off, with everything above them, and that the actor may see."""
    access = None if _is_shared(source) else access_for(actor, source)
    rows = list(source.nodes.order_by("order", "created_at"))
    by_id = {row.pk: row for row in rows}
    kept: dict[uuid.UUID | None, bool] = {None: True}

    def is_kept(pk: uuid.UUID | None) -> bool:
        if pk not in kept:
            row = by_id[pk]
            seen = access is None or access.can_see(pk)
            kept[pk] = row.disabled_at is None and seen and is_kept(row.parent_id)
        return kept[pk]

    return [row for row in rows if is_kept(row.pk)]


def _shift(rows, starts_on: datetime.date | None) -> datetime.timedelta:
    first = min(
        (row.starts_on or row.ends_on for row in rows if row.starts_on or row.ends_on), default=None
    )
    return starts_on - first if starts_on and first else datetime.timedelta()


def _plan_ties_copy(nodes: Mapping[uuid.UUID, Node]) -> None:
    profiles = Node.problem_profiles.through
    profiles.objects.bulk_create(
        [
            profiles(node_id=nodes[tie.node_id].pk, problemprofile_id=tie.problemprofile_id)
            for tie in profiles.objects.filter(node_id__in=list(nodes))
        ],
        batch_size=BATCH,
    )
    ChecklistItem.objects.bulk_create(
        [
            ChecklistItem(
                task=nodes[row.task_id],
                text=row.text,
                is_needed=row.is_needed,
                position=row.position,
            )
            for row in ChecklistItem.objects.filter(task__in=list(nodes), removed_at__isnull=True)
        ],
        batch_size=BATCH,
    )
    Prerequisite.objects.bulk_create(
        [
            Prerequisite(node=nodes[tie.node_id], requires=nodes[tie.requires_id], kind=tie.kind)
            for tie in Prerequisite.objects.filter(node_id__in=list(nodes))
            if tie.requires_id in nodes
        ],
        batch_size=BATCH,
    )


def _people_copy(
    actor: User, source: Process, copy: Process, nodes: Mapping[uuid.UUID, Node]
) -> None:
    """Give the same people and teams the same roles; whoever copies stays coordinator. Closed accounts stay behind."""
    locked = process_lock(copy)
    teams = {team.pk: _team_copy(actor, team, locked) for team in source.teams.all()}
    told = set()
    rows = ProcessRole.objects.filter(process=source).select_related("user", "node")
    for row in rows.order_by("created_at"):
        is_own = row.user_id == actor.pk and row.node_id is None
        is_gone = row.user_id is not None and not row.user.is_active
        if is_own or is_gone or (row.node_id and row.node_id not in nodes):
            continue
        role_write(
            actor=actor,
            process=locked,
            user=row.user,
            team=teams.get(row.team_id),
            node=nodes.get(row.node_id),
            role=row.role,
        )
        if row.user_id and row.user_id != actor.pk:
            told.add(row.user)
    members = TeamMember.objects.filter(team__in=teams.values()).select_related("user")
    for person in told | {member.user for member in members if member.user_id != actor.pk}:
        notify(
            user=person,
            kind="role.granted",
            key=f"copied:{copy.pk}",
            data={"process": copy.title, "actor": actor.display_name},
            url=process_path(copy),
            process_id=copy.pk,
        )


def _team_copy(actor: User, source: Team, process: Process) -> Team:
    """Make the same team with the same people, before it has a role; closed accounts stay behind."""
    team = team_create(
        actor=actor,
        process=process,
        name=source.name,
        kind=source.kind,
        organisation=source.organisation,
    )
    TeamMember.objects.bulk_create(
        TeamMember(team=team, user_id=user_id)
        for user_id in source.members.filter(user__is_active=True).values_list("user_id", flat=True)
    )
    return team


def _things_copy(
    actor: User, source: Process, nodes: Mapping[uuid.UUID, Node], choice: Choice
) -> None:
    kinds = [AssetKind.DOCUMENT] if choice.texts else []
    kinds += [AssetKind.FILE, AssetKind.LINK, AssetKind.INTERLINKER] if choice.files else []
    assets = Asset.objects.filter(
        task__process=source, removed_at__isnull=True, kind__in=kinds
    ).order_by("created_at")
    for asset in assets:
        if asset.task_id in nodes:
            # What was removed meanwhile stays behind.
            with suppress(NotFound):
                _asset_copy(actor, asset, nodes[asset.task_id])


def _asset_copy(actor: User, source: Asset, task: Node) -> None:
    asset = Asset(task=task, created_by=actor)
    for name in (
        "kind", "title", "description", "url", "file_name", "content_type", "size_bytes", "interlinker_id",
    ):  # fmt: skip
        setattr(asset, name, getattr(source, name))
    if source.kind == AssetKind.FILE:
        if not source.file or not source.file.storage.exists(source.file.name):
            return
        ending = source.file.name.rpartition(".")[2]
        with source.file.open("rb") as file:
            file_keep(asset.file, f"{uuid.uuid4().hex}.{ending}", File(file))
    elif source.kind == AssetKind.DOCUMENT:
        handler = asset_kinds.get(source.kind)
        if handler is None or not source.object_id:
            return
        asset.object_id, asset.title = handler.copy(
            actor=actor, task=task, object_id=source.object_id
        )
    asset.save(force_insert=True)


def register_kinds() -> None:
    """Make the kind of work of this module known (called by `ready()`)."""
    background_kinds.register(
        background_kinds.Kind(COPY, gettext_lazy("Copying a process"), _copy_run)
    )
