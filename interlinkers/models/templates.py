"""Process templates ("schema" in INTERLINK): phases, objectives, tasks to copy into a process."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.models import TimeStampedModel, UUIDModel
from interlinkers.models.catalogue import Interlinker, ProblemProfile
from interlinkers.models.translations import TranslatedModel, Translation


class ProcessTemplate(TranslatedModel, TimeStampedModel):
    """A whole process to start from.

    One that people made out of a process has `created_by`, perhaps an `organisation`: until an operator publishes it,
    they alone see it and start from it.
    """

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    origin = models.CharField(_("origin"), max_length=500, blank=True)
    licence = models.CharField(max_length=40, blank=True)
    is_published = models.BooleanField(default=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    organisation = models.ForeignKey(
        "community.Organisation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="process_templates",
    )

    class Meta:
        verbose_name = _("process template")
        verbose_name_plural = _("process templates")
        ordering = ["external_id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="template_external_id")
        ]

    def __str__(self):
        return self.text("name") or self.external_id


class ProcessTemplateTranslation(Translation):
    template = models.ForeignKey(
        ProcessTemplate, on_delete=models.CASCADE, related_name="translations"
    )
    name = models.CharField(max_length=300)
    summary = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "language"], name="template_language")
        ]


class NodeKind(models.TextChoices):
    PHASE = "phase", _("Phase")
    OBJECTIVE = "objective", _("Objective")
    TASK = "task", _("Task")


class TemplateNode(TranslatedModel, UUIDModel):
    """A phase, objective or task of a template. `external_id` is unique inside one template only.

    `document` (tasks): {"interlinker": external_id or "", "titles": {language: title}} when the task gives birth
    to a document, with "texts" {language: Markdown} where the template brings the words to start from; {} otherwise.
    `roles` (tasks): {kind of team: role} that such teams get on the task when the document is started.
    `checklist` (tasks): [{"texts": {language: words}, "is_needed": whether the task waits for it}] in order.
    """

    template = models.ForeignKey(ProcessTemplate, on_delete=models.CASCADE, related_name="nodes")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    kind = models.CharField(max_length=12, choices=NodeKind.choices)
    external_id = models.CharField(max_length=200)
    phase_kind = models.CharField(max_length=24, blank=True)
    order = models.PositiveIntegerField(default=0)
    duration_days = models.PositiveIntegerField(null=True, blank=True)
    is_part_of_codelivery = models.BooleanField(default=False)
    problem_profiles = models.ManyToManyField(ProblemProfile, blank=True, related_name="+")
    interlinkers = models.ManyToManyField(Interlinker, blank=True, related_name="+")
    document = models.JSONField(default=dict, blank=True)
    roles = models.JSONField(default=dict, blank=True)
    checklist = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["order"]

    def __str__(self):
        return self.text("name") or self.external_id


class TemplateNodeTranslation(Translation):
    node = models.ForeignKey(TemplateNode, on_delete=models.CASCADE, related_name="translations")
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    done_when = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "language"], name="node_language")]


class TemplatePrerequisite(models.Model):
    """That `node` comes after `requires` (same kind, same template). `is_strict`: it cannot begin before."""

    is_strict = models.BooleanField(default=False)
    node = models.ForeignKey(TemplateNode, on_delete=models.CASCADE, related_name="prerequisites")
    requires = models.ForeignKey(TemplateNode, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "requires"], name="template_prerequisite_once")
        ]

    def __str__(self):
        return f"{self.node} after {self.requires}"
