"""Who takes part: teams, roles, assignments, invitations, requests to join."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from cocreation.kernel.models import TimeStampedModel, UUIDModel
from processes.models.processes import Process
from processes.models.tree import Node


class Role(models.TextChoices):
    """What a person or team is in a process or a branch of it. NONE takes away what an upper level gave."""

    COORDINATOR = "coordinator", _("Coordinator")
    FACILITATOR = "facilitator", _("Facilitator")
    COAUTHOR = "coauthor", _("Co-author")
    COMMENTER = "commenter", _("Commenter")
    OBSERVER = "observer", _("Observer")
    NONE = "none", _("No access")


class TeamKind(models.TextChoices):
    PUBLIC_ADMINISTRATION = "public_administration", _("Public administration")
    CITIZENS = "citizens", _("Citizens")
    NONPROFIT = "nonprofit", _("Non-profit organisation")
    FORPROFIT = "forprofit", _("For-profit organisation")


class Team(TimeStampedModel):
    """People who work together in one process, from one organisation or several."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=24, choices=TeamKind.choices, default=TeamKind.CITIZENS
    )
    organisation = models.ForeignKey(
        "community.Organisation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="teams",
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["process", "name"], name="team_name_in_process")
        ]

    def __str__(self):
        return self.name


class TeamMember(UUIDModel):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="team_memberships"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="team_member_once")]

    def __str__(self):
        return f"{self.user} – {self.team}"


class ProcessRole(TimeStampedModel):
    """A role given to a person or a team, for the process (`node` empty) or one branch. The truth about rights."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="roles")
    node = models.ForeignKey(
        Node, null=True, blank=True, on_delete=models.CASCADE, related_name="roles"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="process_roles",
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="roles"
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, team__isnull=True)
                | models.Q(user__isnull=True, team__isnull=False),
                name="role_for_user_or_team",
            ),
            models.UniqueConstraint(
                fields=["process", "user"],
                condition=models.Q(node__isnull=True, user__isnull=False),
                name="role_user_process_once",
            ),
            models.UniqueConstraint(
                fields=["node", "user"],
                condition=models.Q(node__isnull=False, user__isnull=False),
                name="role_user_node_once",
            ),
            models.UniqueConstraint(
                fields=["process", "team"],
                condition=models.Q(node__isnull=True, team__isnull=False),
                name="role_team_process_once",
            ),
            models.UniqueConstraint(
                fields=["node", "team"],
                condition=models.Q(node__isnull=False, team__isnull=False),
                name="role_team_node_once",
            ),
        ]

    def __str__(self):
        return f"{self.user or self.team}: {self.role}"


class Assignment(UUIDModel):
    """That a person or a team is to do a task."""

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="assignments",
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="assignments"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, team__isnull=True)
                | models.Q(user__isnull=True, team__isnull=False),
                name="assignment_for_user_or_team",
            ),
            models.UniqueConstraint(fields=["node", "user"], name="assignment_user_once"),
            models.UniqueConstraint(fields=["node", "team"], name="assignment_team_once"),
        ]

    def __str__(self):
        return f"{self.user or self.team}: {self.node}"


class Invitation(TimeStampedModel):
    """An invitation by e-mail to a role. The secret is in the mail only; `digest` is its SHA-256."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="invitations")
    node = models.ForeignKey(
        Node, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    message = models.CharField(_("message"), max_length=1000, blank=True)
    language = models.CharField(max_length=8, default="en")
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.email}: {self.role}"


class JoinRequestStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class JoinRequest(TimeStampedModel):
    """That a person asks to take part, with their reason; a coordinator accepts or declines."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests"
    )
    reason = models.CharField(_("reason"), max_length=1000)
    status = models.CharField(
        max_length=10, choices=JoinRequestStatus.choices, default=JoinRequestStatus.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "user"],
                condition=models.Q(status="waiting"),
                name="join_request_one_waiting",
            )
        ]

    def __str__(self):
        return f"{self.user} → {self.process}"
