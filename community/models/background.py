"""Long work that runs beside the server, with how far it is and what came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cocreation.kernel import clock
from cocreation.kernel.models import UUIDModel


class BackgroundState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("background work", "Waiting for its turn")
    RUNNING = "running", pgettext_lazy("background work", "Under way")
    DONE = "done", pgettext_lazy("background work", "Done")
    FAILED = "failed", pgettext_lazy("background work", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("background work", "Cancelled")


class BackgroundWork(UUIDModel):
    """One piece of long work of one person. `kind` is registered (community/background_kinds.py); `data` is what it
    needs to know, `report` what it found. `upload` and `file` are seen by the owner alone and go at `expires_at`.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="background_works"
    )
    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=BackgroundState.choices,
        default=BackgroundState.WAITING,
    )
    data = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    # Set in the transaction that writes the result: from then on it cannot be called off or taken for dead.
    is_past_return = models.BooleanField(default=False, editable=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result_url = models.CharField(max_length=500, blank=True)
    upload = models.FileField(upload_to="background/in/%Y/%m/", blank=True)
    file = models.FileField(upload_to="background/out/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=1000, blank=True)
    process_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    beat_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("background work")
        verbose_name_plural = _("background works")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "beat_at"])]

    def __str__(self):
        return f"{self.kind}: {self.label}"

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state not in (BackgroundState.WAITING, BackgroundState.RUNNING)

    @property
    def percent(self) -> int:
        """0–100."""
        return min(100, self.done * 100 // self.total) if self.total else 0
