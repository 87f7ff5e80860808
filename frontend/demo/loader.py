"""Loads fixtures/demo through the services, then moves what was made to the past.

Dates in the fixtures are counted in days before today, so that the demo is always mid-way.
"""

import datetime
import json
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils.translation import override

from cocreation.kernel import clock
from community.models import Mail, Membership, Notification, Organisation, User
from community.models.organisations import OrganisationKind, Territory
from community.services.activity import activity_dated
from documents.models import Comment, Disposition, Document, Thread
from documents.schema import blocks
from documents.selectors import texts
from documents.services import dispositions, edits, threads
from documents.utf16 import utf16_length
from frontend.demo.accounts import ACCOUNTS, DEMO_PASSWORD
from interlinkers.models import ProcessTemplate
from processes.models import Node, NodeKind, NodeStatus, Process, Team, TeamKind
from processes.services import assets, checklists, processes, roles, tasks, teams

TEAM_KINDS = {
    OrganisationKind.PUBLIC_ADMINISTRATION: TeamKind.PUBLIC_ADMINISTRATION,
    OrganisationKind.NGO: TeamKind.NONPROFIT,
    OrganisationKind.BUSINESS: TeamKind.FORPROFIT,
}
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demo"


def demo_is_loaded() -> bool:
    """Tell whether the demo's first account exists (everything is loaded in one transaction)."""
    return User.objects.filter(email=next(iter(ACCOUNTS))).exists()


def demo_load() -> None:
    """Load all demo processes. Run inside a transaction."""
    main = _read("process.json")
    others = _read("other_processes.json")
    for source in (main, *others):
        _people_load(source)
    for source in (main, *others):
        with override(source["language"]):
            ProcessLoader(source).load()
    # What happened in the demo's past is not news to anybody, except the answers to the citizen.
    Mail.objects.all().delete()
    Notification.objects.exclude(kind="thread.answered").delete()
    _notifications_date()


def _read(name: str):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _days_ago(days: float) -> datetime.datetime:
    return clock.now() - datetime.timedelta(days=days)


def _people_load(source: dict) -> None:
    for row in source.get("organisations", []):
        _organisation_load(row)
    for row in source["people"]:
        user = User.objects.filter(email=row["email"]).first()
        if user is None:
            user = User.objects.create_user(
                row["email"], DEMO_PASSWORD, name=row["name"], language=source["language"]
            )
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if organisation := Organisation.objects.filter(slug=row.get("organisation") or "").first():
            Membership.objects.get_or_create(organisation=organisation, user=user)


def _organisation_load(row: dict) -> None:
    names = row.get("translations", {})
    name = row.get("name") or next(text["name"] for text in names.values())
    territory = None
    if label := row.get("territory"):
        territory, _new = Territory.objects.get_or_create(
            code=label.lower().replace(" ", "-")[:32], defaults={"name": label}
        )
    Organisation.objects.get_or_create(
        slug=row["slug"],
        defaults={
            "name": name,
            "kind": row["kind"],
            "description": row.get("description", ""),
            "territory": territory,
        },
    )


