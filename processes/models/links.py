"""Invitations by link: for whoever has it, up to a number of people and a day."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from cocreation.kernel.models import TimeStampedModel, UUIDModel
from processes.models.people import Role, Team
from processes.models.processes import Process
from processes.models.tree import Node


class InvitationLink(TimeStampedModel):
    """A link that gives a role. The secret is shown once; `digest` is its SHA-256."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="invitation_links")
    node = models.ForeignKey(
        Node, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    label = models.CharField(_("what it is for"), max_length=120, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    max_uses = models.PositiveIntegerField(_("for how many people"))
    use_count = models.PositiveIntegerField(default=0, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation link")
        verbose_name_plural = _("invitation links")
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.label or self.role} → {self.process}"


class InvitationLinkUse(UUIDModel):
    """That a person came in by a link."""

    link = models.ForeignKey(InvitationLink, on_delete=models.CASCADE, related_name="uses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "user"], name="invitation_link_used_once")
        ]

    def __str__(self):
        return f"{self.user}: {self.link}"
