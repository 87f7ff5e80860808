"""A process that is being set up: answers so far, kept so that one can leave and come back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.models import TimeStampedModel


class ProcessDraft(TimeStampedModel):
    """The answers of a guided start, as plain values (checked by a form for each step). Gone once the process is
    there. `step` is the one to go on with."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="process_drafts"
    )
    answers = models.JSONField(default=dict)
    step = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("process being set up")
        verbose_name_plural = _("processes being set up")
        ordering = ["-updated_at"]

    def __str__(self):
        return str(self.answers.get("title", ""))
