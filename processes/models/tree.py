"""The tree of a process: phases → objectives → tasks, in one table."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.models import TimeStampedModel
from processes.models.processes import Process


class NodeKind(models.TextChoices):
    PHASE = "phase", _("Phase")
    OBJECTIVE = "objective", _("Objective")
    TASK = "task", _("Task")


class NodeStatus(models.TextChoices):
    AWAITING = "awaiting", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    FINISHED = "finished", _("Finished")


class Node(TimeStampedModel):
    """A phase, objective or task.

    Status and dates are stored on tasks (and phases may carry planned dates of their own); those of objectives and
    phases are otherwise derived from what is below. `order` counts among siblings from 0. A node is disabled when
    it or an ancestor has `disabled_at`. `revision` rises with each edit.
    """

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="nodes")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    kind = models.CharField(max_length=12, choices=NodeKind.choices)
    phase_kind = models.CharField(max_length=24, blank=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True, max_length=20_000)
    done_when = models.TextField(_("done when"), blank=True, max_length=2000)
    order = models.PositiveIntegerField(default=0)
    status = models.CharField(
        _("status"), max_length=16, choices=NodeStatus.choices, default=NodeStatus.AWAITING
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # How much work a task is, for the points of a process that gives some (processes/models/contributions.py).
    complexity = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    problem_profiles = models.ManyToManyField(
        "interlinkers.ProblemProfile", blank=True, related_name="+"
    )
    template_node = models.ForeignKey(
        "interlinkers.TemplateNode",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1)
    # {field: the revision that last changed it}: two people may edit different fields at once, not the same one.
    field_revisions = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("node")
        verbose_name_plural = _("nodes")
        ordering = ["order", "created_at"]
        # As for Process: behind django-guardian's derived grants, on the node where a role is given.
        default_permissions = ()
        permissions = [
            ("node_coordinator", "Coordinator of the branch"),
            ("node_facilitator", "Facilitator of the branch"),
            ("node_coauthor", "Co-author in the branch"),
            ("node_commenter", "Commenter in the branch"),
            ("node_observer", "Observer of the branch"),
        ]
        indexes = [models.Index(fields=["process", "kind"]), models.Index(fields=["parent"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="phase", parent__isnull=True)
                | models.Q(kind__in=["objective", "task"], parent__isnull=False),
                name="node_phase_is_root",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="node_ends_after_start",
            ),
        ]

    def __str__(self):
        return self.title


class PrerequisiteKind(models.TextChoices):
    """Finish to start: the later one cannot begin before; or good advice that stops nobody."""

    BLOCKS = "blocks", _("must be finished first")
    ADVICE = "advice", _("better after it")


class Prerequisite(models.Model):
    """That `node` comes after `requires`; both of one kind in one process; no cycles (the service checks)."""

    kind = models.CharField(
        max_length=8, choices=PrerequisiteKind.choices, default=PrerequisiteKind.ADVICE
    )
    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="prerequisites")
    requires = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="dependents")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "requires"], name="prerequisite_once"),
            models.CheckConstraint(
                condition=~models.Q(node=models.F("requires")), name="prerequisite_not_itself"
            ),
        ]

    def __str__(self):
        return f"{self.node} after {self.requires}"


class WaitOverride(TimeStampedModel):
    """That a coordinator lets a node begin although what must come first is not finished, and why."""

    node = models.OneToOneField(Node, on_delete=models.CASCADE, related_name="wait_override")
    reason = models.CharField(_("reason"), max_length=500)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self):
        return f"{self.node}: {self.reason}"
