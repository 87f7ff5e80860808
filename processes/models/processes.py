"""The co-production process itself."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.models import TimeStampedModel


class Visibility(models.TextChoices):
    """The upper bound of what people without a role may do (the presets of openness)."""

    PRIVATE = "private", _("Working group")
    PUBLIC = "public", _("Open to read")
    OPEN_TO_COMMENT = "open_to_comment", _("Open to comment")
    OPEN_TO_JOIN = "open_to_join", _("Open to join")


class ProcessStatus(models.TextChoices):
    IN_PROGRESS = "in_progress", _("In progress")
    FINISHED = "finished", _("Finished")


class Governance(models.TextChoices):
    """Who has the last word. It explains, and proposes roles and openness at the start; rights follow from those."""

    ADVISED = "advised", _("We decide, others advise")
    TOGETHER = "together", _("We write and decide together")
    COMMUNITY = "community", _("The community leads, we help")


class WorkDays(models.TextChoices):
    """Which days count when work is planned. A country's public holidays are those of its own law."""

    ALL = "all", _("Every day")
    WEEKDAYS = "weekdays", _("Monday to Friday")
    LV = "LV", _("Monday to Friday, without the public holidays of Latvia")
    UA = "UA", _("Monday to Friday, without the public holidays of Ukraine")


class Process(TimeStampedModel):
    """A co-production process. Texts are in one `language`; `twins` may hold {language: {title, summary}}.

    `access_epoch` rises with every change of rights (roles, visibility, status, disabled branches): open sockets
    compare it and check again.
    """

    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=400, blank=True)
    description = models.TextField(_("description"), blank=True, max_length=20_000)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    twins = models.JSONField(default=dict, blank=True)
    visibility = models.CharField(
        _("openness"), max_length=20, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    status = models.CharField(
        _("status"), max_length=16, choices=ProcessStatus.choices, default=ProcessStatus.IN_PROGRESS
    )
    governance = models.CharField(
        _("who has the last word"), max_length=12, choices=Governance.choices, blank=True
    )
    work_days = models.CharField(
        _("days that count"), max_length=8, choices=WorkDays.choices, default=WorkDays.ALL
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default=settings.TIME_ZONE)
    organisation = models.ForeignKey(
        "community.Organisation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="processes",
    )
    template = models.ForeignKey(
        "interlinkers.ProcessTemplate",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="processes",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # How many phases have rules of their own: rights of a process without any ask nothing about phases.
    phase_rule_count = models.PositiveSmallIntegerField(default=0, editable=False)
    access_epoch = models.PositiveBigIntegerField(default=1, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    # {field: the revision that last changed it}: two people may edit different fields at once, not the same one.
    field_revisions = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["visibility", "status"])]
        # The permissions behind django-guardian's derived grants: one per role.
        default_permissions = ()
        permissions = [
            ("process_coordinator", "Coordinator of the process"),
            ("process_facilitator", "Facilitator of the process"),
            ("process_coauthor", "Co-author in the process"),
            ("process_commenter", "Commenter in the process"),
            ("process_observer", "Observer of the process"),
        ]

    def __str__(self):
        return self.title
