"""A process with some of everything, made through the services; and its archive as plain values."""

import datetime
import io
import json
import random
import shutil
import tempfile
import zipfile
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from community.models import User
from documents.models import Outcome
from documents.services import dispositions, images, threads, versions
from documents.services.documents import document_remove
from processes.archive.counting import Counting
from processes.archive.writer import archive_write
from processes.models import Node, Process, PublishedShares, Role, WorkDays
from processes.selectors.phases import phase_texts
from processes.services import (
    assets,
    checklists,
    contributions,
    invitations,
    joining,
    links,
    phases,
    pictures,
    prerequisites,
    stories,
    tasks,
    tree,
)
from processes.services.processes import process_finish
from processes.services.roles import role_grant
from processes.services.teams import team_create, team_member_add
from tests.factories import community as community_factory
from tests.factories import documents as text_factory
from tests.factories import interlinkers as catalogue_factory
from tests.factories import processes as factory

FOLDER = tempfile.TemporaryDirectory(prefix="archives-of-tests-")
WORDS = ["Ceļš uz skolu", "Школа", "safe crossing", "👩‍🏫 teacher", 'žurka < & > "quotes"']


def rich_process(seed: int = 1) -> Process:
    """Make a process with some of everything there is, of varying kind and number."""
    dice = random.Random(seed)
    coordinator = community_factory.user("Coordinator")
    organisation = community_factory.organisation("Ministry of Regions")
    community_factory.membership(organisation, coordinator)
    process = factory.process(
        coordinator,
        title=dice.choice(WORDS),
        summary="About\u2028it",
        visibility=dice.choice(["public", "open_to_comment", "open_to_join"]),
        organisation=organisation,
        template=factory.template(phases=1 + seed % 3, tasks=2, duration_days=3),
        starts_on=datetime.date(2026, 3, 2),
    )
    process.work_days = WorkDays.values[seed % len(WorkDays.values)]
    process.save(update_fields=["work_days"])
    _people(process, coordinator, organisation, dice)
    _plan(process, coordinator, dice)
    task = process.nodes.filter(kind="task").order_by("pk").first()
    _things(process, coordinator, task, dice)
    _picture(process, coordinator)
    for number in range(1 + seed % 2):
        _text(process, coordinator, task, dice, number)
    texts = phase_texts(task.parent.parent)
    levels = {"coauthors": dice.choice(["write", "comment"]), "visitors": "read"}
    phases.phase_rules_set(actor=coordinator, phase=task.parent.parent, only=texts[:1], **levels)
    phases.phase_close(actor=coordinator, phase=task.parent.parent)
    _contributions(process, coordinator, task)
    if seed % 2 == 0:
        _story(process, coordinator)
    return process


def _picture(process: Process, coordinator: User) -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 200), "green").save(out, "PNG")
    upload = SimpleUploadedFile("a.png", out.getvalue())
    pictures.picture_set(actor=coordinator, process=process, alt="A green field", file=upload)


def _contributions(process: Process, coordinator: User, task: Node) -> None:
    contributions.points_set(
        actor=coordinator, process=process, has_points=True, points_reason="A tree is planted."
    )
    contributions.complexity_set(actor=coordinator, task=task, complexity=3)
    cells = [{"group": "citizens", "percent": 60}, {"group": "others", "percent": 40}]
    PublishedShares.objects.create(
        process=process,
        figures={"kinds": [{"name": "comments", "cells": cells}]},
        published_by=coordinator,
    )


def _story(process: Process, coordinator: User) -> None:
    process_finish(actor=coordinator, process=process)
    story = stories.story_begin(actor=coordinator, process=process)
    chosen = list(
        process.nodes.filter(assets__kind="document").values_list("assets__pk", flat=True)
    )
    story = stories.story_update(
        actor=coordinator, story=story, results="A law", lessons="Ask", materials=chosen
    )
    story = stories.story_publish(actor=coordinator, story=story)
    stories.review_set(actor=community_factory.user("Reader"), story=story, rating=4, body="Good")


