"""Abstract bases of all tables."""

import uuid

from django.db import models

from cocreation.kernel import clock


class UUIDModel(models.Model):
    """A row known by a random UUID, so that ids say nothing and can be made anywhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class TimeStampedModel(UUIDModel):
    """A row that knows when it was made and last changed (UTC)."""

    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
