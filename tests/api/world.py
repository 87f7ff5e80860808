"""One small world with something of everything that the API can show, made through the services."""

from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from community.models import User
from community.models.access import TokenScope
from community.models.organisations import MembershipRole
from community.services.notifications import notify
from community.services.tokens import token_create
from documents.models import Document, Thread
from documents.services.dispositions import disposition_set
from documents.services.threads import comment_create, thread_create
from processes.models import Assignment, Node, Process, ProcessRole, Role, Visibility
from processes.services.archives import check_request, export_request
from processes.services.assets import (
    asset_document_create,
    asset_file_create,
    asset_interlinker_create,
    asset_link_create,
)
from processes.services.checklists import point_add
from processes.services.contributions import certificate_create
from processes.services.invitations import invitation_create
from processes.services.joining import join_request_create
from processes.services.links import link_create
from processes.services.pictures import picture_set
from processes.services.processes import process_finish
from processes.services.stories import (
    review_set,
    story_begin,
    story_publish,
    story_update,
)
from processes.services.tasks import task_assign
from processes.services.template_saving import template_save
from tests.factories import community as people
from tests.factories import interlinkers as catalogue
from tests.factories import processes as make

TEXT = "# Safe ways to school\n\nEvery child walks safely.\n\n- first measure\n- second measure\n"


@dataclass
class World:
    """The people, their tokens, and the id that stands for each parameter of an address."""

    coordinator: User
    citizen: User
    token: str
    newcomer_token: str
    process: Process
    task: Node
    document: Document
    thread: Thread
    ids: dict[str, str]


def build() -> World:
    """Make a process from a template with a document that was commented on and answered, files, people and requests."""
    coordinator = people.user("Coordinator", email="coordinator@example.org")
    citizen = people.user("Citizen")
    newcomer = people.user("Newcomer", email="new@example.org")
    organisation = people.organisation("Ministry", territory=people.territory())
    people.membership(organisation, coordinator, MembershipRole.ADMINISTRATOR)
    profile = catalogue.profile()
    tool = catalogue.interlinker(
        profiles=[profile], texts={"text": TEXT}, files=(catalogue.png(),), form="canvas"
    )
    template = catalogue.template(
        catalogue.node(
            "phase",
            "p",
            catalogue.node(
                "objective",
                "o",
                catalogue.node(
                    "task",
                    "t1",
                    problem_profiles=[profile.external_id],
                    interlinkers=[tool.external_id],
                    fields={
                        "document": {"interlinker": tool.external_id, "titles": {"en": "Plan"}},
                        "roles": {"citizens": "commenter"},
                        "checklist": [{"texts": {"en": "All were asked"}, "is_needed": False}],
                    },
                ),
                catalogue.node("task", "t2", prerequisites=["t1"]),
            ),
        ),
        profiles=[profile],
        interlinkers=[tool],
    )
    process = make.process(
        coordinator,
        template=template,
        visibility=Visibility.OPEN_TO_JOIN,
        organisation=organisation,
    )
    task = process.nodes.filter(kind="task").order_by("order").first()
    asset = asset_document_create(
        actor=coordinator,
        task=task,
        title="Plan",
        start={"kind": "interlinker", "interlinker": tool},
    )
    asset_link_create(actor=coordinator, task=task, url="https://example.org/", title="Law")
    asset_interlinker_create(actor=coordinator, task=task, interlinker=tool)
    file = asset_file_create(
        actor=coordinator, task=task, upload=SimpleUploadedFile("notes.txt", b"Notes of a meeting")
    )
    document = Document.objects.get(pk=asset.object_id)
    commenter = make.member(process, Role.COMMENTER, name="Commenter")
    thread = thread_create(actor=commenter, document=document, anchor=None, body="Why *this*?")
    comment_create(actor=coordinator, thread=thread, body="Because.")
    answered = thread_create(actor=commenter, document=document, anchor=None, body="When?")
    disposition_set(actor=coordinator, thread=answered, outcome="answered", reason="In spring.")
    team = make.team(process, make.member(process, Role.COAUTHOR, name="Coauthor"))
    task_assign(actor=coordinator, task=task, team=team)
    member = team.members.get().user
    invitation = invitation_create(
        actor=coordinator, process=process, email=newcomer.email, role=Role.OBSERVER
    )
    request = join_request_create(actor=citizen, process=process, reason="I live there.")
    notification = notify(
        user=coordinator,
        kind="task.assigned",
        key="contract",
        data={"actor": "Facilitator", "task": task.title, "process": process.title},
        url="/",
        mail=False,
    )
    picture = SimpleUploadedFile("a.png", catalogue.picture(size=(400, 200)))
    picture_set(actor=coordinator, process=process, alt="A street", file=picture)
    point = point_add(actor=coordinator, task=task, text="The map is complete.", is_needed=False)
    link, _secret = link_create(actor=coordinator, process=process, role=Role.OBSERVER)
    work = export_request(actor=coordinator, process=process)
    archive = check_request(actor=coordinator, upload=SimpleUploadedFile("a.zip", b"PK"))
    _row, token = token_create(user=coordinator, name="contract", scope=TokenScope.WRITE, days=1)
    _row, newcomer_token = token_create(user=newcomer, name="n", scope=TokenScope.WRITE, days=1)
    finished = make.process(coordinator, title="An earlier plan")
    process_finish(actor=coordinator, process=finished)
    told = story_begin(actor=coordinator, process=finished)
    told = story_update(actor=coordinator, story=told, results="A law", lessons="Ask earlier")
    told = story_publish(actor=coordinator, story=told)
    review_set(actor=citizen, story=told, rating=4)
    certificate = certificate_create(actor=coordinator, process=process)
    own = template_save(actor=coordinator, process=process, name="Ours")
    ids = {
        "/processes/": process.pk,
        "/invitations/": invitation.pk,
        "/join-requests/": request.pk,
        "/roles/": ProcessRole.objects.get(process=process, user=commenter).pk,
        "/teams/": team.pk,
        "/members/": member.pk,
        "/nodes/": task.parent_id,
        "/tasks/": task.pk,
        "/assignments/": Assignment.objects.get(node=task).pk,
        "/assets/": file.pk,
        "/checklist/": point.pk,
        "/template-tasks/": own.nodes.exclude(document={}).first().pk,
        "/documents/": document.pk,
        "/threads/": answered.pk,
        "/interlinkers/": tool.pk,
        "/problem-profiles/": profile.pk,
        "/process-templates/": template.pk,
        "/organisations/": organisation.pk,
        "/notifications/": notification.pk,
        "/stories/": told.pk,
        "/background-works/": work.pk,
        "/process-archives/": archive.pk,
        "/phases/": task.parent.parent_id,
        "/invitation-links/": link.pk,
        "/certificates/": certificate.pk,
        "/check/": certificate.code,
    }
    return World(
        coordinator=coordinator,
        citizen=citizen,
        token=token,
        newcomer_token=newcomer_token,
        process=process,
        task=task,
        document=document,
        thread=thread,
        ids={part: str(ident) for part, ident in ids.items()},
    )
