"""Addresses of processes, their tree, tasks and people (namespace `processes`)."""

from django.urls import path

from frontend.views import (
    activity,
    checklists,
    entering,
    guide,
    notices,
    people,
    people_lists,
    phases,
    process_tabs,
    processes,
    public,
    start,
    tasks,
    timeline,
    tree,
)

app_name = "processes"
NODE = "processes/<uuid:process_id>/nodes/<uuid:node_id>/"
POINT = "processes/<uuid:process_id>/tasks/<uuid:task_id>/checklist/<uuid:point_id>/"
PHASE = "processes/<uuid:process_id>/phases/<uuid:phase_id>/"
TASK = "processes/<uuid:process_id>/tasks/<uuid:task_id>/"
urlpatterns = [
    path("processes/", processes.process_list, name="list"),
    path("processes/start/", start.begin, name="start"),
    path("processes/start/<uuid:draft_id>/", start.step, name="start-resume"),
    path("processes/start/<uuid:draft_id>/<int:number>/", start.step, name="start-step"),
    path("processes/start/<uuid:draft_id>/discard/", start.discard, name="start-discard"),
    path("processes/new/", processes.process_create, name="create"),
    path("processes/<uuid:process_id>/", processes.process_detail, name="detail"),
    path("processes/<uuid:process_id>/guide/", guide.process_guide, name="guide"),
    path("processes/<uuid:process_id>/guide/nodes/", guide.guide_nodes, name="guide-nodes"),
    path(
        "processes/<uuid:process_id>/guide/<uuid:phase_id>/",
        guide.guide_phase,
        name="guide-phase",
    ),
    path("processes/<uuid:process_id>/edit/", processes.process_edit, name="edit"),
    path("processes/<uuid:process_id>/finish/", processes.process_finish, name="finish"),
    path("processes/<uuid:process_id>/texts/", process_tabs.texts, name="texts"),
    path("processes/<uuid:process_id>/people/", process_tabs.people_page, name="people"),
    path("processes/<uuid:process_id>/timeline/", timeline.timeline_page, name="timeline"),
    path("processes/<uuid:process_id>/seen/", notices.process_seen, name="seen"),
    path("processes/<uuid:process_id>/notices/", notices.process_notices, name="notices"),
    path("processes/<uuid:process_id>/activity/", activity.activity_page, name="activity"),
    path(
        "processes/<uuid:process_id>/activity.csv",
        activity.activity_file,
        {"kind": "csv"},
        name="activity-csv",
    ),
    path(
        "processes/<uuid:process_id>/activity.jsonl",
        activity.activity_file,
        {"kind": "jsonl"},
        name="activity-jsonl",
    ),
    # from outside
    path("processes/<uuid:process_id>/feed.atom", public.process_feed, name="feed"),
    path("processes/<uuid:process_id>/embed/", public.embed, name="embed"),
    path("processes/<uuid:process_id>/share/", public.share, name="share"),
    # the plan
    path("processes/<uuid:process_id>/nodes/new/", tree.node_create, name="node-create"),
    path(f"{NODE}edit/", tree.node_edit, name="node-edit"),
    path(f"{NODE}rename/", tree.node_rename, name="node-rename"),
    path(f"{NODE}after/", tree.prerequisites, name="node-prerequisites"),
    path(f"{NODE}begin/", tree.wait_override, name="node-wait-override"),
    path(f"{NODE}place/", tree.node_place, name="node-place"),
    path(f"{NODE}move/", tree.node_move, name="node-move"),
    path(f"{NODE}disable/", tree.node_disable, name="node-disable"),
    path(f"{NODE}days/", timeline.node_days, name="node-days"),
    path("processes/<uuid:process_id>/days/undo/", timeline.days_undo, name="days-undo"),
    path(f"{NODE}status/", tree.task_status, name="task-status"),
    # what may be done in it
    path("processes/<uuid:process_id>/rights/", phases.rights, name="rights"),
    path(
        "processes/<uuid:process_id>/rights/proposed/", phases.rules_proposed, name="rules-proposed"
    ),
    path(f"{PHASE}rules/", phases.rules, name="phase-rules"),
    path(f"{PHASE}open/", phases.phase_open, name="phase-open"),
    path(f"{PHASE}close/", phases.phase_close, name="phase-close"),
    path(f"{PHASE}extend/", phases.phase_extend, name="phase-extend"),
    # a task
    path(TASK, tasks.task_detail, name="task"),
    path(f"{TASK}documents/", tasks.document_start, name="document-start"),
    path(f"{TASK}import/", tasks.document_import, name="document-import"),
    path(f"{TASK}files/", tasks.file_add, name="file-add"),
    path(f"{TASK}links/", tasks.link_add, name="link-add"),
    path(f"{TASK}interlinkers/", tasks.interlinker_add, name="interlinker-add"),
    path(f"{TASK}checklist/", checklists.checklist, name="checklist"),
    path(f"{TASK}checklist/new/", checklists.point_add, name="point-add"),
    path(f"{POINT}tick/", checklists.point_tick, name="point-tick"),
    path(f"{POINT}edit/", checklists.point_edit, name="point-edit"),
    path(f"{POINT}move/", checklists.point_move, name="point-move"),
    path(f"{POINT}remove/", checklists.point_remove, name="point-remove"),
    path(f"{TASK}proposed-roles/", tasks.proposed_roles, name="proposed-roles"),
    path(f"{TASK}assign/", tasks.assign, name="assign"),
    path("assignments/<uuid:assignment_id>/remove/", tasks.unassign, name="unassign"),
    path("assets/<uuid:asset_id>/file/", tasks.asset_file, name="asset-file"),
    path("assets/<uuid:asset_id>/remove/", tasks.asset_remove, name="asset-remove"),
    # people
    path("processes/<uuid:process_id>/invite/", people.invite, name="invite"),
    path("processes/<uuid:process_id>/join/", people.join, name="join"),
    path("processes/<uuid:process_id>/teams/", people.team_create, name="team-create"),
    path("teams/<uuid:team_id>/members/", people.team_member_add, name="team-member-add"),
    path(
        "teams/<uuid:team_id>/members/<uuid:user_id>/remove/",
        people.team_member_remove,
        name="team-member-remove",
    ),
    path("teams/<uuid:team_id>/role/", people.team_role, name="team-role"),
    path("teams/<uuid:team_id>/change/", people.team_change, name="team-change"),
    path("teams/<uuid:team_id>/remove/", people.team_remove, name="team-remove"),
    path("roles/<uuid:role_id>/", people.role_change, name="role-change"),
    path("roles/<uuid:role_id>/revoke/", people.role_revoke, name="role-revoke"),
    path("join-requests/<uuid:request_id>/", people.join_decide, name="join-decide"),
    path("processes/<uuid:process_id>/links/", entering.link_create, name="link-create"),
    path("links/<uuid:link_id>/revoke/", entering.link_revoke, name="link-revoke"),
    path("links/<str:secret>/", entering.link_page, name="link"),
    path("processes/<uuid:process_id>/roles/", entering.role_grant, name="role-grant"),
    path(
        "processes/<uuid:process_id>/people/import/",
        people_lists.people_import,
        name="people-import",
    ),
    path(
        "processes/<uuid:process_id>/people/export/",
        people_lists.people_export,
        name="people-export",
    ),
    path("processes/<uuid:process_id>/leave/", entering.leave, name="leave"),
    path("processes/<uuid:process_id>/why/", entering.why, name="why"),
    path("invitations/<str:secret>/", people.invitation_page, name="invitation"),
    path(
        "invitations/<uuid:invitation_id>/accept/",
        people.invitation_accept_own,
        name="invitation-accept",
    ),
    path(
        "invitations/<uuid:invitation_id>/revoke/",
        people.invitation_revoke,
        name="invitation-revoke",
    ),
    path(
        "invitations/<uuid:invitation_id>/resend/",
        people.invitation_resend,
        name="invitation-resend",
    ),
]
