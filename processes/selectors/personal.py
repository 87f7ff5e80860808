"""What processes hold about a person (for their download), and why they cannot leave just now."""

from django.utils.translation import gettext as _

from community.models import User
from processes.models import (
    ChecklistItem,
    Invitation,
    ProcessRole,
    ProcessStatus,
    ProcessUserObjectPermission,
)
from processes.services.roles import coordinators


def personal_export(user: User) -> dict:
    """Return a person's roles, teams, tasks, requests and invitations as plain values."""
    roles = ProcessRole.objects.filter(user=user)
    return {
        "roles": list(roles.values("process__title", "node__title", "role", "created_at")),
        "teams": list(user.team_memberships.values("team__name", "team__process__title")),
        "tasks": list(user.assignments.values("node__title", "node__process__title", "created_at")),
        "points_ticked": list(
            ChecklistItem.objects.filter(done_by=user).values("text", "task__title", "done_at")
        ),
        "join_requests": list(
            user.join_requests.values("process__title", "reason", "status", "answer", "created_at")
        ),
        "visits": list(user.process_visits.values("process__title", "seen_at", "last_at")),
        "processes_being_set_up": list(user.process_drafts.values("answers", "created_at")),
        "story_reviews": list(
            user.story_reviews.values("story__title", "rating", "body", "created_at")
        ),
        "certificates": list(
            user.certificates.values("code", "language", "content", "created_at", "withdrawn_at")
        ),
        "invitations": list(
            Invitation.objects.filter(email=user.email).values(
                "process__title", "role", "message", "created_at", "accepted_at"
            )
        ),
    }


def personal_obstacles(user: User) -> list[str]:
    """Return the running processes that nobody else coordinates, as sentences."""
    grants = ProcessUserObjectPermission.objects.filter(
        user=user, permission__codename="process_coordinator"
    ).exclude(content_object__status=ProcessStatus.FINISHED)
    alone = [
        grant.content_object
        for grant in grants.select_related("content_object")
        if coordinators(grant.content_object) == [user]
    ]
    return [
        _(
            "Nobody else coordinates “%(process)s”. Give the role to somebody, or finish the process."
        )
        % {"process": process.title}
        for process in alone
    ]
