"""What each ability is called, in words; in groups, for the page that explains rights."""

from django.utils.translation import gettext_lazy as _

GROUPS = [
    (
        _("Reading"),
        {
            "process_read": _("See it"),
            "document_read": _("Read its texts"),
            "activity_read": _("See what happened"),
        },
    ),
    (
        _("Writing and commenting"),
        {
            "document_write": _("Write in its texts"),
            "document_create": _("Start texts"),
            "asset_create": _("Add files, links and resources"),
            "thread_create": _("Comment"),
            "comment_create": _("Reply to comments"),
            "thread_resolve": _("Settle comments"),
            "thread_dispose": _("Answer comments officially"),
        },
    ),
    (
        _("The plan"),
        {
            "node_create": _("Add phases, objectives and tasks"),
            "node_edit": _("Change them"),
            "node_move": _("Move them"),
            "node_disable": _("Switch them off"),
            "task_status_set": _("Say how far a task is"),
            "checklist_tick": _("Tick points of checklists"),
            "task_assign": _("Give tasks to people"),
            "wait_override": _("Let something begin before what must come first"),
            "phase_rule": _("Open and close phases"),
            "asset_edit": _("Change what a task holds"),
            "document_edit": _("Rename and remove texts"),
            "document_redact": _("Erase words for good"),
        },
    ),
    (
        _("People and the process"),
        {
            "invitation_create": _("Invite people"),
            "role_grant": _("Give roles"),
            "team_edit": _("Change teams"),
            "join_request_create": _("Ask to join"),
            "join_request_decide": _("Answer requests to join"),
            "process_edit": _("Change the description"),
            "process_visibility_set": _("Decide how open it is"),
            "process_finish": _("Finish and reopen it"),
            "process_export": _("Export it"),
            "story_write": _("Tell its story"),
            "contribution_publish": _("Publish shares of contributions, give points"),
        },
    ),
]
