"""What may be done in a phase, by whom, and whether it is open."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.models import TimeStampedModel
from processes.models.assets import Asset
from processes.models.tree import Node


class PhaseState(models.TextChoices):
    PLANNED = "planned", _("Not open yet")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class PhaseLevel(models.TextChoices):
    """How much; each holds the ones below it. Suggesting and supporting come between these with their own tools."""

    WRITE = "write", _("may write")
    COMMENT = "comment", _("may comment")
    READ = "read", _("may only read")


# Commenters and everybody else never write, whatever a phase says.
PASSERS_BY = [
    (PhaseLevel.COMMENT.value, PhaseLevel.COMMENT.label),
    (PhaseLevel.READ.value, PhaseLevel.READ.label),
]


class PhaseRule(TimeStampedModel):
    """The rules of one phase. A phase without a row has none: everybody may what their role says, as ever.

    The levels are upper bounds: nobody may more in a phase than their role (or the openness) gives. `only` names the
    texts they are about, others can only be read; none named means all.
    """

    phase = models.OneToOneField(Node, on_delete=models.CASCADE, related_name="phase_rule")
    state = models.CharField(max_length=8, choices=PhaseState.choices, default=PhaseState.PLANNED)
    coauthors = models.CharField(
        _("co-authors"), max_length=8, choices=PhaseLevel.choices, default=PhaseLevel.WRITE
    )
    commenters = models.CharField(
        _("commenters"),
        max_length=8,
        choices=PASSERS_BY,
        default=PhaseLevel.COMMENT,
    )
    visitors = models.CharField(
        _("everybody else"),
        max_length=8,
        choices=PASSERS_BY,
        default=PhaseLevel.COMMENT,
    )
    leaders = models.CharField(
        _("coordinators and facilitators"),
        max_length=8,
        choices=PhaseLevel.choices,
        default=PhaseLevel.WRITE,
    )
    only = models.ManyToManyField(Asset, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("rules of a phase")
        verbose_name_plural = _("rules of phases")

    def __str__(self):
        return f"{self.phase}: {self.state}"
