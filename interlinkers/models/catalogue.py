"""Interlinkers of all four natures and the problem profiles they help with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.models import TimeStampedModel, UUIDModel
from interlinkers.models.translations import TranslatedModel, Translation


class ProblemProfile(TranslatedModel, UUIDModel):
    """A problem that a facilitator has ("only the usual suspects come"). `external_id` is stable across imports."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    group = models.CharField(max_length=40, blank=True)
    order = models.PositiveIntegerField(default=0)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("problem profile")
        verbose_name_plural = _("problem profiles")
        ordering = ["order", "external_id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="profile_external_id")
        ]

    def __str__(self):
        return self.text("name") or self.external_id


class ProblemProfileTranslation(Translation):
    profile = models.ForeignKey(
        ProblemProfile, on_delete=models.CASCADE, related_name="translations"
    )
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    functionality = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "language"], name="profile_language")
        ]


class Nature(models.TextChoices):
    KNOWLEDGE = "knowledge", _("Knowledge")
    SOFTWARE = "software", _("Software")
    EXTERNAL_KNOWLEDGE = "external_knowledge", _("External knowledge")
    EXTERNAL_SOFTWARE = "external_software", _("External software")


class Difficulty(models.TextChoices):
    VERY_EASY = "very_easy", _("Very easy")
    EASY = "easy", _("Easy")
    MEDIUM = "medium", _("Medium")
    DIFFICULT = "difficult", _("Difficult")
    VERY_DIFFICULT = "very_difficult", _("Very difficult")


class Interlinker(TranslatedModel, TimeStampedModel):
    """A reusable resource for a task: a guideline, template, survey, tool; ours or elsewhere.

    `integration` holds how a software interlinker is reached (service name, paths, capabilities), as in the HTTP
    contract of reference interlinkers. Files are stored under MEDIA_ROOT and served by views. `source` is where it
    was imported from (with `external_id` the stable key), `origin` says whose text it is.
    """

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=160)
    origin = models.CharField(_("origin"), max_length=500, blank=True)
    nature = models.CharField(_("nature"), max_length=24, choices=Nature.choices)
    form = models.CharField(_("form"), max_length=40, blank=True)
    file_format = models.CharField(max_length=40, blank=True)
    difficulty = models.CharField(
        _("difficulty"), max_length=16, choices=Difficulty.choices, blank=True
    )
    effort_minutes = models.PositiveIntegerField(_("effort in minutes"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=40, blank=True)
    targets = models.JSONField(default=list, blank=True)
    types = models.JSONField(default=list, blank=True)
    scopes = models.JSONField(default=list, blank=True)
    problem_profiles = models.ManyToManyField(
        ProblemProfile, blank=True, related_name="interlinkers"
    )
    integration = models.JSONField(default=dict, blank=True)
    is_sustainability_related = models.BooleanField(default=False)
    is_published = models.BooleanField(_("published"), default=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("interlinker")
        verbose_name_plural = _("interlinkers")
        ordering = ["external_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="interlinker_external_id"
            )
        ]
        indexes = [models.Index(fields=["nature"])]

    def __str__(self):
        return self.text("name") or self.external_id


class InterlinkerTranslation(Translation):
    """The texts of an interlinker. `text` is what a document starts from (Markdown); `search` is lower-case words."""

    interlinker = models.ForeignKey(
        Interlinker, on_delete=models.CASCADE, related_name="translations"
    )
    name = models.CharField(max_length=300)
    summary = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)
    instructions = models.TextField(blank=True)
    text = models.TextField(blank=True)
    constraints = models.TextField(blank=True)
    regulations = models.TextField(blank=True)
    overview = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    uri = models.URLField(max_length=1000, blank=True)
    asset_name = models.CharField(max_length=300, blank=True)
    capability_texts = models.JSONField(default=dict, blank=True)
    search = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["interlinker", "language"], name="interlinker_language")
        ]


class FileRole(models.TextChoices):
    RESOURCE = "resource", _("File")
    LOGO = "logo", _("Logo")
    SNAPSHOT = "snapshot", _("Picture")


class InterlinkerFile(UUIDModel):
    """A file of an interlinker: the resource in one language, the logo, a picture of it."""

    interlinker = models.ForeignKey(Interlinker, on_delete=models.CASCADE, related_name="files")
    role = models.CharField(max_length=12, choices=FileRole.choices)
    language = models.CharField(max_length=8, blank=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    order = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="interlinkers/%Y/%m/")

    class Meta:
        ordering = ["role", "order", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["interlinker", "role", "language", "name"], name="interlinker_file_once"
            )
        ]

    def __str__(self):
        return self.name
