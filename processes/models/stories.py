"""Stories: a finished process, told for others who face the same task."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cocreation.kernel.models import TimeStampedModel
from processes.models.processes import Process


class StoryStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("story", "Draft")
    PUBLISHED = "published", pgettext_lazy("story", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("story", "Withdrawn")


class Story(TimeStampedModel):
    """What was done, what came of it, what was learned. Markdown, in one language.

    `materials` are frozen copies, so that a private process stays private: {"kind": "text", "id", "title", "version",
    "markdown"}, {"kind": "file", "id", "title"} or {"kind": "link", "title", "url"}. `numbers` are taken from the
    record at publication and then stand. `search` holds all words in lower case.
    """

    process = models.OneToOneField(Process, on_delete=models.CASCADE, related_name="story")
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=400, blank=True)
    context = models.TextField(_("context"), max_length=20_000, blank=True)
    results = models.TextField(_("results"), max_length=20_000, blank=True)
    lessons = models.TextField(_("lessons learned"), max_length=20_000, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    materials = models.JSONField(default=list, blank=True)
    numbers = models.JSONField(default=dict, blank=True)
    shares_plan = models.BooleanField(_("others may start from the plan"), default=True)
    status = models.CharField(max_length=10, choices=StoryStatus.choices, default=StoryStatus.DRAFT)
    search = models.TextField(blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    reuse_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-published_at", "-created_at"]
        indexes = [models.Index(fields=["status", "-published_at"])]

    def __str__(self):
        return self.title


class StoryReview(TimeStampedModel):
    """What a reader thinks of a story: 1 to 5, and words. One per person, who may change it."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="reviews")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="story_reviews"
    )
    rating = models.PositiveSmallIntegerField(
        _("rating"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    body = models.TextField(_("review"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("review of a story")
        verbose_name_plural = _("reviews of stories")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["story", "author"], name="story_review_once"),
            models.CheckConstraint(
                condition=models.Q(rating__gte=1, rating__lte=5), name="story_rating_1_to_5"
            ),
        ]

    def __str__(self):
        return f"{self.story}: {self.rating}"
