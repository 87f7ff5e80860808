"""What people gave to a process: what is published of it, what they take along, points where there are any.

The numbers themselves are counted when they are asked for (processes/contribution_kinds.py).
"""

from django.conf import settings
from django.db import models

from cocreation.kernel import clock
from cocreation.kernel.models import UUIDModel
from processes.models.processes import Process


class ContributionSettings(models.Model):
    """Whether a process gives points for tasks, and what for. Without a row it gives none."""

    process = models.OneToOneField(
        Process, on_delete=models.CASCADE, related_name="contribution_settings", primary_key=True
    )
    has_points = models.BooleanField(default=False)
    points_reason = models.CharField(max_length=1000, blank=True)

    def __str__(self):
        return f"{self.process_id}: {self.has_points}"


class PublishedShares(UUIDModel):
    """Shares of groups as they were on the day they were published: {"kinds": [{"name", "cells": [{"group",
    "percent"}]}]}. Nobody is named and no cell stands for fewer than five people (processes/shares.py).
    """

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="published_shares")
    figures = models.JSONField(default=dict)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-published_at"]

    def __str__(self):
        return f"{self.process_id} {self.published_at}"


class Certificate(UUIDModel):
    """What a person takes along from a process, frozen: {"person", "process", "organisation", "first_on", "last_on",
    "rows": [{"name", "label", "number"}]}. Whoever has the code sees just this. It outlives the process.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="certificates"
    )
    process = models.ForeignKey(
        Process, null=True, blank=True, on_delete=models.SET_NULL, related_name="certificates"
    )
    code = models.CharField(max_length=20, unique=True)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    content = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self):
        return self.code