def _people(process: Process, coordinator: User, organisation, dice) -> None:
    team = team_create(
        actor=coordinator, process=process, name="NGO team", organisation=organisation
    )
    for number in range(dice.randint(1, 3)):
        team_member_add(
            actor=coordinator, team=team, user=community_factory.user(f"Co-author {number}")
        )
    role_grant(actor=coordinator, process=process, team=team, role=Role.COAUTHOR)
    for role in (Role.FACILITATOR, Role.COMMENTER, Role.OBSERVER, Role.NONE):
        node = process.nodes.filter(kind="phase").first() if role == Role.NONE else None
        user = community_factory.user(str(role))
        role_grant(actor=coordinator, process=process, user=user, role=role, node=node)
    invitations.invitation_create(
        actor=coordinator, process=process, email="guest@example.org", role=Role.COMMENTER
    )
    _link, secret = links.link_create(actor=coordinator, process=process, role=Role.OBSERVER)
    links.link_accept(secret=secret, user=community_factory.user("By link"))
    if process.visibility == "open_to_join":
        joining.join_request_create(
            actor=community_factory.user("Citizen"), process=process, reason="I live there"
        )


def _plan(process: Process, coordinator: User, dice) -> None:
    phase = process.nodes.filter(kind="phase").first()
    other = tree.node_create(actor=coordinator, process=process, kind="phase", title="Later")
    prerequisites.prerequisites_set(actor=coordinator, node=other, advice=[phase])
    some = list(process.nodes.filter(kind="task").order_by("pk"))
    prerequisites.prerequisites_set(actor=coordinator, node=some[1], blocks=[some[0]])
    prerequisites.wait_override(actor=coordinator, node=some[1], reason="Now")
    tree.node_update(actor=coordinator, node=some[0], description="**Why**", done_when="It is done")
    some[0].problem_profiles.add(catalogue_factory.profile())
    _checklist(some[0], coordinator)
    tasks.task_assign(actor=coordinator, task=some[0], user=coordinator)
    tasks.task_assign(actor=coordinator, task=some[1], team=process.teams.get())
    tasks.task_status_set(actor=coordinator, task=some[1], status="in_progress")
    tree.node_disable(actor=coordinator, node=other)


def _checklist(task, coordinator: User) -> None:
    points = [
        checklists.point_add(actor=coordinator, task=task, text=words, is_needed=number != 1)
        for number, words in enumerate(WORDS[:4])
    ]
    checklists.point_tick(actor=coordinator, point=points[0], is_done=True)
    checklists.point_remove(actor=coordinator, point=points[3])


def _things(process: Process, coordinator: User, task, dice) -> None:
    upload = SimpleUploadedFile("Budžets.csv", ("a;b\n" * dice.randint(1, 50)).encode())
    assets.asset_file_create(actor=coordinator, task=task, upload=upload)
    link = assets.asset_link_create(actor=coordinator, task=task, url="https://example.org/law")
    assets.asset_remove(actor=coordinator, asset=link)
    assets.asset_interlinker_create(
        actor=coordinator, task=task, interlinker=catalogue_factory.interlinker()
    )


def _text(process: Process, coordinator: User, task, dice, number: int) -> None:
    made = assets.asset_document_create(
        actor=coordinator, task=task, title=f"A plan {number}",
        start={"kind": "markdown", "text": text_factory.TEXT},
    )  # fmt: skip
    document = process.documents.get(pk=made.object_id)
    image_file = io.BytesIO()
    Image.new("RGB", (9, 7), "#336699").save(image_file, "PNG")
    images.image_add(
        actor=coordinator, document=document, data=image_file.getvalue(), name="map.png"
    )
    anchor = text_factory.anchor_on(document, "safely")
    commenter = User.objects.get(name="commenter")
    first = threads.thread_create(
        actor=commenter, document=document, anchor=anchor, body="How safely?"
    )
    threads.comment_create(actor=coordinator, thread=first, body="Very.\n\n> quoted")
    second = threads.thread_create(actor=commenter, document=document, anchor=None, body="Why?")
    text_factory.edit(document, "safely", "slowly", actor=coordinator)
    versions.version_create(actor=coordinator, document=document, title="First")
    dispositions.disposition_set(
        actor=coordinator, thread=second, outcome=Outcome.ANSWERED, reason="Because."
    )
    if number:
        document_remove(actor=coordinator, document=document)


def archive_of(process: Process) -> Path:
    """Write the archive of a process and return its path; it goes when the tests end."""
    made = archive_write(process, Counting())[0]
    return Path(shutil.move(made, FOLDER.name))


def contents(path: Path) -> dict[str, object]:
    """Return an archive as plain values: rows by table, files as bytes; without when it was made."""
    with zipfile.ZipFile(path) as archive:
        found: dict[str, object] = {}
        for name in archive.namelist():
            data = archive.read(name)
            if name.endswith(".jsonl"):
                found[name] = [json.loads(line) for line in data.splitlines()]
            elif name.endswith(".json"):
                found[name] = json.loads(data)
            else:
                found[name] = data
    return found
