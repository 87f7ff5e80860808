"""What a person is told inside the application."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from cocreation.kernel.models import UUIDModel


class Group(models.TextChoices):
    """What kinds of notifications have in common for the person who gets them."""

    ASKED = "asked", _("What is asked of me")
    ANSWERS = "answers", _("Answers to me")
    PLACE = "place", _("My roles, teams and requests")
    EVENTS = "events", _("What happens in my processes")
    ACCOUNT = "account", _("My account and what I started")


class Pace(models.TextChoices):
    """When a person is mailed. Inside the program everything is told at once, unless it is never."""

    NOW = "now", _("E-mail at once")
    DAILY = "daily", _("One e-mail a day")
    WEEKLY = "weekly", _("One e-mail a week")
    HERE = "here", _("Only here, no e-mail")
    NEVER = "never", _("Not at all")


class ProcessPace(models.TextChoices):
    """What a person wants of one process; "as usual" is the absence of a row."""

    USUAL = "usual", _("As usual")
    DAILY = "daily", _("One e-mail a day")
    HERE = "here", _("Only here, no e-mail")
    ASKED = "asked", _("Nothing but what is asked of me")


class Notification(UUIDModel):
    """One line for one person. `kind` names the sentence (translated when shown), `data` fills it in.

    `url` is a path of ours. `key` makes each thing told once (unique per person). `mail_waits`: it is to be in a
    collected mail; whoever puts it into one takes the mark away in the same transaction, so it is mailed once.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    data = models.JSONField(default=dict, blank=True)
    url = models.CharField(max_length=500, blank=True)
    process_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_waits = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "read_at", "-created_at"]),
            models.Index(
                fields=["user", "created_at"],
                condition=models.Q(mail_waits=True),
                name="notification_mail_waits",
            ),
        ]

    def __str__(self):
        return f"{self.kind} → {self.user}"


class NotificationPreference(UUIDModel):
    """When one person is mailed about one group of kinds; without a row the default of the group holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    group = models.CharField(max_length=10, choices=Group.choices)
    pace = models.CharField(max_length=10, choices=Pace.choices)

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = [
            models.UniqueConstraint(fields=["user", "group"], name="notification_preference_once")
        ]

    def __str__(self):
        return f"{self.user}: {self.group} {self.pace}"


class ProcessNotificationPreference(UUIDModel):
    """What one person wants to hear of one process. The process is an id: it lies above this app."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="process_notification_preferences",
    )
    process_id = models.UUIDField()
    pace = models.CharField(max_length=10, choices=ProcessPace.choices)

    class Meta:
        verbose_name = _("notification preference for a process")
        verbose_name_plural = _("notification preferences for processes")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "process_id"], name="process_notification_preference_once"
            )
        ]

    def __str__(self):
        return f"{self.user}: {self.process_id} {self.pace}"
