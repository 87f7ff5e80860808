"""Routes of this app under /api/v1/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from processes.api.archive_viewsets import ArchiveViewSet, ProcessExportViewSet
from processes.api.checklist_viewsets import ChecklistViewSet
from processes.api.contribution_viewsets import (
    CertificateCheckViewSet,
    CertificateViewSet,
    ComplexityViewSet,
    OwnRecordViewSet,
    PointsViewSet,
    SharesViewSet,
)
from processes.api.link_viewsets import InvitationLinkViewSet
from processes.api.notice_viewsets import (
    ProcessNewsViewSet,
    ProcessNotificationViewSet,
    WorkViewSet,
)
from processes.api.people_list_viewsets import PeopleListViewSet
from processes.api.people_viewsets import (
    InvitationViewSet,
    JoinRequestViewSet,
    RoleViewSet,
    TeamViewSet,
)
from processes.api.phase_viewsets import PhaseViewSet
from processes.api.picture_viewsets import ProcessPictureViewSet
from processes.api.schedule_viewsets import ScheduleViewSet
from processes.api.story_viewsets import (
    ProcessCopyViewSet,
    ProcessStoryViewSet,
    ProcessTemplateSaveViewSet,
    StoryViewSet,
    TemplateRolesViewSet,
)
from processes.api.task_viewsets import AssetViewSet, TaskAssetViewSet, TaskViewSet
from processes.api.viewsets import NodeOrderViewSet, NodeViewSet, ProcessViewSet
from processes.api.why_viewsets import WhyViewSet

router = SimpleRouter(use_regex_path=False)
router.register("processes", ProcessViewSet, basename="process")
router.register("nodes", NodeViewSet, basename="node")
router.register("tasks", TaskViewSet, basename="task")
router.register("stories", StoryViewSet, basename="story")
router.register("assets", AssetViewSet, basename="asset")

MANY = {"get": "list", "post": "create"}
of_process = [
    path("contribution/", OwnRecordViewSet.as_view({"get": "retrieve"}), name="process-record"),
    path(
        "contribution-shares/",
        SharesViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"}),
        name="process-shares",
    ),
    path("points/", PointsViewSet.as_view({"get": "list"}), name="process-points"),
    path(
        "points-settings/",
        PointsViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="process-points-settings",
    ),
    path("copy/", ProcessCopyViewSet.as_view({"post": "create"}), name="process-copy"),
    path(
        "template/",
        ProcessTemplateSaveViewSet.as_view({"post": "create"}),
        name="process-template-save",
    ),
    path(
        "notification-settings/",
        ProcessNotificationViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="process-notification-settings",
    ),
    path(
        "picture/",
        ProcessPictureViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
        name="process-picture",
    ),
    path("news/", ProcessNewsViewSet.as_view({"get": "list"}), name="process-news"),
    path("news/seen/", ProcessNewsViewSet.as_view({"post": "seen"}), name="process-news-seen"),
    path("story/", ProcessStoryViewSet.as_view({"post": "create"}), name="process-story"),
    path(
        "schedule/undo/", ScheduleViewSet.as_view({"post": "restore"}), name="process-schedule-undo"
    ),
    path("export/", ProcessExportViewSet.as_view({"post": "create"}), name="process-export"),
    path("roles/", RoleViewSet.as_view(MANY), name="process-roles"),
    path("roles/<uuid:pk>/", RoleViewSet.as_view({"delete": "destroy"}), name="process-role"),
    path("invitations/", InvitationViewSet.as_view(MANY), name="process-invitations"),
    path(
        "invitations/<uuid:pk>/",
        InvitationViewSet.as_view({"delete": "destroy"}),
        name="process-invitation",
    ),
    path(
        "invitations/<uuid:pk>/resend/",
        InvitationViewSet.as_view({"post": "resend"}),
        name="process-invitation-resend",
    ),
    path("people/", PeopleListViewSet.as_view({"get": "list"}), name="process-people"),
    path(
        "people/check/", PeopleListViewSet.as_view({"post": "check"}), name="process-people-check"
    ),
    path(
        "people/invite/",
        PeopleListViewSet.as_view({"post": "invite"}),
        name="process-people-invite",
    ),
    path("invitation-links/", InvitationLinkViewSet.as_view(MANY), name="process-invitation-links"),
    path(
        "invitation-links/<uuid:pk>/",
        InvitationLinkViewSet.as_view({"delete": "destroy"}),
        name="process-invitation-link",
    ),
    path("leave/", InvitationLinkViewSet.as_view({"post": "leave"}), name="process-leave"),
    path("join-requests/", JoinRequestViewSet.as_view(MANY), name="process-join-requests"),
    path(
        "join-requests/<uuid:pk>/decide/",
        JoinRequestViewSet.as_view({"post": "decide"}),
        name="process-join-request-decide",
    ),
    path("teams/", TeamViewSet.as_view(MANY), name="process-teams"),
    path(
        "teams/<uuid:pk>/",
        TeamViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="process-team",
    ),
    path(
        "teams/<uuid:pk>/members/",
        TeamViewSet.as_view({"post": "members"}),
        name="process-team-members",
    ),
    path(
        "teams/<uuid:pk>/members/<uuid:user_id>/",
        TeamViewSet.as_view({"delete": "member_remove"}),
        name="process-team-member",
    ),
]

urlpatterns = [
    path("me/my-work/", WorkViewSet.as_view({"get": "list"}), name="work"),
    path("certificates/", CertificateViewSet.as_view(MANY), name="certificates"),
    path(
        "certificates/<uuid:pk>/",
        CertificateViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="certificate",
    ),
    path(
        "certificates/<uuid:pk>/pdf/",
        CertificateViewSet.as_view({"get": "pdf"}),
        name="certificate-pdf",
    ),
    path(
        "certificates/check/<str:code>/",
        CertificateCheckViewSet.as_view({"get": "retrieve"}),
        name="certificate-check",
    ),
    path(
        "tasks/<uuid:pk>/complexity/",
        ComplexityViewSet.as_view({"put": "update"}),
        name="task-complexity",
    ),
    path("process-archives/", ArchiveViewSet.as_view({"post": "create"}), name="process-archives"),
    path(
        "process-archives/<uuid:pk>/import/",
        ArchiveViewSet.as_view({"post": "bring"}),
        name="process-archive-import",
    ),
    path(
        "template-tasks/<uuid:node_id>/roles/",
        TemplateRolesViewSet.as_view({"put": "update"}),
        name="template-roles",
    ),
    path("processes/<uuid:process_id>/", include(of_process)),
    path(
        "invitations/<uuid:pk>/accept/",
        InvitationViewSet.as_view({"post": "accept"}),
        name="invitation-accept",
    ),
    path(
        "invitation-links/accept/",
        InvitationLinkViewSet.as_view({"post": "accept"}),
        name="invitation-link-accept",
    ),
    path("tasks/<uuid:task_id>/assets/", TaskAssetViewSet.as_view(MANY), name="task-assets"),
    path("tasks/<uuid:task_id>/checklist/", ChecklistViewSet.as_view(MANY), name="task-checklist"),
    path(
        "tasks/<uuid:task_id>/checklist/<uuid:pk>/",
        ChecklistViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="task-point",
    ),
    path(
        "tasks/<uuid:task_id>/checklist/<uuid:pk>/restore/",
        ChecklistViewSet.as_view({"post": "restore"}),
        name="task-point-restore",
    ),
    path(
        "tasks/<uuid:task_id>/checklist/<uuid:pk>/tick/",
        ChecklistViewSet.as_view({"post": "tick"}),
        name="task-point-tick",
    ),
    path(
        "tasks/<uuid:pk>/assignments/<uuid:assignment_id>/",
        TaskViewSet.as_view({"delete": "unassign"}),
        name="task-unassign",
    ),
    path(
        "nodes/<uuid:pk>/prerequisites/",
        NodeOrderViewSet.as_view({"put": "prerequisites"}),
        name="node-prerequisites",
    ),
    path(
        "nodes/<uuid:pk>/schedule/",
        ScheduleViewSet.as_view({"post": "shift"}),
        name="node-schedule",
    ),
    path(
        "nodes/<uuid:pk>/schedule/preview/",
        ScheduleViewSet.as_view({"post": "preview"}),
        name="node-schedule-preview",
    ),
    path(
        "nodes/<uuid:pk>/wait-override/",
        NodeOrderViewSet.as_view({"put": "override", "delete": "withdraw"}),
        name="node-wait-override",
    ),
    path(
        "processes/<uuid:process_id>/phases/", PhaseViewSet.as_view({"get": "list"}), name="phases"
    ),
    path(
        "processes/<uuid:process_id>/phases/proposed-rules/",
        PhaseViewSet.as_view({"post": "propose"}),
        name="phases-propose",
    ),
    path("processes/<uuid:pk>/why/", WhyViewSet.as_view({"get": "process"}), name="process-why"),
    path("nodes/<uuid:pk>/why/", WhyViewSet.as_view({"get": "node"}), name="node-why"),
    path("assets/<uuid:pk>/why/", WhyViewSet.as_view({"get": "asset"}), name="asset-why"),
    path("phases/<uuid:pk>/rules/", PhaseViewSet.as_view({"put": "rules"}), name="phase-rules"),
    path("phases/<uuid:pk>/open/", PhaseViewSet.as_view({"post": "open"}), name="phase-open"),
    path("phases/<uuid:pk>/close/", PhaseViewSet.as_view({"post": "close"}), name="phase-close"),
    path("phases/<uuid:pk>/extend/", PhaseViewSet.as_view({"post": "extend"}), name="phase-extend"),
    path("", include(router.urls)),
]
