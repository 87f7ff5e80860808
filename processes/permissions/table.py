"""The table of rights: which role, and which openness, gives which ability; and the sentence of each refusal.

Visibility is the upper bound for people WITHOUT a role: whatever a branch or (later) a phase says, a passer-by never
gets more than the process's openness gives. It is no bound for people with a role, who were let in by name: a
co-author writes in a private process. It is their floor, though: whoever may comment as a passer-by may still
comment after being named an observer, since they could do it signed out of their role. Only NONE, given on a branch or
the process, takes even reading away.

Abilities of places (`PLACE`) are asked at a node or the process; the others (`PROCESS_WIDE`) always at the process,
so a coordinator of one branch cannot edit the process itself. `thread_resolve` here means any thread; that people
may always resolve a thread of their own is the document's rule.
"""

from django.utils.translation import gettext_lazy as _

from processes.models import Role, Visibility

READ = frozenset({"process_read", "document_read"})
READ_WITH_ROLE = READ | {"activity_read"}
COMMENT = frozenset({"thread_create", "comment_create"})

PROCESS_WIDE = frozenset(
    {
        "process_edit",
        "process_visibility_set",
        "process_finish",
        "process_export",
        "story_write",
        "contribution_publish",
        "team_edit",
        "join_request_create",
        "join_request_decide",
    }
)
PLACE = frozenset(
    {
        "process_read",
        "activity_read",
        "role_grant",
        "invitation_create",
        "node_create",
        "node_edit",
        "node_move",
        "node_disable",
        "wait_override",
        "phase_rule",
        "task_status_set",
        "checklist_tick",
        "task_assign",
        "asset_create",
        "asset_edit",
        "document_create",
        "document_read",
        "document_write",
        "document_edit",
        "document_redact",
        "thread_create",
        "comment_create",
        "thread_resolve",
        "thread_dispose",
    }
)
ABILITIES = tuple(sorted(PROCESS_WIDE | PLACE))

# `role_grant` of a facilitator goes up to facilitator only: `decide_grant` compares the ranks.
BY_ROLE: dict[str, frozenset[str]] = {
    Role.COORDINATOR: frozenset(ABILITIES) - {"join_request_create"},
    Role.FACILITATOR: frozenset(ABILITIES)
    - {
        "join_request_create",
        "process_visibility_set",
        "process_finish",
        "process_export",
        "story_write",
        "contribution_publish",
        "document_redact",
        "thread_dispose",
        "wait_override",
        "phase_rule",
    },
    Role.COAUTHOR: READ_WITH_ROLE
    | COMMENT
    | {"document_write", "document_create", "asset_create", "thread_resolve", "checklist_tick"},
    Role.COMMENTER: READ_WITH_ROLE | COMMENT,
    Role.OBSERVER: READ_WITH_ROLE,
    Role.NONE: frozenset(),
}

# What a signed-in person without a role may do. Reading is open to everybody, the rest asks to sign in first.
BY_VISIBILITY: dict[str, frozenset[str]] = {
    Visibility.PRIVATE: frozenset(),
    Visibility.PUBLIC: READ,
    Visibility.OPEN_TO_COMMENT: READ | COMMENT,
    Visibility.OPEN_TO_JOIN: READ | {"join_request_create"},
}

# Operators (superusers) look after every process, but have no voice in it: who wants to write or to answer
# officially gives themself a role first, which the activity log shows.
OPERATOR = frozenset(BY_ROLE[Role.COORDINATOR]) - {
    "document_write",
    "thread_create",
    "comment_create",
    "thread_resolve",
    "thread_dispose",
}

# What stays possible when the process is finished or the branch disabled.
UNTOUCHED_BY_STATE = READ_WITH_ROLE | {
    "process_finish",
    "process_export",
    "story_write",
    "contribution_publish",
}

NOT_FOUND = _("There is no such thing here, or it is not open to you.")
SIGN_IN = _("Sign in to do this.")
FINISHED = _("This process is finished: it can be read, but not changed.")
DISABLED = _("This part of the process was switched off: it can be read, but not changed.")
HAS_ROLE = _("You take part in this process already.")
NOT_OPEN_TO_JOIN = _("This process takes new people by invitation only.")
RANK_TOO_LOW = _("You cannot give or take away a role that is above your own.")

_LEADERS = _("Only coordinators and facilitators may do this.")
_WRITERS = _("Only co-authors, facilitators and coordinators may do this.")

REASONS: dict[str, object] = {
    "process_read": NOT_FOUND,
    "document_read": NOT_FOUND,
    "activity_read": _("Only people who take part see what happened here."),
    "process_edit": _("Only coordinators and facilitators change the description of a process."),
    "process_visibility_set": _("Only coordinators decide how open a process is."),
    "process_finish": _("Only coordinators finish or reopen a process."),
    "process_export": _("Only coordinators export a process: people's addresses go with it."),
    "story_write": _("Only coordinators write the story of a process."),
    "contribution_publish": _(
        "Only coordinators publish shares of contributions and decide about points."
    ),
    "role_grant": _("Only coordinators and facilitators give roles."),
    "invitation_create": _("Only coordinators and facilitators invite people."),
    "team_edit": _("Only coordinators and facilitators change teams."),
    "join_request_create": NOT_OPEN_TO_JOIN,
    "join_request_decide": _("Only coordinators and facilitators answer requests to join."),
    "node_create": _LEADERS,
    "node_edit": _LEADERS,
    "node_move": _LEADERS,
    "node_disable": _LEADERS,
    "phase_rule": _("Only coordinators say what may be done in a phase, open and close it."),
    "wait_override": _("Only coordinators let something begin before what must come first."),
    "task_status_set": _(
        "Only coordinators, facilitators and those the task is given to may do this."
    ),
    "checklist_tick": _(
        "Only co-authors, facilitators and coordinators tick the points of a checklist."
    ),
    "task_assign": _("Only coordinators and facilitators give tasks to people."),
    "asset_create": _("Only co-authors, facilitators and coordinators add things to a task."),
    "asset_edit": _("Only coordinators, facilitators and whoever added it may change this."),
    "document_create": _("Only co-authors, facilitators and coordinators start documents."),
    "document_write": _("Only co-authors, facilitators and coordinators write in the text."),
    "document_edit": _LEADERS,
    "document_redact": _("Only coordinators erase words for good."),
    "thread_create": _("Commenting is open to people with a role in this process."),
    "comment_create": _("Commenting is open to people with a role in this process."),
    "thread_resolve": _WRITERS,
    "thread_dispose": _("Only coordinators give the official answer."),
}
