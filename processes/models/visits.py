"""When a person was last at a process, so that it can be said what changed since."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from cocreation.kernel.models import UUIDModel
from processes.models.processes import Process


class ProcessVisit(UUIDModel):
    """One person's visits of one process.

    What happened until `seen_at` is known to them; `last_at` is when they last opened it. A visit goes on while pages
    are opened: only the first opening after a pause moves `seen_at` to where the last visit ended.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="process_visits"
    )
    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="visits")
    seen_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("visit of a process")
        verbose_name_plural = _("visits of processes")
        constraints = [
            models.UniqueConstraint(fields=["user", "process"], name="process_visit_once")
        ]

    def __str__(self):
        return f"{self.user} {self.process_id} {self.last_at}"
