"""The checklist of a task: what has to be true before it is finished."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.models import TimeStampedModel
from processes.models.tree import Node

# More than this is no checklist but a plan of its own.
POINTS_MAX = 50


class ChecklistItem(TimeStampedModel):
    """One point of a task's checklist. `position` counts from 0 among those that were not removed.

    A task is only finished when every point that `is_needed` has `done_at`; the services hold a lock on the task's
    row while they look.
    """

    task = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="checklist")
    text = models.CharField(_("point"), max_length=300)
    is_needed = models.BooleanField(_("needed to finish the task"), default=True)
    position = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("point of a checklist")
        verbose_name_plural = _("points of checklists")
        ordering = ["position", "created_at"]

    def __str__(self):
        return self.text

    @property
    def is_done(self) -> bool:
        """Whether somebody ticked it."""
        return self.done_at is not None
