"""What a person is told inside the application."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from cocreation.kernel.models import UUIDModel


class Notification(UUIDModel):
    """One line for one person. `kind` names the sentence (translated when shown), `data` fills it in.

    `url` is a path of ours. `key` makes each thing told once (unique per person).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    data = models.JSONField(default=dict, blank=True)
    url = models.CharField(max_length=500, blank=True)
    process_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [models.Index(fields=["user", "read_at", "-created_at"])]

    def __str__(self):
        return f"{self.kind} → {self.user}"