class ProcessLoader:
    """Loads one process of the demo."""

    def __init__(self, source: dict):
        self.source = source
        self.people = {
            row["email"]: User.objects.get(email=row["email"]) for row in source["people"]
        }
        self.started = _days_ago(source["started_days_ago"])
        self.documents: dict[str, Document] = {}
        self.nodes: dict[str, Node] = {}

    def load(self) -> None:
        """Make the process, its people, its progress, its texts and their threads."""
        coordinator = next(row for row in self.source["people"] if row["role"] == "coordinator")
        self.coordinator = self.people[coordinator["email"]]
        self.process = self._process()
        self._roles()
        self._progress()
        for row in self.source["documents"]:
            self._document(row)
        for row in sorted(self.source["threads"], key=lambda row: -row["days_ago"]):
            self._thread(row)
        for row in sorted(self.source["threads"], key=lambda row: -row["days_ago"]):
            self._answer(row)
        if self.source.get("finished"):
            processes.process_finish(actor=self.coordinator, process=self.process)
        Process.objects.filter(pk=self.process.pk).update(created_at=self.started)

    def _process(self) -> Process:
        source = self.source
        template = ProcessTemplate.objects.filter(external_id=source["template"]).first()
        process = processes.process_create(
            actor=self.coordinator,
            title=source["title"],
            summary=source["summary"],
            description=source["description"],
            language=source["language"],
            visibility=source["visibility"],
            organisation=Organisation.objects.filter(slug=source["organisation"]).first(),
            template=template,
            starts_on=self.started.date(),
        )
        if twins := source.get("translations"):
            Process.objects.filter(pk=process.pk).update(twins=twins)
        rows = process.nodes.select_related("template_node")
        self.nodes = {node.template_node.external_id: node for node in rows if node.template_node}
        return process

    def _roles(self) -> None:
        for row in self.source["people"]:
            if row["role"] not in ("coordinator", "visitor", None):
                roles.role_grant(
                    actor=self.coordinator,
                    process=self.process,
                    user=self.people[row["email"]],
                    role=row["role"],
                )

    def _progress(self) -> None:
        """Set the status of tasks; statuses and assignments of the fixtures name the template's tasks."""
        for name, who in self.source.get("assignments", {}).items():
            node = self.nodes[name]
            user = next(
                (self.people[row["email"]] for row in self.source["people"] if row["role"] == who),
                None,
            )
            if user is None:
                user = self.people.get(who)
            if user is not None:
                tasks.task_assign(actor=self.coordinator, task=node, user=user)
            else:
                tasks.task_assign(actor=self.coordinator, task=node, team=self._team(who))
        for name, status in self.source.get("node_status", {}).items():
            node = self.nodes[name]
            if node.kind != NodeKind.TASK:
                continue
            node.refresh_from_db()
            if status == NodeStatus.FINISHED:
                self._tick(node, [self.coordinator.email] * node.checklist.count())
            tasks.task_status_set(actor=self.coordinator, task=node, status=status)
            if status == NodeStatus.FINISHED and node.ends_on:
                ended = datetime.datetime.combine(node.ends_on, datetime.time(12), datetime.UTC)
                Node.objects.filter(pk=node.pk).update(finished_at=min(ended, clock.now()))

        for name, emails in self.source.get("ticks", {}).items():
            self._tick(self.nodes[name], emails)

    def _tick(self, node: Node, emails: list[str]) -> None:
        """Let people tick the points of a task's checklist, one after the other."""
        for point, email in zip(node.checklist.order_by("position"), emails, strict=False):
            checklists.point_tick(actor=self.people[email], point=point, is_done=True)

    def _team(self, slug: str) -> Team:
        organisation = Organisation.objects.filter(slug=slug).first()
        name = organisation.name if organisation else slug
        team = Team.objects.filter(process=self.process, name=name).first()
        if team is None:
            team = teams.team_create(
                actor=self.coordinator,
                process=self.process,
                name=name,
                organisation=organisation,
                kind=TEAM_KINDS.get(organisation.kind if organisation else "", TeamKind.CITIZENS),
            )
            members = User.objects.filter(memberships__organisation=organisation)
            for user in members.filter(pk__in=[person.pk for person in self.people.values()]):
                teams.team_member_add(actor=self.coordinator, team=team, user=user)
        return team

    def _document(self, row: dict) -> None:
        text = (FOLDER / row["file"]).read_text(encoding="utf-8")
        # The text as it was before the comments that changed it were answered.
        for thread in self.source["threads"]:
            answer = thread.get("disposition") or {}
            if thread["document"] == row["slug"] and answer.get("before"):
                if answer["changed_quote"] not in text:
                    raise LookupError(f"“{answer['changed_quote']}” is not in {row['file']}")
                text = text.replace(answer["changed_quote"], answer["before"], 1)
        asset = self._asset(row, text)
        self.documents[row["slug"]] = asset

    def _asset(self, row: dict, text: str) -> Document:
        asset = assets.asset_document_create(
            actor=self.coordinator,
            task=self.nodes[row["task"]],
            title=row["title"],
            start={"kind": "markdown", "text": text},
        )
        document = Document.objects.select_related("process", "task").get(pk=asset.object_id)
        Document.objects.filter(pk=document.pk).update(
            created_at=_days_ago(row.get("days_ago", 30))
        )
        return document

    def _anchor(self, document: Document, quote: str) -> dict:
        content, _sequence = texts.document_content(document)
        for block in blocks(content):
            if quote in block.text:
                start = utf16_length(block.text[: block.text.index(quote)])
                end = start + utf16_length(quote)
                return {"block_id": block.id, "start": start, "end": end, "quote": quote}
        raise LookupError(f"“{quote}” is not in {document.title}")

    def _thread(self, row: dict) -> None:
        document = self.documents[row["document"]]
        quote = row["quote"]
        with activity_dated(_days_ago(row["days_ago"])):
            thread = threads.thread_create(
                actor=self.people[row["author"]],
                document=document,
                anchor=self._anchor(document, quote) if quote else None,
                body=row["body"],
            )
        self._date(thread.comments.get(), row["days_ago"])
        Thread.objects.filter(pk=thread.pk).update(created_at=_days_ago(row["days_ago"]))
        for reply in row.get("replies", []):
            with activity_dated(_days_ago(reply["days_ago"])):
                comment = threads.comment_create(
                    actor=self.people[reply["author"]], thread=thread, body=reply["body"]
                )
            self._date(comment, reply["days_ago"])
        row["thread"] = thread

    def _answer(self, row: dict) -> None:
        answer, thread = row.get("disposition"), row["thread"]
        if answer:
            change = None
            if answer.get("changed_quote"):
                self._edit(thread.document, answer)
                change = self._anchor(thread.document, answer["changed_quote"])
            moment = _days_ago(answer["days_ago"])
            with activity_dated(moment):
                disposition = dispositions.disposition_set(
                    actor=self.people[answer["author"]],
                    thread=thread,
                    outcome=answer["outcome"],
                    reason=answer["reason"],
                    change=change,
                )
            Disposition.objects.filter(pk=disposition.pk).update(
                decided_at=moment, created_at=moment
            )
        if row.get("status") == "open" and answer:
            threads.thread_reopen(actor=self.coordinator, thread=thread)
        elif row.get("status") == "resolved" and not answer:
            threads.thread_resolve(actor=self.coordinator, thread=thread)

    def _edit(self, document: Document, answer: dict) -> None:
        if not answer.get("before"):
            return
        anchor = self._anchor(document, answer["before"])
        edits.words_replace(
            actor=self.coordinator,
            document=document,
            block_id=anchor["block_id"],
            old=answer["before"],
            new=answer["changed_quote"],
        )

    def _date(self, comment: Comment, days: float) -> None:
        Comment.objects.filter(pk=comment.pk).update(created_at=_days_ago(days))


def _notifications_date() -> None:
    """Give the answers that the citizen was told about the dates of the answers."""
    for disposition in Disposition.objects.select_related("thread"):
        url = f"/documents/{disposition.thread.document_id}/#thread-{disposition.thread.number}"
        Notification.objects.filter(url=url).update(created_at=disposition.decided_at)
